// Mail: IMAP in, SMTP out, one receiver per mailbox and one outbox per company. It knows conversations, not tasks.
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { Events, type Source } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import type { Store, Tenant } from '#store/store.ts'
import { mailEmergencies } from './emergency-notice.ts'
import { openImap } from './imap.ts'
import type { Mail } from './mail-store.ts'
import {
  createMailbox,
  listMailboxes,
  type Mailbox,
  type MailboxInput,
  mailboxInput,
  setMailboxPassword,
} from './mailbox.ts'
import { type Outbox, type Reply, startOutbox } from './outbox.ts'
import { startParser } from './parser.ts'
import { type Receiver, startReceiver } from './receive.ts'
import { tryOutSmtp } from './smtp.ts'
import { mailVoicemails } from './voicemail-mail.ts'

export interface MailboxChanged {
  readonly tenantId: string
  readonly mailboxId: string
}

export interface MailService extends AsyncDisposable {
  /** A mailbox's state or last check has changed. */
  readonly events: Source<MailboxChanged>
  /** Signs in to both servers. @throws CordboardError `mail.credentials`, `mail.network` with the host in the sentence */
  tryOut(input: MailboxInput): Promise<void>
  /** Stores the mailbox and starts to watch it; mail that is there already stays history. */
  addMailbox(tenant: Tenant, input: MailboxInput): Mailbox
  changePassword(tenant: Tenant, mailboxId: string, password: string): void
  checkNow(mailboxId: string): void
  /** @throws as `Outbox.reply` */
  reply(tenant: Tenant, reply: Reply): Promise<Mail>
}

export function startMail(options: { store: Store; clock: Clock; log: Log }): MailService {
  const { store, clock } = options
  const log = options.log.with({ area: 'mail' })
  const events = new Events<MailboxChanged>(log)
  const parser = startParser({ clock })
  const receivers = new Map<string, Receiver>()
  const outboxes = new Map<string, Outbox>()

  const notices = new DisposableStack()
  const watch = (tenant: Tenant, mailboxId: string) => {
    const onState = (id: string) => events.emit({ tenantId: tenant.id, mailboxId: id })
    receivers.set(
      mailboxId,
      startReceiver({ tenant, mailboxId, parser, vault: store.vault, clock, log, onState }),
    )
  }
  const following = store.onTenant((tenant) => {
    const outbox = startOutbox({ tenant, vault: store.vault, clock, log })
    outboxes.set(tenant.id, outbox)
    notices.use(mailEmergencies({ tenant, outbox, clock, log }))
    notices.use(mailVoicemails({ tenant, outbox, clock, log }))
    for (const mailbox of listMailboxes(tenant.db)) if (mailbox.enabled) watch(tenant, mailbox.id)
  })

  return {
    events,
    tryOut: async (input) => {
      const { imap, smtp, username, password } = mailboxInput.parse(input)
      const session = await openImap({ server: imap, username, password, timeoutMs: 10_000 })
      await session[Symbol.asyncDispose]()
      await tryOutSmtp({ server: smtp, username, password })
    },
    addMailbox: (tenant, input) => {
      const mailbox = createMailbox(tenant.db, store.vault, input, clock.now())
      watch(tenant, mailbox.id)
      return mailbox
    },
    changePassword: (tenant, mailboxId, password) => {
      setMailboxPassword(tenant.db, store.vault, mailboxId, password, clock.now())
      receivers.get(mailboxId)?.checkNow()
    },
    checkNow: (mailboxId) => receivers.get(mailboxId)?.checkNow(),
    reply: async (tenant, reply) => {
      const outbox = outboxes.get(tenant.id)
      if (outbox === undefined)
        throw new CordboardError('mail.no-conversation', 'There is no mail here to reply to.', {
          blame: 'user',
        })
      return await outbox.reply(reply)
    },
    [Symbol.asyncDispose]: async () => {
      following[Symbol.dispose]()
      notices.dispose()
      await Promise.all(
        [...receivers.values(), ...outboxes.values()].map((service) => service[Symbol.asyncDispose]()),
      )
      await parser[Symbol.asyncDispose]()
    },
  }
}
