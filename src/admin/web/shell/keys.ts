// Keys that work on every page; keys of a task are in task/task-keys.ts. The sheet that lists them is built from these tables.
import { useHotkeys } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { closeSheet, openSheet } from './sheet.ts'

export interface KeyHelp {
  readonly keys: readonly string[]
  readonly what: string
}

export const frameKeys: readonly KeyHelp[] = [
  { keys: ['/'], what: 'Search tasks' },
  { keys: ['n'], what: 'New task' },
  { keys: ['d'], what: 'Dial a number' },
  { keys: ['h'], what: 'Hold or resume your call' },
  { keys: ['x'], what: 'Transfer your call' },
  { keys: ['t'], what: 'Go to the tasks' },
  { keys: ['s'], what: 'Go to the settings' },
  { keys: ['?'], what: 'Show these keys' },
]

export const searchFieldId = 'search'

export function useFrameKeys(): void {
  const navigate = useNavigate()
  useHotkeys([
    ['/', () => document.getElementById(searchFieldId)?.focus()],
    ['n', () => openSheet('new-task')],
    ['d', () => openSheet('dial')],
    ['shift+?', () => openSheet('help')],
    ['t', () => void navigate({ to: '/desk' })],
    ['s', () => void navigate({ to: '/settings' })],
    ['Escape', () => closeSheet()],
  ])
}
