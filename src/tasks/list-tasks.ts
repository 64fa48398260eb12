// The list of tasks: what matters first. Open ones by lateness, then due time, then age; closed ones newest first (T17).
import { z } from 'zod'
import { type Database, query } from '#store/database.ts'
import type { Task, TaskKind } from './task.ts'
import { findTask } from './task-store.ts'

export interface TaskFilter {
  readonly status: 'open' | 'closed'
  readonly kind?: TaskKind | undefined
  /** A person's id, or `none` for tasks nobody has. */
  readonly assigneeId?: string | undefined
  readonly skillId?: string | undefined
  /** Words looked for in title, customer and number. */
  readonly text?: string | undefined
  /** 1..200 */
  readonly limit?: number | undefined
}

const idRow = z.object({ id: z.string() }).transform((row) => row.id)

const conditions = `status = :status
  AND (:kind IS NULL OR kind = :kind)
  AND (:assigneeId IS NULL OR (:assigneeId = 'none' AND assignee_id IS NULL) OR assignee_id = :assigneeId)
  AND (:skillId IS NULL OR EXISTS (SELECT 1 FROM task_skills WHERE task_id = tasks.id AND skill_id = :skillId))
  AND (:text IS NULL OR instr(lower(title || ' ' || coalesce(customer_name, '') || ' ' || coalesce(customer_address, '') || ' #' || number), :text) > 0)`

const openTasks = query(
  idRow,
  `SELECT id FROM tasks WHERE ${conditions} ORDER BY due_at IS NULL, due_at, created_at LIMIT :limit`,
)
const closedTasks = query(
  idRow,
  `SELECT id FROM tasks WHERE ${conditions} ORDER BY closed_at DESC LIMIT :limit`,
)

export function listTasks(db: Database, filter: TaskFilter): Task[] {
  const ids = db.all(filter.status === 'open' ? openTasks : closedTasks, {
    status: filter.status,
    kind: filter.kind ?? null,
    assigneeId: filter.assigneeId ?? null,
    skillId: filter.skillId ?? null,
    text: filter.text?.trim().toLowerCase() || null,
    limit: Math.min(200, Math.max(1, filter.limit ?? 100)),
  })
  return ids.flatMap((id) => findTask(db, id) ?? [])
}
