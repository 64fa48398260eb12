// The one importer of postal-mime and html-to-text: raw bytes -> ParsedMail. Runs in the parse worker only.
import { convert } from 'html-to-text'
import PostalMime, { type Address, type Email } from 'postal-mime'
import { automaticHeaderNames } from './classify.ts'
import type { ParsedMail } from './parsed-mail.ts'

/** A reader scrolls no further; the raw message keeps the rest. */
const maxTextLength = 200_000
/** Enough for any honest conversation; RFC 5322 sets no limit, senders of nonsense do. */
const maxReferences = 100

/** @throws Error when the message has no readable sender or is damaged beyond reading */
export async function readMail(raw: Uint8Array): Promise<ParsedMail> {
  const email = await PostalMime.parse(Uint8Array.from(raw), { attachmentEncoding: 'arraybuffer' })
  const from = flatten(email.from)[0]
  if (from === undefined) throw new Error('it has no readable sender')
  const headers = email.headers.map((header) => ({ name: header.key.toLowerCase(), value: header.value }))
  const headerValue = (name: string) => headers.find((header) => header.name === name)?.value
  return {
    messageId: idsIn(email.messageId)[0] ?? null,
    inReplyTo: idsIn(email.inReplyTo)[0] ?? null,
    references: idsIn(email.references).slice(-maxReferences),
    from,
    replyTo: email.replyTo?.flatMap((entry) => flatten(entry))[0]?.address ?? null,
    to: [...(email.to ?? []), ...(email.cc ?? [])]
      .flatMap((entry) => flatten(entry))
      .map((entry) => entry.address),
    subject: (email.subject ?? '').replace(/\s+/g, ' ').trim().slice(0, 500),
    text: textOf(email),
    date: dateOf(email.date),
    automaticHeaders: Object.fromEntries(
      automaticHeaderNames.flatMap((name) => {
        const value = headerValue(name)
        return value === undefined ? [] : [[name, value.trim().slice(0, 200)]]
      }),
    ),
    contentType: (headerValue('content-type') ?? 'text/plain').toLowerCase().slice(0, 300),
    attachments: email.attachments.map((part) => ({
      name: part.filename ?? 'unnamed',
      type: part.mimeType,
      bytes: typeof part.content === 'string' ? part.content.length : part.content.byteLength,
    })),
  }
}

function textOf(email: Email): string {
  const text = email.text?.trim() || htmlToText(email.html ?? '')
  return text.replace(/\r\n/g, '\n').slice(0, maxTextLength)
}

function htmlToText(html: string): string {
  if (html === '') return ''
  return convert(html, {
    wordwrap: false,
    limits: { maxDepth: 100, maxInputLength: 2_000_000, ellipsis: '…' },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { ignoreHref: true } },
    ],
  }).trim()
}

function flatten(entry: Address | undefined): { address: string; name: string }[] {
  if (entry === undefined) return []
  const list = entry.group ?? [{ address: entry.address, name: entry.name }]
  return list.flatMap(({ address, name }) =>
    address?.includes('@')
      ? [{ address: address.trim().toLowerCase().slice(0, 320), name: (name ?? '').trim().slice(0, 200) }]
      : [],
  )
}

/** Message-IDs `<left@right>` in a header, angle brackets kept (RFC 5322 §3.6.4). */
function idsIn(header: string | undefined): string[] {
  return header?.match(/<[^<>\s]{1,500}>/g) ?? []
}

function dateOf(text: string | undefined): number | null {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isFinite(at) ? Math.trunc(at) : null
}
