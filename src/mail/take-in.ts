// From a stored raw message to a conversation and its fact: parse, tell our own and doubles apart, thread, in one transaction.

import { z } from 'zod'
import { messageOf } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import type { Log } from '#lib/log.ts'
import type { Vault } from '#lib/secret.ts'
import { findContactByEmail } from '#people/contact.ts'
import { type Database, query } from '#store/database.ts'
import { appendFact } from '#store/facts.ts'
import type { Tenant } from '#store/store.ts'
import { classify } from './classify.ts'
import type { MailFact } from './facts.ts'
import {
  countAttempt,
  findConversation,
  findConversationOfMessage,
  findSameRaw,
  insertConversation,
  isOwnMessage,
  type Mail,
  mailKey,
  settleMail,
  storedMails,
} from './mail-store.ts'
import type { Mailbox } from './mailbox.ts'
import type { ParsedMail } from './parsed-mail.ts'
import type { Parser } from './parser.ts'
import { readRaw } from './raw-file.ts'
import { findHome } from './thread.ts'

/** A message that could not be read this often is quarantined: a visible task, never a silent gap (M5). */
const maxParseAttempts = 3

export interface TakeIn {
  readonly tenant: Tenant
  readonly mailbox: Mailbox
  readonly parser: Parser
  readonly vault: Vault
  readonly log: Log
  readonly now: () => number
}

/** Works off every stored message of the mailbox. One bad message stops none of the others. */
export async function takeInStored(work: TakeIn): Promise<void> {
  for (
    let mails = storedMails(work.tenant.db, work.mailbox.id);
    mails.length > 0;
    mails = storedMails(work.tenant.db, work.mailbox.id)
  )
    for (const mail of mails) await takeIn(work, mail)
}

async function takeIn(work: TakeIn, mail: Mail): Promise<void> {
  const { db } = work.tenant
  let parsed: ParsedMail
  try {
    parsed = await work.parser.parse(await readRaw(work.tenant.mailFolder, mail.rawFile))
  } catch (err) {
    const sentence = `The message could not be read: ${messageOf(err)}.`
    work.log.warn({ err, mailId: mail.id }, 'a mail could not be read')
    db.transaction(() => {
      if (countAttempt(db, mail.id, null, sentence) >= maxParseAttempts)
        quarantine(db, mail, sentence, work.now())
    })
    return
  }
  db.transaction(() => receive(work, mail, parsed))
}

function quarantine(db: Database, mail: Mail, sentence: string, at: number): void {
  settleMail(db, mail.id, 'quarantined', sentence)
  tell(db, {
    kind: 'mail-quarantined',
    body: { messageId: mail.id, mailboxId: mail.mailboxId, at, sentence },
  })
}

const rawDigest = query(
  z.object({ sha256: z.string() }),
  'SELECT raw_sha256 AS sha256 FROM mails WHERE id = :id',
)

function receive(work: TakeIn, mail: Mail, parsed: ParsedMail): void {
  const { db } = work.tenant
  if (parsed.messageId !== null && isOwnMessage(db, parsed.messageId)) {
    settleMail(db, mail.id, 'own', null)
    return
  }
  // The bytes are the identity, not the Message-ID: senders reuse ids, servers number mail anew.
  const { sha256 } = db.get(rawDigest, { id: mail.id })
  if (findSameRaw(db, { mailboxId: mail.mailboxId, sha256, id: mail.id }) !== undefined) {
    settleMail(db, mail.id, 'duplicate', null)
    return
  }
  const home = findHome(parsed, {
    key: mailKey(db, work.vault),
    conversationExists: (id) => findConversation(db, id) !== undefined,
    conversationOf: (messageId) => findConversationOfMessage(db, mail.mailboxId, messageId),
  })
  const conversationId = home.conversationId ?? newId(mail.at)
  if (home.conversationId === undefined)
    insertConversation(db, {
      id: conversationId,
      mailboxId: mail.mailboxId,
      subject: parsed.subject,
      at: mail.at,
    })
  const kind = classify(parsed)
  store(db, mail, parsed, { conversationId, kind })
  const contact = findContactByEmail(db, parsed.from.address)
  tell(db, {
    kind: 'mail-received',
    body: {
      messageId: mail.id,
      conversationId,
      mailboxId: mail.mailboxId,
      at: mail.at,
      from: {
        address: parsed.from.address,
        ...(parsed.from.name === '' ? {} : { name: contact?.name ?? parsed.from.name }),
      },
      subject: parsed.subject,
      preview: parsed.text.replace(/\s+/g, ' ').slice(0, 200),
      skills: [...work.mailbox.skillIds],
      threadedBy: home.by,
      automatic: kind === 'auto-reply' || kind === 'bounce',
      attachments: parsed.attachments.length,
      dueAt: mail.at + work.mailbox.dueWithinMs,
      ...(contact === undefined ? {} : { contactId: contact.id }),
    },
  })
}

function store(
  db: Database,
  mail: Mail,
  parsed: ParsedMail,
  more: { conversationId: string; kind: string },
): void {
  db.run(
    `UPDATE mails SET state = 'received', sentence = NULL, conversation_id = :conversationId, class = :kind, message_id = :messageId,
       refs = :refs, from_address = :fromAddress, from_name = :fromName, reply_to = :replyTo, to_addresses = :to,
       subject = :subject, body_text = :text, attachments = :attachments WHERE id = :id`,
    {
      id: mail.id,
      ...more,
      messageId: parsed.messageId,
      refs: JSON.stringify(parsed.references),
      fromAddress: parsed.from.address,
      fromName: parsed.from.name || null,
      replyTo: parsed.replyTo ?? parsed.from.address,
      to: JSON.stringify(parsed.to),
      subject: parsed.subject,
      text: parsed.text,
      attachments: JSON.stringify(parsed.attachments),
    },
  )
}

export function tell(db: Database, fact: MailFact): void {
  appendFact(db, { kind: fact.kind, at: fact.body.at, body: fact.body })
}
