// What is read out of a raw message; made in the parse worker, which may die of it, and handed over as plain data.
import { z } from 'zod'

const address = z.object({ address: z.string(), name: z.string() })

export const parsedMail = z.object({
  messageId: z.string().nullable(),
  inReplyTo: z.string().nullable(),
  /** Oldest first, as in the header (RFC 5322 §3.6.4). */
  references: z.array(z.string()),
  from: address,
  replyTo: z.string().nullable(),
  to: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  /** ms since the epoch; null when the Date header is missing or nonsense. */
  date: z.int().nullable(),
  /** Lower-case names of the headers that tell automatic mail, with their values. */
  automaticHeaders: z.record(z.string(), z.string()),
  contentType: z.string(),
  attachments: z.array(z.object({ name: z.string(), type: z.string(), bytes: z.int() })),
})

export type ParsedMail = z.infer<typeof parsedMail>
