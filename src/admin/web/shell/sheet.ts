// Which sheet lies over the page. One at a time, opened from buttons and keys alike.
import { useSyncExternalStore } from 'react'

export type Sheet = { readonly kind: 'dial' | 'new-task' | 'help' } | undefined

let open: Sheet
const listeners = new Set<() => void>()

function set(sheet: Sheet): void {
  open = sheet
  for (const listener of listeners) listener()
}

export function openSheet(kind: NonNullable<Sheet>['kind']): void {
  set({ kind })
}

export function closeSheet(): void {
  set(undefined)
}

export function useSheet(): Sheet {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => open,
  )
}
