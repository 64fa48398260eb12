// What dialling tells of becomes tasks and log lines: a refused call where its customer has a task, a call for help as a task
// of its own that everybody sees.
import type { DiallingFact } from '#calls/dialling/facts.ts'
import { assertNever } from '#lib/errors.ts'
import { findUser } from '#people/user.ts'
import type { Database } from '#store/database.ts'
import { appendLog } from './task-log.ts'
import { findOpenCallTasks, findTask, insertTask } from './task-store.ts'

/** Takes one fact into the tasks; returns the ids of tasks that changed. Runs inside the follower's transaction. */
export function taskFromDialling(db: Database, fact: DiallingFact): readonly string[] {
  switch (fact.kind) {
    case 'call-refused':
      return refused(db, fact.body)
    case 'emergency-called':
      return emergency(db, fact.body)
    default:
      return assertNever(fact)
  }
}

/** Nobody waits because of it, so it makes no task: the list of refused calls has it. */
function refused(
  db: Database,
  call: Extract<DiallingFact, { kind: 'call-refused' }>['body'],
): readonly string[] {
  const asked = call.taskId === undefined ? undefined : findTask(db, call.taskId)
  const customer = { contactId: call.contactId ?? null, address: call.number }
  const task = asked ?? findOpenCallTasks(db, customer)[0]
  if (!task) return []
  const what = `A call to ${call.number} was refused: ${call.sentence} (${call.rule})`
  appendLog(db, task.id, { at: call.at, userId: call.userId ?? null, what })
  return [task.id]
}

/** Due at once and of no skill: whoever sees it first goes and helps. */
function emergency(
  db: Database,
  call: Extract<DiallingFact, { kind: 'emergency-called' }>['body'],
): readonly string[] {
  const name = (call.userId === undefined ? undefined : findUser(db, call.userId)?.name) ?? 'Somebody'
  const task = insertTask(db, {
    kind: 'manual',
    title: `Emergency: ${name} called ${call.number}`,
    at: call.at,
    customer: { contactId: null, name: null, address: null },
    skillIds: [],
    dueAt: call.at,
    note: call.location === '' ? 'emergency call' : call.location,
  })
  const where = call.location === '' ? 'Where the caller is was never set.' : `Location: ${call.location}.`
  const shown = call.shown === undefined ? "the trunk's account" : call.shown
  const what = `${name} called ${call.number}. ${where} The emergency services were shown ${shown}.`
  appendLog(db, task.id, { at: call.at, userId: call.userId ?? null, what })
  return [task.id]
}
