// Mailboxes as the pages show them, and the mails of a conversation as a task shows them.
import type { MailboxesPort } from '#admin/ports.ts'
import type { Light, MailboxView, MailView } from '#admin/view.ts'
import { type Mail, mailsOf } from '#mail/mail-store.ts'
import { listMailboxes, type Mailbox, type MailboxState } from '#mail/mailbox.ts'
import type { MailService } from '#mail/start-mail.ts'
import { findUser } from '#people/user.ts'
import type { TenantParts } from './parts.ts'

export interface MailSources extends TenantParts {
  readonly mail: Pick<MailService, 'tryOut' | 'addMailbox' | 'reply'>
}

const lights: Readonly<Record<MailboxState, Light>> = {
  new: 'grey',
  ok: 'green',
  network: 'amber',
  credentials: 'red',
}

export function mailboxesPort({ tenant, mail }: MailSources): MailboxesPort {
  return {
    list: () => listMailboxes(tenant.db).map(mailboxView),
    create: async (input) => {
      const checked = { ...input, skillIds: [...input.skillIds] }
      await mail.tryOut(checked)
      return mailboxView(mail.addMailbox(tenant, checked))
    },
  }
}

export function mailViewsOf({ tenant }: TenantParts, conversationId: string): readonly MailView[] {
  return mailsOf(tenant.db, conversationId).map((mail) => ({
    id: mail.id,
    direction: mail.direction,
    at: mail.at,
    from: fromOf(tenant, mail),
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    attachments: mail.attachments.map(({ name, bytes }, index) => ({
      id: `${mail.id}-${index}`,
      name,
      bytes,
      url: '',
    })),
    originalUrl: `/api/mails/${mail.id}/original`,
    state: stateOf(mail),
    sentence: mail.sentence,
  }))
}

function mailboxView(mailbox: Mailbox): MailboxView {
  return {
    id: mailbox.id,
    label: mailbox.label,
    address: mailbox.address,
    light: lights[mailbox.state],
    reason: mailbox.sentence,
    lastCheckAt: mailbox.lastCheckAt,
  }
}

function fromOf(tenant: TenantParts['tenant'], mail: Mail): string {
  const author = mail.userId === null ? undefined : findUser(tenant.db, mail.userId)
  return author?.name ?? mail.from.name ?? mail.from.address ?? 'Unknown sender'
}

function stateOf(mail: Mail): MailView['state'] {
  if (mail.direction === 'in') return 'received'
  if (mail.state === 'failed' || mail.state === 'sent') return mail.state
  return 'waiting'
}
