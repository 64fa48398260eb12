// Mail of ours: written to the outbox first, sent until the server takes it, refused mail told on the task (M2).
import { backoff } from '#lib/backoff.ts'
import type { Clock, Timer } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import { newId } from '#lib/id.ts'
import type { Log } from '#lib/log.ts'
import type { Vault } from '#lib/secret.ts'
import type { Database } from '#store/database.ts'
import type { Tenant } from '#store/store.ts'
import { openImap } from './imap.ts'
import {
  countAttempt,
  dueMails,
  findConversation,
  type Mail,
  mailKey,
  mailsOf,
  nextTryAt,
  settleMail,
} from './mail-store.ts'
import { getMailbox, listMailboxes } from './mailbox.ts'
import { readRaw, writeRaw } from './raw-file.ts'
import { signedMessageId } from './signed-id.ts'
import { type Attachment, composeMail, sendMail } from './smtp.ts'
import { tell } from './take-in.ts'

/** Tried hourly at the end: about five days, as long as mail servers themselves try (RFC 5321 §4.5.4.1). */
const maxAttempts = 130
const maxTextLength = 500_000

export interface Reply {
  readonly conversationId: string
  readonly userId: string
  /** How the sender is called unless the mailbox has a name of its own. */
  readonly userName: string
  readonly text: string
}

/** A mail of the program itself, such as an alert: of no conversation. */
export interface Notice {
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly attachments?: readonly Attachment[]
}

export interface Outbox extends AsyncDisposable {
  /**
   * Puts a reply to the newest received mail of the conversation into the outbox; it leaves at once when the server takes it.
   * @throws CordboardError `mail.no-conversation`, `mail.empty`, `mail.disk`
   */
  reply(reply: Reply): Promise<Mail>
  /** Puts a notice into the outbox of the first mailbox that is on; false when there is none. @throws CordboardError `mail.disk` */
  notice(notice: Notice): Promise<boolean>
  /** Resolves when nothing is being sent right now. */
  idle(): Promise<void>
}

export interface OutboxOptions {
  readonly tenant: Tenant
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Log
}

export function startOutbox(options: OutboxOptions): Outbox {
  const { tenant, clock, log } = options
  let timer: Timer | undefined
  let working: Promise<void> | undefined
  let closed = false

  const run = () => {
    if (working !== undefined || closed) return
    timer?.cancel()
    working = sendDue(options, () => closed)
      .catch((err: unknown) => log.error({ err }, 'the outbox stopped'))
      .finally(() => {
        working = undefined
        const at = closed ? null : nextTryAt(tenant.db)
        if (at !== null) timer = clock.after(Math.max(0, at - clock.now()), guard(log, 'outbox', run))
      })
  }
  const runAgain = () => {
    if (working === undefined) run()
    else void working.finally(run)
  }
  run()

  return {
    reply: async (reply) => {
      const mail = await writeReply(options, reply)
      runAgain()
      return mail
    },
    notice: async (notice) => {
      const written = await writeNotice(options, notice)
      if (written) runAgain()
      return written
    },
    idle: async () => {
      while (working !== undefined) await working
    },
    [Symbol.asyncDispose]: async () => {
      closed = true
      timer?.cancel()
      await working
    },
  }
}

async function writeReply(options: OutboxOptions, reply: Reply): Promise<Mail> {
  const { tenant, clock } = options
  const { db } = tenant
  const text = reply.text.trim()
  if (text === '' || text.length > maxTextLength)
    throw new CordboardError('mail.empty', 'A reply needs a text of at most 500,000 characters.', {
      blame: 'user',
    })
  const thread = mailsOf(db, reply.conversationId)
  const conversation = findConversation(db, reply.conversationId)
  const parent = thread.findLast((mail) => mail.direction === 'in')
  if (conversation === undefined || parent?.replyTo == null)
    throw new CordboardError('mail.no-conversation', 'There is no mail here to reply to.', { blame: 'user' })
  const mailbox = getMailbox(db, conversation.mailboxId)
  const now = clock.now()
  const id = newId(now)
  const domain = mailbox.address.split('@')[1] ?? 'localhost'
  const messageId = signedMessageId(mailKey(db, options.vault), {
    conversationId: conversation.id,
    mailId: id,
    domain,
  })
  const parentId = parent.messageId ?? undefined
  // RFC 5322 §3.6.4: the parent's references and the parent itself.
  const references = [...parent.references, ...(parentId === undefined ? [] : [parentId])]
  const from = { address: mailbox.address, name: mailbox.senderName ?? reply.userName }
  const subject = /^re:/i.test(parent.subject) ? parent.subject : `Re: ${parent.subject}`
  const raw = await composeMail({
    from,
    to: [parent.replyTo],
    subject,
    text,
    messageId,
    inReplyTo: parentId,
    references,
    date: now,
  })
  const rawFile = await writeRaw(tenant.mailFolder, id, raw, now)
  insertOutgoing(db, {
    id,
    mailboxId: mailbox.id,
    conversationId: conversation.id,
    rawFile,
    rawBytes: raw.length,
    messageId,
    refs: JSON.stringify(references),
    fromAddress: from.address,
    fromName: from.name,
    to: JSON.stringify([parent.replyTo]),
    subject,
    text,
    userId: reply.userId,
    at: now,
  })
  const written = mailsOf(db, conversation.id).find((mail) => mail.id === id)
  if (written === undefined) throw new Error('the reply is not in the outbox')
  return written
}

async function writeNotice(options: OutboxOptions, notice: Notice): Promise<boolean> {
  const { tenant, clock } = options
  const mailbox = listMailboxes(tenant.db).find(({ enabled }) => enabled)
  if (mailbox === undefined || notice.to.length === 0) return false
  const now = clock.now()
  const id = newId(now)
  const from = { address: mailbox.address, name: mailbox.senderName ?? 'Cordboard' }
  const messageId = `<${id}@${mailbox.address.split('@')[1] ?? 'localhost'}>`
  const raw = await composeMail({
    ...notice,
    from,
    messageId,
    inReplyTo: undefined,
    references: [],
    date: now,
  })
  insertOutgoing(tenant.db, {
    id,
    mailboxId: mailbox.id,
    conversationId: null,
    rawFile: await writeRaw(tenant.mailFolder, id, raw, now),
    rawBytes: raw.length,
    messageId,
    refs: '[]',
    fromAddress: from.address,
    fromName: from.name,
    to: JSON.stringify(notice.to),
    subject: notice.subject,
    text: notice.text,
    userId: null,
    at: now,
  })
  return true
}

function insertOutgoing(db: Database, mail: Readonly<Record<string, string | number | null>>): void {
  db.run(
    `INSERT INTO mails (id, mailbox_id, conversation_id, direction, state, raw_file, raw_bytes, message_id, refs, from_address,
       from_name, to_addresses, subject, body_text, user_id, at, next_try_at)
     VALUES (:id, :mailboxId, :conversationId, 'out', 'waiting', :rawFile, :rawBytes, :messageId, :refs, :fromAddress, :fromName,
       :to, :subject, :text, :userId, :at, :at)`,
    mail,
  )
}

async function sendDue(options: OutboxOptions, isClosed: () => boolean): Promise<void> {
  for (;;) {
    const mails = dueMails(options.tenant.db, options.clock.now())
    if (mails.length === 0) return
    for (const mail of mails) {
      if (isClosed()) return
      await sendOne(options, mail)
    }
  }
}

async function sendOne(options: OutboxOptions, mail: Mail): Promise<void> {
  const { tenant, vault, clock, log } = options
  const { db } = tenant
  const mailbox = getMailbox(db, mail.mailboxId)
  const password = vault.open(mailbox.passwordSealed)
  const account = { username: mailbox.username, password }
  const told = { messageId: mail.id, conversationId: mail.conversationId ?? '' }
  let raw: Buffer
  try {
    raw = await readRaw(tenant.mailFolder, mail.rawFile)
    await sendMail({ ...account, server: mailbox.smtp }, { from: mailbox.address, to: mail.to, raw })
  } catch (err) {
    const final = err instanceof CordboardError && !err.retry && err.code !== 'mail.credentials'
    db.transaction(() => {
      const attempts = countAttempt(db, mail.id, clock.now() + retryAfterMs(mail.attempts), messageOf(err))
      if (!final && attempts < maxAttempts) return
      settleMail(db, mail.id, 'failed', messageOf(err))
      tell(db, { kind: 'mail-failed', body: { ...told, at: clock.now(), sentence: messageOf(err) } })
    })
    log.warn({ err, mailId: mail.id }, 'a mail did not leave')
    return
  }
  db.transaction(() => {
    settleMail(db, mail.id, 'sent', null)
    tell(db, { kind: 'mail-sent', body: { ...told, at: clock.now(), userId: mail.userId ?? '' } })
  })
  // The customer has it; a copy that cannot be filed is only worth a line in the log.
  try {
    await using imap = await openImap({ ...account, server: mailbox.imap })
    await imap.copyToSent(raw)
  } catch (err) {
    log.warn({ err, mailId: mail.id }, 'a sent mail could not be copied to the Sent folder')
  }
}

function retryAfterMs(attempts: number): number {
  const waits = backoff({ firstMs: 30_000, maxMs: 3_600_000 })
  for (let i = 0; i < Math.min(attempts, 10); i += 1) waits.next()
  return waits.next()
}
