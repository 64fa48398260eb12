// What mail tells the right side, written in the same transaction as the mail rows.
import { z } from 'zod'

const address = z.object({ address: z.string(), name: z.string().optional() })

export const mailFacts = {
  /** A received message is stored and threaded. `conversationId` groups the messages of one exchange. */
  'mail-received': z.object({
    messageId: z.string(),
    conversationId: z.string(),
    mailboxId: z.string(),
    at: z.number().int(),
    from: address,
    subject: z.string(),
    /** First 200 characters of the text, white space folded. */
    preview: z.string(),
    skills: z.array(z.string()),
    /** Why it joined this conversation: `new`, `in-reply-to`, `references`, `number`. */
    threadedBy: z.string(),
    /** Automatic mail (RFC 3834) opens no new conversation of its own accord. */
    automatic: z.boolean(),
    attachments: z.number().int(),
    /** When an answer is due by the mailbox's setting (M7). */
    dueAt: z.number().int().optional(),
    contactId: z.string().optional(),
  }),
  /** A message nobody could read: a visible task, the raw file kept (M5). */
  'mail-quarantined': z.object({
    messageId: z.string(),
    mailboxId: z.string(),
    at: z.number().int(),
    sentence: z.string(),
  }),
  /** A reply or a new message left by SMTP, or finally could not. */
  'mail-sent': z.object({
    messageId: z.string(),
    conversationId: z.string(),
    at: z.number().int(),
    userId: z.string(),
  }),
  'mail-failed': z.object({
    messageId: z.string(),
    conversationId: z.string(),
    at: z.number().int(),
    sentence: z.string(),
  }),
} as const

export type MailFactKind = keyof typeof mailFacts
const mailFact = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mail-received'), body: mailFacts['mail-received'] }),
  z.object({ kind: z.literal('mail-quarantined'), body: mailFacts['mail-quarantined'] }),
  z.object({ kind: z.literal('mail-sent'), body: mailFacts['mail-sent'] }),
  z.object({ kind: z.literal('mail-failed'), body: mailFacts['mail-failed'] }),
])

export type MailFact = z.infer<typeof mailFact>

/** A stored fact as a mail fact; undefined when it is of another kind. @throws ZodError when its body has not the shape of its kind */
export function readMailFact(fact: { readonly kind: string; readonly body: unknown }): MailFact | undefined {
  return Object.hasOwn(mailFacts, fact.kind) ? mailFact.parse(fact) : undefined
}
