// Call facts become call tasks (T14): one open task per customer, closed once we have spoken, open while we have not.

import type { z } from 'zod'
import type { CallFact, callFacts } from '#calls/facts.ts'
import { assertNever } from '#lib/errors.ts'
import type { Database } from '#store/database.ts'
import { noteTransfer } from './from-transfers.ts'
import { type Customer, callTitle, replyWithinMs, spanInWords, type Task } from './task.ts'
import { appendLog } from './task-log.ts'
import {
  changeTask,
  findOpenCallTasks,
  findTask,
  findTaskOfCall,
  insertTask,
  linkCall,
  setTaskSkills,
} from './task-store.ts'

type Body<K extends keyof typeof callFacts> = z.infer<(typeof callFacts)[K]>

/** Takes one call fact into the tasks; returns the ids of tasks that changed. Runs inside the follower's transaction. */
export function taskFromCall(db: Database, fact: CallFact): readonly string[] {
  if (fact.kind === 'call-started') return started(db, fact.body)
  const task = findTaskOfCall(db, fact.body.callId)
  // Internal calls have no task: no customer waits there.
  if (task === undefined) return []
  switch (fact.kind) {
    case 'call-queued':
      if (fact.body.skills.length > 0 && task.kind === 'call') setTaskSkills(db, task.id, fact.body.skills)
      waits(db, task, fact.body)
      return [task.id]
    case 'call-offered':
      note(db, task, fact.body.at, 'ringing', `Rings: ${fact.body.reason}`, fact.body.userId)
      return [task.id]
    case 'call-offer-ended':
      appendLog(db, task.id, {
        at: fact.body.at,
        userId: fact.body.userId,
        what: `Did not take it: ${fact.body.why}`,
      })
      return [task.id]
    case 'call-answered':
      return answered(db, task, fact.body)
    case 'call-held':
      note(db, task, fact.body.at, 'on hold', `Put on hold from the ${fact.body.by}`, fact.body.userId)
      return [task.id]
    case 'call-resumed':
      note(
        db,
        task,
        fact.body.at,
        'on call',
        `Resumed after ${spanInWords(fact.body.heldMs)}`,
        fact.body.userId,
      )
      return [task.id]
    case 'call-transferring':
    case 'call-transferred':
    case 'call-joined':
    case 'call-left':
      noteTransfer(db, task, fact)
      return [task.id]
    case 'call-noted':
      appendLog(db, task.id, {
        at: fact.body.at,
        what: fact.body.sentence,
        ...(fact.body.userId === undefined ? {} : { userId: fact.body.userId }),
      })
      return [task.id]
    case 'recording-started':
      appendLog(db, task.id, { at: fact.body.at, what: 'Recording started' })
      return [task.id]
    case 'recording-ready':
      appendLog(db, task.id, {
        at: fact.body.at,
        what: `${fact.body.voicemail ? 'Voicemail' : 'Recording'} ready, ${spanInWords(fact.body.durationMs)}${fact.body.repaired ? ' (saved after an interruption)' : ''}`,
      })
      return [task.id]
    case 'call-ended':
      return ended(db, task, fact.body)
    default:
      return assertNever(fact)
  }
}

function started(db: Database, call: Body<'call-started'>): readonly string[] {
  if (call.direction === 'internal') return []
  const customer: Customer = {
    contactId: call.party.contactId ?? null,
    name: call.party.name ?? null,
    address: call.party.number ?? null,
  }
  const asked = call.taskId === undefined ? undefined : findTask(db, call.taskId)
  const running = asked ?? findOpenCallTasks(db, customer)[0]
  const task =
    running ??
    insertTask(db, {
      kind: 'call',
      title: callTitle(call.direction, customer),
      at: call.at,
      customer,
      skillIds: call.skills,
      assigneeId: call.userId ?? null,
    })
  if (task.customer.contactId === null && customer.contactId !== null)
    changeTask(db, task, { customer }, call.at)
  linkCall(db, call.callId, task.id, call.direction)
  const what =
    call.direction === 'in'
      ? `Call came in${call.number ? ` to ${call.number}` : ''}`
      : `Called ${customer.address ?? 'out'}`
  const current = findTask(db, task.id) ?? task
  note(db, current, call.at, call.direction === 'in' ? 'calling' : 'dialling', what, call.userId)
  return [task.id]
}

function waits(db: Database, task: Task, { at, position, reason }: Body<'call-queued'>): void {
  // At the voicemail nobody is waited for.
  if (position === 0) note(db, task, at, 'at the voicemail', `The caller ${reason ?? 'may leave a message'}`)
  else note(db, task, at, 'waiting', `Waits at position ${position}${reason ? `: ${reason}` : ''}`)
}

function answered(db: Database, task: Task, call: Body<'call-answered'>): readonly string[] {
  db.run('UPDATE task_calls SET answered = 1 WHERE call_id = :callId', { callId: call.callId })
  const { userId } = call
  changeTask(db, task, { ...(userId === undefined ? {} : { assigneeId: userId }), note: 'on call' }, call.at)
  const whom = userId === undefined ? 'A number outside speaks' : 'Speaks'
  const what = `${whom} with the customer, after ${spanInWords(call.waitMs)}`
  appendLog(db, task.id, { at: call.at, what, userId: userId ?? null })
  return [task.id]
}

function ended(db: Database, task: Task, call: Body<'call-ended'>): readonly string[] {
  const words = call.talkMs > 0 ? `${call.sentence} Spoke for ${spanInWords(call.talkMs)}.` : call.sentence
  appendLog(db, task.id, { at: call.at, what: words })
  if (call.outcome === 'answered' && !call.gaveUp) {
    // Mail and manual tasks are only called from; a person completes those.
    if (task.kind !== 'call') changeTask(db, task, { note: 'spoken with' }, call.at)
    return reached(db, task, call.at)
  }
  const missed = call.outcome === 'missed' ? task.missedCount + 1 : task.missedCount
  changeTask(
    db,
    task,
    {
      note: call.gaveUp ? 'gave up waiting' : noteOf(call.outcome, missed),
      missedCount: missed,
      ...(task.kind === 'call' && task.dueAt === null ? { dueAt: call.at + replyWithinMs } : {}),
    },
    call.at,
  )
  return [task.id]
}

/** The customer was reached: every open call task of theirs is done, whichever call it came from. */
export function reached(db: Database, task: Task, at: number): readonly string[] {
  const waiting = findOpenCallTasks(db, task.customer)
  const all =
    task.kind === 'call' && task.status === 'open' && !waiting.some((other) => other.id === task.id)
      ? [task, ...waiting]
      : waiting
  for (const open of all) {
    changeTask(db, open, { closed: { at, by: null }, note: 'spoken with' }, at)
    appendLog(db, open.id, { at, what: 'Completed: the customer was reached' })
  }
  return [...new Set([task.id, ...all.map((open) => open.id)])]
}

function noteOf(outcome: Body<'call-ended'>['outcome'], missed: number): string {
  if (outcome === 'missed') return missed > 1 ? `missed ×${missed}` : 'missed'
  return outcome === 'no-answer' ? 'no answer' : outcome
}

function note(db: Database, task: Task, at: number, words: string, what: string, userId?: string): void {
  changeTask(db, task, { note: words }, at)
  appendLog(db, task.id, { at, what, userId: userId ?? null })
}
