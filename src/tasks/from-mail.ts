// Mail facts become email tasks: one per conversation, opened again by the customer's next word, closed by a person only (T13).

import type { z } from 'zod'
import { assertNever } from '#lib/errors.ts'
import type { MailFact, mailFacts } from '#mail/facts.ts'
import type { Database } from '#store/database.ts'
import { reached } from './from-calls.ts'
import { replyWithinMs, type Task } from './task.ts'
import { appendLog } from './task-log.ts'
import { changeTask, findTaskOfConversation, insertTask } from './task-store.ts'

type Body<K extends keyof typeof mailFacts> = z.infer<(typeof mailFacts)[K]>

/** Takes one mail fact into the tasks; returns the ids of tasks that changed. Runs inside the follower's transaction. */
export function taskFromMail(db: Database, fact: MailFact): readonly string[] {
  switch (fact.kind) {
    case 'mail-received':
      return received(db, fact.body)
    case 'mail-quarantined':
      return quarantined(db, fact.body)
    case 'mail-sent':
      return sent(db, fact.body)
    case 'mail-failed':
      return failed(db, fact.body)
    default:
      return assertNever(fact)
  }
}

function received(db: Database, mail: Body<'mail-received'>): readonly string[] {
  const known = findTaskOfConversation(db, mail.conversationId)
  const dueAt = mail.dueAt ?? mail.at + replyWithinMs
  if (known === undefined) {
    const task = insertTask(db, {
      kind: 'email',
      title: mail.subject.trim() === '' ? '(no subject)' : mail.subject,
      at: mail.at,
      customer: {
        contactId: mail.contactId ?? null,
        name: mail.from.name ?? null,
        address: mail.from.address,
      },
      skillIds: mail.skills,
      dueAt: mail.automatic ? null : dueAt,
      conversationId: mail.conversationId,
      note: mail.automatic ? 'automatic mail' : 'new mail',
    })
    appendLog(db, task.id, { at: mail.at, what: `Mail from ${mail.from.address}` })
    return [task.id]
  }
  appendLog(db, known.id, { at: mail.at, what: `Mail from ${mail.from.address} (${mail.threadedBy})` })
  // An out-of-office note or a bounce must not wake a task that is done (RFC 3834 §2).
  if (mail.automatic) {
    changeTask(db, known, { note: 'automatic mail' }, mail.at)
    return [known.id]
  }
  const reopened = known.status === 'closed'
  changeTask(db, known, { note: 'new reply', dueAt, ...(reopened ? { closed: 'reopened' } : {}) }, mail.at)
  if (reopened) appendLog(db, known.id, { at: mail.at, what: 'Opened again: the customer wrote' })
  return [known.id]
}

function quarantined(db: Database, mail: Body<'mail-quarantined'>): readonly string[] {
  const task = insertTask(db, {
    kind: 'email',
    title: 'Mail we could not read',
    at: mail.at,
    customer: { contactId: null, name: null, address: null },
    skillIds: [],
    dueAt: mail.at + replyWithinMs,
    conversationId: `quarantine:${mail.messageId}`,
    note: 'unreadable',
  })
  appendLog(db, task.id, { at: mail.at, what: mail.sentence })
  return [task.id]
}

function sent(db: Database, mail: Body<'mail-sent'>): readonly string[] {
  const task = findTaskOfConversation(db, mail.conversationId)
  if (task === undefined) return []
  const change = { note: 'answered', dueAt: null, ...takenBy(task, mail.userId) }
  const answered = changeTask(db, task, change, mail.at)
  appendLog(db, task.id, { at: mail.at, userId: mail.userId, what: 'Reply sent' })
  // Reaching the customer by any channel closes their missed calls (T14).
  return [...new Set([task.id, ...reached(db, answered, mail.at)])]
}

function takenBy(task: Task, userId: string): { assigneeId?: string } {
  return task.assigneeId === null ? { assigneeId: userId } : {}
}

function failed(db: Database, mail: Body<'mail-failed'>): readonly string[] {
  const task = findTaskOfConversation(db, mail.conversationId)
  if (task === undefined) return []
  changeTask(db, task, { note: 'reply not sent' }, mail.at)
  appendLog(db, task.id, { at: mail.at, what: `Reply not sent: ${mail.sentence}` })
  return [task.id]
}
