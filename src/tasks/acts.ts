// What people do with tasks: take, offer back, complete, reopen, edit, comment, create. Each act is logged with its author.
import { CordboardError } from '#lib/errors.ts'
import type { Database } from '#store/database.ts'
import type { Customer, Task } from './task.ts'
import { appendLog } from './task-log.ts'
import { changeTask, findTask, insertTask, setTaskSkills } from './task-store.ts'

/** Who acts, and when. */
export interface Actor {
  readonly userId: string
  readonly at: number
}

/** @throws CordboardError `task.unknown` */
export function getTask(db: Database, id: string): Task {
  const task = findTask(db, id)
  if (task === undefined)
    throw new CordboardError('task.unknown', 'This task does not exist.', { blame: 'user' })
  return task
}

/** T2, T6: a task made by hand. */
export function createManualTask(
  db: Database,
  actor: Actor,
  fields: { title: string; dueAt: number | null; skillIds: readonly string[]; customer?: Customer },
): Task {
  return db.transaction(() => {
    const task = insertTask(db, {
      kind: 'manual',
      title: fields.title,
      at: actor.at,
      customer: fields.customer ?? { contactId: null, name: null, address: null },
      skillIds: fields.skillIds,
      dueAt: fields.dueAt,
      creatorId: actor.userId,
    })
    appendLog(db, task.id, { at: actor.at, userId: actor.userId, what: 'Created' })
    return task
  })
}

/** T12: the actor becomes the assignee. @throws `task.closed` */
export function assignToMe(db: Database, actor: Actor, id: string): Task {
  return act(db, id, (task) => {
    requireOpen(task)
    if (task.assigneeId === actor.userId) return task
    appendLog(db, id, { at: actor.at, userId: actor.userId, what: 'Took the task' })
    return changeTask(db, task, { assigneeId: actor.userId }, actor.at)
  })
}

/** T12: nobody has it any more; others may take it. @throws `task.closed` */
export function offerToOthers(db: Database, actor: Actor, id: string): Task {
  return act(db, id, (task) => {
    requireOpen(task)
    if (task.assigneeId === null) return task
    appendLog(db, id, { at: actor.at, userId: actor.userId, what: 'Offered it to others' })
    return changeTask(db, task, { assigneeId: null }, actor.at)
  })
}

/** T13: done for the whole team; completing twice changes nothing. */
export function completeTask(db: Database, actor: Actor, id: string): Task {
  return act(db, id, (task) => {
    if (task.status === 'closed') return task
    appendLog(db, id, { at: actor.at, userId: actor.userId, what: 'Completed' })
    return changeTask(db, task, { closed: { at: actor.at, by: actor.userId } }, actor.at)
  })
}

export function reopenTask(db: Database, actor: Actor, id: string): Task {
  return act(db, id, (task) => {
    if (task.status === 'open') return task
    appendLog(db, id, { at: actor.at, userId: actor.userId, what: 'Opened again' })
    return changeTask(db, task, { closed: 'reopened' }, actor.at)
  })
}

export interface TaskEdit {
  readonly title?: string | undefined
  readonly dueAt?: number | null | undefined
  readonly skillIds?: readonly string[] | undefined
  readonly customer?: Customer | undefined
}

/** T10: what changed stands in the log, old and new. */
export function editTask(db: Database, actor: Actor, id: string, edit: TaskEdit): Task {
  return act(db, id, (task) => {
    const log = (what: string) => appendLog(db, id, { at: actor.at, userId: actor.userId, what })
    if (edit.title !== undefined && edit.title !== task.title) log(`Title: “${task.title}” → “${edit.title}”`)
    if (edit.dueAt !== undefined && edit.dueAt !== task.dueAt)
      log(`Due: ${dueInWords(task.dueAt)} → ${dueInWords(edit.dueAt)}`)
    if (edit.customer !== undefined && edit.customer.contactId !== task.customer.contactId)
      log(`Customer: ${task.customer.name ?? 'none'} → ${edit.customer.name ?? 'none'}`)
    if (edit.skillIds !== undefined && !sameSet(edit.skillIds, task.skillIds)) {
      setTaskSkills(db, id, edit.skillIds)
      log('Skills changed')
    }
    return changeTask(
      db,
      task,
      {
        ...(edit.title === undefined ? {} : { title: edit.title }),
        ...(edit.dueAt === undefined ? {} : { dueAt: edit.dueAt }),
        ...(edit.customer === undefined ? {} : { customer: edit.customer }),
      },
      actor.at,
    )
  })
}

/** T15: internal, never seen by the customer. */
export function commentOn(db: Database, actor: Actor, id: string, text: string): Task {
  return act(db, id, (task) => {
    appendLog(db, id, { at: actor.at, userId: actor.userId, kind: 'comment', what: text })
    return changeTask(db, task, {}, actor.at)
  })
}

function act(db: Database, id: string, change: (task: Task) => Task): Task {
  return db.transaction(() => change(getTask(db, id)))
}

function requireOpen(task: Task): void {
  if (task.status === 'closed')
    throw new CordboardError('task.closed', 'This task is completed; open it again first.', { blame: 'user' })
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item))
}

function dueInWords(at: number | null): string {
  return at === null ? 'none' : new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
