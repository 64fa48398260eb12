// What the log of a call task says of transfers: who passed the customer to whom, what came of it, who joined and left.
import type { CallFact } from '#calls/facts.ts'
import { assertNever } from '#lib/errors.ts'
import type { Database } from '#store/database.ts'
import { spanInWords, type Task } from './task.ts'
import { appendLog } from './task-log.ts'
import { changeTask } from './task-store.ts'

type Kind = 'call-transferring' | 'call-transferred' | 'call-joined' | 'call-left'
type TransferFact = Extract<CallFact, { kind: Kind }>
type Transferred = Extract<CallFact, { kind: 'call-transferred' }>['body']

/** Runs inside the follower's transaction. Who has the customer now has the task. */
export function noteTransfer(db: Database, task: Task, fact: TransferFact): void {
  const { at } = fact.body
  const say = (what: string, userId?: string) =>
    appendLog(db, task.id, { at, what, ...(userId === undefined ? {} : { userId }) })
  switch (fact.kind) {
    case 'call-transferring':
      changeTask(db, task, { note: 'transferring' }, at)
      say(`Transfers the call to ${fact.body.to.name}`, fact.body.userId)
      return
    case 'call-transferred':
      transferred(db, task, fact.body)
      say(wordsOf(fact.body), fact.body.userId)
      return
    case 'call-joined':
      say(`${fact.body.who.name} joined the call`, fact.body.who.userId)
      return
    case 'call-left':
      say(`Left the call after ${spanInWords(fact.body.talkMs)}`, fact.body.userId)
      return
    default:
      assertNever(fact)
  }
}

function transferred(db: Database, task: Task, { at, outcome, to }: Transferred): void {
  const taken = outcome === 'answered' && to.userId !== undefined ? { assigneeId: to.userId } : {}
  changeTask(db, task, { note: 'on call', ...taken }, at)
}

function wordsOf({ outcome, to, how, talkMs, sentence }: Transferred): string {
  if (outcome !== 'answered') return `Not transferred to ${to.name}: ${sentence ?? outcome}`
  const spoke = talkMs === undefined ? '' : ` after ${spanInWords(talkMs)}`
  return how === 'pickup' ? `Picked up by ${to.name}${spoke}` : `Transferred to ${to.name}${spoke}`
}
