// Stored mail and conversations in the tenant's database. It decides nothing.
import { z } from 'zod'
import { randomToken, type Vault } from '#lib/secret.ts'
import { json, time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

export type MailState =
  | 'stored'
  | 'received'
  | 'duplicate'
  | 'own'
  | 'quarantined'
  | 'waiting'
  | 'sent'
  | 'failed'

export interface Mail {
  readonly id: string
  readonly mailboxId: string
  readonly conversationId: string | null
  readonly direction: 'in' | 'out'
  readonly state: MailState
  readonly sentence: string | null
  /** Relative to the tenant's mail folder. */
  readonly rawFile: string
  readonly messageId: string | null
  readonly references: readonly string[]
  readonly from: { readonly address: string | null; readonly name: string | null }
  /** Where a reply goes: Reply-To, else From. */
  readonly replyTo: string | null
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: number }[]
  /** Who wrote it, for mail of ours. */
  readonly userId: string | null
  readonly at: number
  readonly attempts: number
}

const row = z
  .object({
    id: z.string(),
    mailbox_id: z.string(),
    conversation_id: z.string().nullable(),
    direction: z.enum(['in', 'out']),
    state: z.enum(['stored', 'received', 'duplicate', 'own', 'quarantined', 'waiting', 'sent', 'failed']),
    sentence: z.string().nullable(),
    raw_file: z.string(),
    message_id: z.string().nullable(),
    refs: json(z.array(z.string())),
    from_address: z.string().nullable(),
    from_name: z.string().nullable(),
    reply_to: z.string().nullable(),
    to_addresses: json(z.array(z.string())),
    subject: z.string(),
    body_text: z.string(),
    attachments: json(z.array(z.object({ name: z.string(), type: z.string(), bytes: z.int() }))),
    user_id: z.string().nullable(),
    at: time,
    attempts: z.int(),
  })
  .transform(
    (r): Mail => ({
      id: r.id,
      mailboxId: r.mailbox_id,
      conversationId: r.conversation_id,
      direction: r.direction,
      state: r.state,
      sentence: r.sentence,
      rawFile: r.raw_file,
      messageId: r.message_id,
      references: r.refs,
      from: { address: r.from_address, name: r.from_name },
      replyTo: r.reply_to,
      to: r.to_addresses,
      subject: r.subject,
      text: r.body_text,
      attachments: r.attachments,
      userId: r.user_id,
      at: r.at,
      attempts: r.attempts,
    }),
  )

const byId = query(row, 'SELECT * FROM mails WHERE id = :id')
const ofConversation = query(
  row,
  "SELECT * FROM mails WHERE conversation_id = :conversationId AND state NOT IN ('duplicate', 'own') ORDER BY at, id LIMIT 500",
)
const stored = query(
  row,
  "SELECT * FROM mails WHERE state = 'stored' AND mailbox_id = :mailboxId ORDER BY id LIMIT 100",
)
const due = query(
  row,
  "SELECT * FROM mails WHERE state = 'waiting' AND next_try_at <= :now ORDER BY next_try_at LIMIT 20",
)
const nextTry = query(
  z.object({ at: time.nullable() }),
  "SELECT min(next_try_at) AS at FROM mails WHERE state = 'waiting'",
)
const idRow = z.object({ id: z.string() }).transform((r) => r.id)
const sameRaw = query(
  idRow,
  'SELECT id FROM mails WHERE mailbox_id = :mailboxId AND raw_sha256 = :sha256 AND id <> :id LIMIT 1',
)
const ownMessage = query(
  idRow,
  "SELECT id FROM mails WHERE message_id = :messageId AND direction = 'out' LIMIT 1",
)
const conversationOfMessage = query(
  z.object({ conversation_id: z.string() }).transform((r) => r.conversation_id),
  'SELECT conversation_id FROM mails WHERE message_id = :messageId AND mailbox_id = :mailboxId AND conversation_id IS NOT NULL LIMIT 1',
)
const conversation = query(
  z.object({ id: z.string(), mailbox_id: z.string(), subject: z.string() }).transform((r) => ({
    id: r.id,
    mailboxId: r.mailbox_id,
    subject: r.subject,
  })),
  'SELECT id, mailbox_id, subject FROM conversations WHERE id = :id',
)
const key = query(
  z.object({ sealed: z.string() }).transform((r) => r.sealed),
  'SELECT sealed FROM mail_key WHERE only = 1',
)

export const findMail = (db: Database, id: string): Mail | undefined => db.find(byId, { id })
export const mailsOf = (db: Database, conversationId: string): Mail[] =>
  db.all(ofConversation, { conversationId })
/** Received whole, not yet read: the work of the parse. */
export const storedMails = (db: Database, mailboxId: string): Mail[] => db.all(stored, { mailboxId })
export const dueMails = (db: Database, now: number): Mail[] => db.all(due, { now })
export const nextTryAt = (db: Database): number | null => db.get(nextTry).at
export const findSameRaw = (
  db: Database,
  mail: { mailboxId: string; sha256: string; id: string },
): string | undefined => db.find(sameRaw, mail)
export const isOwnMessage = (db: Database, messageId: string): boolean =>
  db.find(ownMessage, { messageId }) !== undefined
export const findConversationOfMessage = (
  db: Database,
  mailboxId: string,
  messageId: string,
): string | undefined => db.find(conversationOfMessage, { mailboxId, messageId })
export const findConversation = (db: Database, id: string) => db.find(conversation, { id })

export function insertConversation(
  db: Database,
  row: { id: string; mailboxId: string; subject: string; at: number },
): void {
  db.run(
    'INSERT INTO conversations (id, mailbox_id, subject, created_at) VALUES (:id, :mailboxId, :subject, :at)',
    row,
  )
}

/** A raw message as fetched; false when this UID was taken in before. */
export function insertStored(
  db: Database,
  mail: {
    id: string
    mailboxId: string
    uidValidity: string
    uid: number
    sha256: string
    rawFile: string
    rawBytes: number
    at: number
  },
): boolean {
  return (
    db.run(
      `INSERT INTO mails (id, mailbox_id, direction, state, uid_validity, uid, raw_sha256, raw_file, raw_bytes, at)
       VALUES (:id, :mailboxId, 'in', 'stored', :uidValidity, :uid, :sha256, :rawFile, :rawBytes, :at)
       ON CONFLICT (mailbox_id, uid_validity, uid) DO NOTHING`,
      mail,
    ).changes === 1
  )
}

export function settleMail(db: Database, id: string, state: MailState, sentence: string | null): void {
  db.run('UPDATE mails SET state = :state, sentence = :sentence, next_try_at = NULL WHERE id = :id', {
    id,
    state,
    sentence,
  })
}

export function countAttempt(db: Database, id: string, nextTryAt: number | null, sentence: string): number {
  db.run(
    'UPDATE mails SET attempts = attempts + 1, next_try_at = :nextTryAt, sentence = :sentence WHERE id = :id',
    {
      id,
      nextTryAt,
      sentence,
    },
  )
  return db.get(byId, { id }).attempts
}

/** The key that signs this company's Message-IDs, made at its first use. */
export function mailKey(db: Database, vault: Vault): string {
  const sealed = db.find(key)
  if (sealed !== undefined) return vault.open(sealed)
  db.run('INSERT INTO mail_key (only, sealed) VALUES (1, :sealed) ON CONFLICT DO NOTHING', {
    sealed: vault.seal(randomToken()),
  })
  return vault.open(db.get(key))
}
