// Tasks in the tenant's database: reading, inserting, changing. It decides nothing.
import { z } from 'zod'
import { newId } from '#lib/id.ts'
import { json, time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import type { Customer, Task, TaskKind } from './task.ts'

const taskRow = z
  .object({
    id: z.string(),
    number: z.int(),
    kind: z.enum(['call', 'email', 'manual']),
    title: z.string(),
    status: z.enum(['open', 'closed']),
    due_at: time.nullable(),
    contact_id: z.string().nullable(),
    customer_name: z.string().nullable(),
    customer_address: z.string().nullable(),
    assignee_id: z.string().nullable(),
    creator_id: z.string().nullable(),
    conversation_id: z.string().nullable(),
    missed_count: z.int(),
    note: z.string().nullable(),
    created_at: time,
    updated_at: time,
    closed_at: time.nullable(),
    closed_by: z.string().nullable(),
    skill_ids: json(z.array(z.string())),
  })
  .transform(
    (row): Task => ({
      id: row.id,
      number: row.number,
      kind: row.kind,
      title: row.title,
      status: row.status,
      dueAt: row.due_at,
      customer: { contactId: row.contact_id, name: row.customer_name, address: row.customer_address },
      assigneeId: row.assignee_id,
      creatorId: row.creator_id,
      conversationId: row.conversation_id,
      skillIds: row.skill_ids,
      missedCount: row.missed_count,
      note: row.note,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      closedAt: row.closed_at,
      closedBy: row.closed_by,
    }),
  )

const columns = `tasks.*, (SELECT json_group_array(skill_id) FROM task_skills WHERE task_id = tasks.id) AS skill_ids`

const byId = query(taskRow, `SELECT ${columns} FROM tasks WHERE id = :id`)
const byConversation = query(taskRow, `SELECT ${columns} FROM tasks WHERE conversation_id = :conversationId`)
const byCall = query(
  taskRow,
  `SELECT ${columns} FROM tasks JOIN task_calls ON task_calls.task_id = tasks.id WHERE task_calls.call_id = :callId`,
)
const idByCall = query(z.object({ id: z.string() }), 'SELECT task_id AS id FROM task_calls WHERE call_id = ?')
const openCallTasksOf = query(
  taskRow,
  `SELECT ${columns} FROM tasks WHERE status = 'open' AND kind = 'call'
   AND ((:contactId IS NOT NULL AND contact_id = :contactId) OR (:address IS NOT NULL AND customer_address = :address))
   ORDER BY created_at`,
)
const nextNumber = query(
  z.object({ number: z.int() }),
  'SELECT coalesce(max(number), 0) + 1 AS number FROM tasks',
)

export function findTask(db: Database, id: string): Task | undefined {
  return db.find(byId, { id })
}

export function findTaskOfConversation(db: Database, conversationId: string): Task | undefined {
  return db.find(byConversation, { conversationId })
}

export function findTaskOfCall(db: Database, callId: string): Task | undefined {
  return db.find(byCall, { callId })
}

/** Its id alone: asked for every live call at every change. */
export function findTaskIdOfCall(db: Database, callId: string): string | undefined {
  return db.find(idByCall, [callId])?.id
}

/** Open call tasks of one customer, by contact or by number, oldest first. */
export function findOpenCallTasks(db: Database, customer: Pick<Customer, 'contactId' | 'address'>): Task[] {
  return db.all(openCallTasksOf, { contactId: customer.contactId, address: customer.address })
}

export interface NewTask {
  readonly kind: TaskKind
  readonly title: string
  readonly at: number
  readonly customer: Customer
  readonly skillIds: readonly string[]
  readonly dueAt?: number | null
  readonly assigneeId?: string | null
  readonly creatorId?: string | null
  readonly conversationId?: string | null
  readonly note?: string | null
}

export function insertTask(db: Database, task: NewTask): Task {
  const id = newId(task.at)
  db.run(
    `INSERT INTO tasks (id, number, kind, title, status, due_at, contact_id, customer_name, customer_address, assignee_id,
       creator_id, conversation_id, note, created_at, updated_at)
     VALUES (:id, :number, :kind, :title, 'open', :dueAt, :contactId, :name, :address, :assigneeId, :creatorId, :conversationId,
       :note, :at, :at)`,
    {
      id,
      number: db.get(nextNumber).number,
      kind: task.kind,
      title: task.title,
      dueAt: task.dueAt ?? null,
      ...task.customer,
      assigneeId: task.assigneeId ?? null,
      creatorId: task.creatorId ?? null,
      conversationId: task.conversationId ?? null,
      note: task.note ?? null,
      at: task.at,
    },
  )
  setTaskSkills(db, id, task.skillIds)
  return db.get(byId, { id })
}

/** The fields that change in a task's life; absent ones stay. */
export interface TaskChange {
  readonly title?: string
  readonly dueAt?: number | null
  readonly customer?: Customer
  readonly assigneeId?: string | null
  readonly note?: string | null
  readonly missedCount?: number
  readonly closed?: { readonly at: number; readonly by: string | null } | 'reopened'
}

export function changeTask(db: Database, task: Task, change: TaskChange, at: number): Task {
  const closed =
    change.closed === undefined
      ? { status: task.status, closedAt: task.closedAt, closedBy: task.closedBy }
      : change.closed === 'reopened'
        ? { status: 'open', closedAt: null, closedBy: null }
        : { status: 'closed', closedAt: change.closed.at, closedBy: change.closed.by }
  const customer = change.customer ?? task.customer
  db.run(
    `UPDATE tasks SET title = :title, due_at = :dueAt, contact_id = :contactId, customer_name = :name, customer_address = :address,
       assignee_id = :assigneeId, note = :note, missed_count = :missedCount, status = :status, closed_at = :closedAt,
       closed_by = :closedBy, updated_at = :at WHERE id = :id`,
    {
      id: task.id,
      title: change.title ?? task.title,
      dueAt: change.dueAt === undefined ? task.dueAt : change.dueAt,
      ...customer,
      assigneeId: change.assigneeId === undefined ? task.assigneeId : change.assigneeId,
      note: change.note === undefined ? task.note : change.note,
      missedCount: change.missedCount ?? task.missedCount,
      ...closed,
      at,
    },
  )
  return db.get(byId, { id: task.id })
}

export function setTaskSkills(db: Database, taskId: string, skillIds: readonly string[]): void {
  db.run('DELETE FROM task_skills WHERE task_id = :taskId', { taskId })
  for (const skillId of new Set(skillIds))
    db.run('INSERT INTO task_skills (task_id, skill_id) VALUES (:taskId, :skillId)', { taskId, skillId })
}

export function linkCall(db: Database, callId: string, taskId: string, direction: string): void {
  db.run(
    'INSERT INTO task_calls (call_id, task_id, direction) VALUES (:callId, :taskId, :direction) ON CONFLICT DO NOTHING',
    { callId, taskId, direction },
  )
}

const callIds = query(
  z.object({ call_id: z.string() }).transform((row) => row.call_id),
  'SELECT call_id FROM task_calls WHERE task_id = :taskId ORDER BY call_id',
)

/** Calls of a task, oldest first. */
export function callsOfTask(db: Database, taskId: string): string[] {
  return db.all(callIds, { taskId })
}
