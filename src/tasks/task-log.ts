// The log of a task (T16): when, who, what; newest first when read. Comments (T15) stand in the same story.
import { z } from 'zod'
import { time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

export interface LogItem {
  readonly id: number
  readonly at: number
  /** null: a channel or the system did it. */
  readonly userId: string | null
  readonly kind: 'event' | 'comment'
  readonly what: string
}

/** More than anyone reads; a task with more items than this shows its newest. */
const maxItems = 500

const logOf = query(
  z
    .object({
      id: z.int(),
      at: time,
      user_id: z.string().nullable(),
      kind: z.enum(['event', 'comment']),
      what: z.string(),
    })
    .transform(
      (row): LogItem => ({ id: row.id, at: row.at, userId: row.user_id, kind: row.kind, what: row.what }),
    ),
  `SELECT id, at, user_id, kind, what FROM task_log WHERE task_id = :taskId ORDER BY id DESC LIMIT ${maxItems}`,
)

export interface NewLogItem {
  readonly at: number
  readonly userId?: string | null
  readonly kind?: 'event' | 'comment'
  readonly what: string
}

export function appendLog(db: Database, taskId: string, item: NewLogItem): void {
  db.run(
    'INSERT INTO task_log (task_id, at, user_id, kind, what) VALUES (:taskId, :at, :userId, :kind, :what)',
    {
      taskId,
      at: item.at,
      userId: item.userId ?? null,
      kind: item.kind ?? 'event',
      what: item.what,
    },
  )
}

export function readLog(db: Database, taskId: string): LogItem[] {
  return db.all(logOf, { taskId })
}
