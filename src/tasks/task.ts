// What a task is, and the rules that need no database: titles, lateness, what a call leaves behind. Knows no screen.

export type TaskKind = 'call' | 'email' | 'manual'

export interface Customer {
  readonly contactId: string | null
  readonly name: string | null
  /** E.164 number or mail address the customer was last seen with. */
  readonly address: string | null
}

export interface Task {
  readonly id: string
  /** Short number that can be read out, counted from 1 in each company (T21). */
  readonly number: number
  readonly kind: TaskKind
  readonly title: string
  readonly status: 'open' | 'closed'
  /** The planned time, also on a closed task (T5). */
  readonly dueAt: number | null
  readonly customer: Customer
  readonly assigneeId: string | null
  /** null: a channel made it (T6). */
  readonly creatorId: string | null
  readonly conversationId: string | null
  readonly skillIds: readonly string[]
  readonly missedCount: number
  /** A few words for the card: what happened last. */
  readonly note: string | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly closedAt: number | null
  readonly closedBy: string | null
}

/** A missed call wants to be returned, a mail answered, within this time unless a mailbox says otherwise (M7). */
export const replyWithinMs = 60 * 60_000

export function isOverdue(task: Pick<Task, 'status' | 'dueAt'>, now: number): boolean {
  return task.status === 'open' && task.dueAt !== null && task.dueAt < now
}

/** How the customer is called on cards: name, else address, else that it was withheld. */
export function customerLabel(customer: Customer): string {
  return customer.name ?? customer.address ?? 'Unknown caller'
}

export function callTitle(direction: 'in' | 'out', customer: Customer): string {
  return `Call ${direction === 'in' ? 'from' : 'to'} ${customerLabel(customer)}`
}

/** "12 s", "2 min 41 s", "1 h 4 min" */
export function spanInWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
