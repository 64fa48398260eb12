import type { MailServerFields } from '../data/mailboxes.ts'
import { text } from '../look/form-fields.ts'

export type Security = MailServerFields['security']

/** The port that belongs to a kind of encryption (RFC 8314 §3). */
export const defaultPorts: Readonly<Record<'imap' | 'smtp', Readonly<Record<Security, number>>>> = {
  imap: { tls: 993, starttls: 143, none: 143 },
  smtp: { tls: 465, starttls: 587, none: 25 },
}

export function readSecurity(value: string | null): Security {
  return value === 'starttls' || value === 'none' ? value : 'tls'
}

export function readMailServer(fields: FormData, name: 'imap' | 'smtp'): MailServerFields {
  const security = readSecurity(text(fields, `${name}-security`))
  const port = Number(text(fields, `${name}-port`))
  return { host: text(fields, `${name}-host`), port: port || defaultPorts[name][security], security }
}
