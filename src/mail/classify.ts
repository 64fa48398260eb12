// Human, automatic, bulk or bounce (M4): decides what may wake people and what is never answered automatically. Pure.

/** Headers that tell automatic mail; the parse keeps only these. */
export const automaticHeaderNames = [
  'auto-submitted',
  'precedence',
  'list-id',
  'list-unsubscribe',
  'return-path',
  'x-autoreply',
  'x-autorespond',
  'x-auto-response-suppress',
  'x-loop',
  'x-failed-recipients',
] as const

export type MailClass = 'human' | 'auto-reply' | 'bulk' | 'bounce'

export interface Signs {
  readonly automaticHeaders: Readonly<Record<string, string>>
  readonly contentType: string
  readonly from: { readonly address: string }
}

export function classify(mail: Signs): MailClass {
  const header = (name: (typeof automaticHeaderNames)[number]) => mail.automaticHeaders[name]?.toLowerCase()
  const mailbox = mail.from.address.split('@')[0] ?? ''
  // A delivery status notification (RFC 3464 §2); the sender is a mail system.
  if (mail.contentType.includes('report-type=delivery-status') || header('x-failed-recipients') !== undefined)
    return 'bounce'
  if (mailbox === 'mailer-daemon' || mailbox === 'postmaster') return 'bounce'
  // RFC 3834 §5: anything but "no" was sent without a person.
  const submitted = header('auto-submitted')
  if (submitted !== undefined && !submitted.startsWith('no')) return 'auto-reply'
  if (
    header('x-autoreply') !== undefined ||
    header('x-autorespond') !== undefined ||
    header('x-loop') !== undefined
  )
    return 'auto-reply'
  const precedence = header('precedence')
  if (precedence === 'auto_reply') return 'auto-reply'
  if (header('return-path') === '<>') return 'auto-reply'
  // A list may carry a customer's words (Google Groups): shown like any mail, only never answered by a machine.
  if (
    precedence === 'bulk' ||
    precedence === 'junk' ||
    precedence === 'list' ||
    header('list-id') !== undefined
  )
    return 'bulk'
  return 'human'
}
