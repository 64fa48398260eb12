// Keys of the task list: walk, open, close, and act on the open task.
import { useHotkeys } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import type { TaskCard } from '#admin/view.ts'
import type { KeyHelp } from '../shell/keys.ts'

export const taskKeys: readonly KeyHelp[] = [
  { keys: ['j', 'k'], what: 'Next task, task before' },
  { keys: ['Enter'], what: 'Open the task' },
  { keys: ['Esc'], what: 'Close the task' },
  { keys: ['e'], what: 'Complete, or open again' },
  { keys: ['a'], what: 'Assign to me, or offer to others' },
  { keys: ['c'], what: 'Call the customer' },
  { keys: ['r'], what: 'Reply' },
  { keys: ['m'], what: 'Comment' },
  { keys: ['i'], what: 'Edit' },
]

/** What a key presses: the buttons themselves, so that a key never does what no button offers. */
export const taskButtons = {
  complete: 'task-complete',
  assign: 'task-assign',
  call: 'task-call',
  edit: 'task-edit',
  reply: 'task-reply',
  comment: 'task-comment',
} as const

interface TaskKeysOptions {
  readonly cards: readonly TaskCard[]
  readonly openId: string | undefined
}

export function useTaskKeys({ cards, openId }: TaskKeysOptions): void {
  const navigate = useNavigate()
  const open = (card: TaskCard | undefined) => {
    if (card)
      void navigate({
        to: '/task/$taskId',
        params: { taskId: card.id },
        search: (before) => before,
        replace: openId !== undefined,
      })
  }
  const step = (by: 1 | -1) => {
    const at = cards.findIndex((card) => card.id === openId)
    if (at === -1) open(cards[0])
    else open(cards[at + by])
  }
  const close = () => {
    // Escape belongs to what lies on top.
    if (openId === undefined || document.querySelector('[role="dialog"], [role="menu"]')) return
    void navigate({ to: '/desk', search: (before) => before })
  }
  useHotkeys([
    ['j', () => step(1)],
    ['k', () => step(-1)],
    ['Enter', pressFocused, { preventDefault: false }],
    ['Escape', close],
    ['e', () => press(taskButtons.complete)],
    ['a', () => press(taskButtons.assign)],
    ['c', () => press(taskButtons.call)],
    ['i', () => press(taskButtons.edit)],
    ['r', () => focus(taskButtons.reply)],
    ['m', () => focus(taskButtons.comment)],
  ])
}

function press(id: string): void {
  document.getElementById(id)?.click()
}

function focus(id: string): void {
  document.getElementById(id)?.focus()
}

/** Links and buttons know Enter themselves; nothing focused means: read the open task. */
function pressFocused(): void {
  if (document.activeElement === document.body) document.getElementById('task')?.focus()
}
