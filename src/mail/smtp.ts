// The one importer of nodemailer: hands one finished message to the provider's SMTP server.
import { createTransport } from 'nodemailer'
import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import { CordboardError, messageOf } from '#lib/errors.ts'
import type { Server } from './mailbox.ts'

export interface Outgoing {
  readonly from: { readonly address: string; readonly name: string }
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly messageId: string
  readonly inReplyTo: string | undefined
  readonly references: readonly string[]
  readonly date: number
  readonly attachments?: readonly Attachment[]
}

export interface Attachment {
  readonly name: string
  readonly type: string
  readonly content: Buffer
}

/** The message as it goes over the wire (RFC 5322), made once so that every try sends the same bytes. */
export async function composeMail(mail: Outgoing): Promise<Buffer> {
  return await new MailComposer({
    from: mail.from,
    to: [...mail.to],
    subject: mail.subject,
    text: mail.text,
    messageId: mail.messageId,
    date: new Date(mail.date),
    ...(mail.inReplyTo === undefined ? {} : { inReplyTo: mail.inReplyTo }),
    ...(mail.references.length === 0 ? {} : { references: [...mail.references] }),
    attachments: (mail.attachments ?? []).map(({ name, type, content }) => ({
      filename: name,
      contentType: type,
      content,
    })),
    // No file is read and no address fetched for a message's content.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build()
}

export interface SmtpAccount {
  readonly server: Server
  readonly username: string
  readonly password: string
}

/**
 * Resolves when the server has taken the message (250).
 * @throws CordboardError `mail.refused` for a 5xx (final), `mail.credentials`, `mail.network` for what may work later
 */
export function sendMail(
  account: SmtpAccount,
  mail: { readonly from: string; readonly to: readonly string[]; readonly raw: Buffer },
): Promise<void> {
  const envelope = { from: mail.from, to: [...mail.to] }
  return withTransport(account, (transport) => transport.sendMail({ envelope, raw: mail.raw }))
}

/** Signs in and says goodbye. @throws as `sendMail` */
export function tryOutSmtp(account: SmtpAccount): Promise<void> {
  return withTransport(account, (transport) => transport.verify())
}

async function withTransport(
  account: SmtpAccount,
  act: (transport: ReturnType<typeof createTransport>) => Promise<unknown>,
): Promise<void> {
  const { host, port, security } = account.server
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    auth: { user: account.username, pass: account.password },
    connectionTimeout: 20_000,
    greetingTimeout: 15_000,
    socketTimeout: 60_000,
  })
  try {
    await act(transport)
  } catch (cause) {
    throw smtpFault(cause, host)
  } finally {
    transport.close()
  }
}

function smtpFault(cause: unknown, host: string): CordboardError {
  const code = fieldOf(cause, 'code')
  const status = fieldOf(cause, 'responseCode')
  if (code === 'EAUTH')
    return new CordboardError('mail.credentials', `${host} refused the user name or password.`, {
      blame: 'setup',
      cause,
    })
  if (typeof status === 'number' && status >= 500)
    return new CordboardError('mail.refused', `${host} refused the message: ${messageOf(cause)}.`, {
      blame: 'theirs',
      cause,
    })
  return new CordboardError('mail.network', `${host} did not take the message: ${messageOf(cause)}.`, {
    blame: 'theirs',
    retry: true,
    cause,
  })
}

function fieldOf(thrown: unknown, name: string): unknown {
  return typeof thrown === 'object' && thrown !== null
    ? Object.entries(thrown).find(([key]) => key === name)?.[1]
    : undefined
}
