// A mailbox with three conversations, one of them with our answer.
import type { Database } from '#store/database.ts'
import { appendFact } from '#store/facts.ts'
import type { Tenant } from '#store/store.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export function seedMails(
  tenant: Tenant,
  given: { now: number; eva: string; bob: string; skills: { invoices: string; sales: string } },
): void {
  const { db } = tenant
  const { now, skills } = given
  db.run(
    `INSERT INTO mailboxes (id, label, address, imap_host, imap_port, imap_security, smtp_host, smtp_port, smtp_security, username,
       password_sealed, skill_ids, due_within_ms, state, sentence, state_since, last_check_at, created_at)
     VALUES ('box', 'Orders', 'orders@acme.example', 'imap.acme.example', 993, 'tls', 'smtp.acme.example', 465, 'tls', 'orders', '', '[]',
       3600000, 'ok', 'Connected; new mail is seen at once.', ?, ?, ?)`,
    [now - 3 * day, now - 30_000, now - 20 * day],
  )
  const mail = mailWriter(db)
  mail.conversation('m1', 'Invoice 2231 does not match our order')
  mail.received({
    id: 'm1a',
    conversation: 'm1',
    at: now - 4 * hour,
    from: ['Grace Miller', 'grace@miller.example'],
    skills: [skills.invoices],
    text: 'Good morning,\n\nwe ordered 40 boxes, the invoice says 48. Can you please correct it? We pay by Friday.\n\nGrace Miller\nMiller Catering',
    files: [{ name: 'invoice-2231.pdf', bytes: 84_211 }],
  })
  mail.sent({
    id: 'm1b',
    conversation: 'm1',
    at: now - 3 * hour,
    userId: given.eva,
    to: 'grace@miller.example',
    text: 'Good morning Grace,\n\nthank you for telling us. I am asking the warehouse and will write again today.\n\nEva',
  })
  mail.received({
    id: 'm1c',
    conversation: 'm1',
    at: now - 35 * minute,
    from: ['Grace Miller', 'grace@miller.example'],
    skills: [skills.invoices],
    text: 'Thank you, Eva. One more thing: could the corrected invoice carry our new address? It is in the attached letter.\n\nGrace',
    files: [
      { name: 'new-address.pdf', bytes: 41_300 },
      { name: 'logo.png', bytes: 9_120 },
    ],
  })
  mail.conversation('m2', 'Delivery late again')
  mail.received({
    id: 'm2a',
    conversation: 'm2',
    at: now - 2 * hour - 20 * minute,
    from: ['Heidi Long', 'heidi@longfoods.example'],
    skills: [],
    text: 'Hello, our delivery for Monday has not come yet. Where is it?\n\nHeidi',
    files: [],
  })
  mail.conversation('m3', 'Question about opening hours')
  mail.received({
    id: 'm3a',
    conversation: 'm3',
    at: now - 16 * minute,
    from: ['Peggy Small', 'peggy@example.org'],
    skills: [skills.sales],
    text: 'Are you open on Saturday?\n\nPeggy',
    files: [],
  })
}

function mailWriter(db: Database) {
  const insert = (mail: {
    id: string
    conversation: string
    direction: 'in' | 'out'
    state: string
    at: number
    from: readonly [string, string]
    to: string
    text: string
    files: readonly { name: string; bytes: number }[]
    userId?: string
  }) =>
    db.run(
      `INSERT INTO mails (id, mailbox_id, conversation_id, direction, state, raw_file, raw_bytes, from_name, from_address, to_addresses,
         subject, body_text, attachments, user_id, at)
       VALUES (:id, 'box', :conversation, :direction, :state, :file, 1, :name, :address, :to, '', :text, :files, :userId, :at)`,
      {
        id: mail.id,
        conversation: mail.conversation,
        direction: mail.direction,
        state: mail.state,
        file: `${mail.id}.eml`,
        name: mail.from[0],
        address: mail.from[1],
        to: JSON.stringify([mail.to]),
        text: mail.text,
        files: JSON.stringify(mail.files.map((file) => ({ type: 'application/pdf', ...file }))),
        userId: mail.userId ?? null,
        at: mail.at,
      },
    )
  const subjects = new Map<string, string>()
  return {
    conversation: (id: string, subject: string) => {
      subjects.set(id, subject)
      db.run("INSERT INTO conversations (id, mailbox_id, subject, created_at) VALUES (?, 'box', ?, 0)", [
        id,
        subject,
      ])
    },
    received: (mail: {
      id: string
      conversation: string
      at: number
      from: readonly [string, string]
      skills: string[]
      text: string
      files: readonly { name: string; bytes: number }[]
    }) =>
      db.transaction(() => {
        insert({ ...mail, direction: 'in', state: 'received', to: 'orders@acme.example' })
        appendFact(db, {
          kind: 'mail-received',
          at: mail.at,
          body: {
            messageId: mail.id,
            conversationId: mail.conversation,
            mailboxId: 'box',
            at: mail.at,
            from: { name: mail.from[0], address: mail.from[1] },
            subject: subjects.get(mail.conversation) ?? '',
            preview: mail.text.slice(0, 200),
            skills: mail.skills,
            threadedBy: 'new',
            automatic: false,
            attachments: mail.files.length,
          },
        })
      }),
    sent: (mail: {
      id: string
      conversation: string
      at: number
      userId: string
      to: string
      text: string
    }) =>
      db.transaction(() => {
        insert({
          ...mail,
          direction: 'out',
          state: 'sent',
          from: ['Eva Black', 'orders@acme.example'],
          files: [],
        })
        appendFact(db, {
          kind: 'mail-sent',
          at: mail.at,
          body: { messageId: mail.id, conversationId: mail.conversation, at: mail.at, userId: mail.userId },
        })
      }),
  }
}
