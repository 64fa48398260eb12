// One clock for every ticking number on the page, so that they tick together and cost one timer.
import { useSyncExternalStore } from 'react'
import { serverNow } from './server-clock.ts'

const listeners = new Set<() => void>()
let now = serverNow()
let timer: number | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= window.setInterval(tick, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    window.clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  now = serverNow()
  for (const listener of listeners) listener()
}

/** The time, to the second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    // Before the first tick the kept value may be old.
    if (timer === undefined) now = serverNow()
    return now
  })
}

/** The time, to the minute: for what needs no seconds, so that it renders once a minute. */
export function useMinute(): number {
  return useSyncExternalStore(
    subscribe,
    () => Math.floor((timer === undefined ? serverNow() : now) / 60_000) * 60_000,
  )
}
