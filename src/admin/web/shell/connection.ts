// How the page stands with the server, for the calm note that says so.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { type Connection, followLive } from '../data/live.ts'

let connection: Connection = 'connecting'
const listeners = new Set<() => void>()

function tell(now: Connection): void {
  if (now === connection) return
  connection = now
  for (const listener of listeners) listener()
}

/** Keeps the live stream open while the frame is on the page. */
export function useLive(): void {
  const queries = useQueryClient()
  useEffect(() => followLive(queries, tell), [queries])
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => connection,
  )
}
