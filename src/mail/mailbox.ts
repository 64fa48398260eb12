// A mailbox: where its mail is fetched and sent, whose skills it needs, how it is doing (M7, M8).
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import type { Vault } from '#lib/secret.ts'
import { bool, json, time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

const security = z.enum(['tls', 'starttls', 'none'])
export type Security = z.infer<typeof security>

export interface Server {
  readonly host: string
  readonly port: number
  readonly security: Security
}

/** `network` backs off and tries for ever; `credentials` waits for a person (M8). */
export type MailboxState = 'new' | 'ok' | 'network' | 'credentials'

export interface Mailbox {
  readonly id: string
  readonly label: string
  readonly address: string
  readonly senderName: string | null
  readonly imap: Server
  readonly smtp: Server
  readonly username: string
  readonly passwordSealed: string
  readonly skillIds: readonly string[]
  readonly dueWithinMs: number
  readonly enabled: boolean
  readonly state: MailboxState
  readonly sentence: string
  readonly stateSince: number
  readonly lastCheckAt: number | null
  readonly createdAt: number
}

const host = z.string().trim().min(1).max(253)
const port = z.int().min(1).max(65_535)

/** What an admin enters; passwords come plain and are sealed before they are stored. */
export const mailboxInput = z.object({
  label: z.string().trim().min(1).max(100),
  address: z.email().max(254),
  senderName: z.string().trim().max(100).optional(),
  imap: z.object({ host, port, security }),
  smtp: z.object({ host, port, security }),
  username: z.string().min(1).max(254),
  password: z.string().min(1).max(1000),
  skillIds: z.array(z.string()).max(50).default([]),
  /** M7: one hour unless told. */
  dueWithinMs: z
    .int()
    .min(60_000)
    .max(30 * 86_400_000)
    .default(3_600_000),
})
export type MailboxInput = z.input<typeof mailboxInput>

const row = z
  .object({
    id: z.string(),
    label: z.string(),
    address: z.string(),
    sender_name: z.string().nullable(),
    imap_host: z.string(),
    imap_port: z.int(),
    imap_security: security,
    smtp_host: z.string(),
    smtp_port: z.int(),
    smtp_security: security,
    username: z.string(),
    password_sealed: z.string(),
    skill_ids: json(z.array(z.string())),
    due_within_ms: z.int(),
    enabled: bool,
    state: z.enum(['new', 'ok', 'network', 'credentials']),
    sentence: z.string(),
    state_since: time,
    last_check_at: time.nullable(),
    created_at: time,
  })
  .transform(
    (r): Mailbox => ({
      id: r.id,
      label: r.label,
      address: r.address,
      senderName: r.sender_name,
      imap: { host: r.imap_host, port: r.imap_port, security: r.imap_security },
      smtp: { host: r.smtp_host, port: r.smtp_port, security: r.smtp_security },
      username: r.username,
      passwordSealed: r.password_sealed,
      skillIds: r.skill_ids,
      dueWithinMs: r.due_within_ms,
      enabled: r.enabled,
      state: r.state,
      sentence: r.sentence,
      stateSince: r.state_since,
      lastCheckAt: r.last_check_at,
      createdAt: r.created_at,
    }),
  )

const all = query(row, 'SELECT * FROM mailboxes ORDER BY created_at')
const byId = query(row, 'SELECT * FROM mailboxes WHERE id = :id')
const cursor = query(
  z
    .object({ uid_validity: z.string().nullable(), last_uid: z.int() })
    .transform((r) => ({ uidValidity: r.uid_validity, lastUid: r.last_uid })),
  'SELECT uid_validity, last_uid FROM mailboxes WHERE id = :id',
)

export function listMailboxes(db: Database): Mailbox[] {
  return db.all(all)
}

/** @throws CordboardError `mail.no-mailbox` */
export function getMailbox(db: Database, id: string): Mailbox {
  const found = db.find(byId, { id })
  if (found === undefined)
    throw new CordboardError('mail.no-mailbox', 'There is no such mailbox.', { blame: 'user' })
  return found
}

export function createMailbox(db: Database, vault: Vault, input: MailboxInput, at: number): Mailbox {
  const box = mailboxInput.parse(input)
  const id = newId(at)
  db.run(
    `INSERT INTO mailboxes (id, label, address, sender_name, imap_host, imap_port, imap_security, smtp_host, smtp_port,
       smtp_security, username, password_sealed, skill_ids, due_within_ms, state_since, created_at)
     VALUES (:id, :label, :address, :senderName, :imapHost, :imapPort, :imapSecurity, :smtpHost, :smtpPort, :smtpSecurity,
       :username, :password, :skillIds, :dueWithinMs, :at, :at)`,
    {
      id,
      label: box.label,
      address: box.address.toLowerCase(),
      senderName: box.senderName || null,
      imapHost: box.imap.host,
      imapPort: box.imap.port,
      imapSecurity: box.imap.security,
      smtpHost: box.smtp.host,
      smtpPort: box.smtp.port,
      smtpSecurity: box.smtp.security,
      username: box.username,
      password: vault.seal(box.password),
      skillIds: JSON.stringify(box.skillIds),
      dueWithinMs: box.dueWithinMs,
      at,
    },
  )
  return getMailbox(db, id)
}

/** A new password starts a mailbox paused for its credentials again. */
export function setMailboxPassword(
  db: Database,
  vault: Vault,
  id: string,
  password: string,
  at: number,
): void {
  db.run(
    "UPDATE mailboxes SET password_sealed = :sealed, state = 'new', sentence = 'Not checked yet.', state_since = :at WHERE id = :id",
    {
      id,
      sealed: vault.seal(password),
      at,
    },
  )
}

/** Records how the last check went; `since` moves only when the state changes. */
export function recordCheck(
  db: Database,
  id: string,
  check: { state: MailboxState; sentence: string; at: number },
): void {
  db.run(
    `UPDATE mailboxes SET state_since = CASE WHEN state = :state THEN state_since ELSE :at END, state = :state,
       sentence = :sentence, last_check_at = :at WHERE id = :id`,
    { id, ...check },
  )
}

/** Where the next fetch begins; uidValidity is null before the first. */
export interface Cursor {
  readonly uidValidity: string | null
  readonly lastUid: number
}

export function readCursor(db: Database, id: string): Cursor {
  return db.get(cursor, { id })
}

/** Never goes back within one UIDVALIDITY. */
export function moveCursor(db: Database, id: string, uidValidity: string, lastUid: number): void {
  db.run(
    `UPDATE mailboxes SET last_uid = CASE WHEN uid_validity = :uidValidity THEN max(last_uid, :lastUid) ELSE :lastUid END,
       uid_validity = :uidValidity WHERE id = :id`,
    { id, uidValidity, lastUid },
  )
}
