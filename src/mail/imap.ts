// The one importer of imapflow: a session on one INBOX, read-only, so that no \Seen flag is ever set or needed (M1).
import { ImapFlow } from 'imapflow'
import { CordboardError, messageOf } from '#lib/errors.ts'
import type { Server } from './mailbox.ts'

/** Larger than any provider accepts today; what is bigger becomes a quarantined task, not a full memory. */
export const maxMessageBytes = 64 * 1024 * 1024
/** RFC 2177: IDLE is renewed before the 30 minutes after which servers hang up; many routers forget earlier. */
const maxIdleMs = 5 * 60_000

export interface Inbox {
  /** RFC 3501 §2.3.1.1: UIDs mean nothing under another UIDVALIDITY. */
  readonly uidValidity: string
  readonly uidNext: number
}

export interface Fetched {
  readonly uid: number
  readonly raw: Buffer
  /** True when the server has more than `maxMessageBytes` of it: `raw` is its beginning. */
  readonly truncated: boolean
  readonly receivedAt: number
}

export interface ImapSession extends AsyncDisposable {
  readonly inbox: Inbox
  /** Lets the server announce news (IDLE, RFC 2177) until the next command; does not wait. */
  listen(): void
  /** UIDs above `lastUid`, ascending. */
  uidsAfter(lastUid: number): Promise<number[]>
  /** undefined: the message is gone meanwhile. */
  download(uid: number): Promise<Fetched | undefined>
  /** Resolves with false when the server has no folder marked \Sent (RFC 6154). */
  copyToSent(raw: Buffer): Promise<boolean>
  /** Told when the server announces new mail (IDLE) or ends the session. */
  onNews: () => void
  onClosed: () => void
}

/** @throws CordboardError `mail.credentials` when the server refuses the password, `mail.network` for anything else */
export async function openImap(options: {
  server: Server
  username: string
  password: string
  timeoutMs?: number
}): Promise<ImapSession> {
  const { host, port, security } = options.server
  const client = new ImapFlow({
    host,
    port,
    secure: security === 'tls',
    doSTARTTLS: security === 'starttls',
    auth: { user: options.username, pass: options.password },
    logger: false,
    disableAutoEnable: false,
    maxIdleTime: maxIdleMs,
    connectionTimeout: options.timeoutMs ?? 20_000,
    greetingTimeout: 15_000,
    socketTimeout: 10 * 60_000,
  })
  // Without a listener an error between two commands would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    const opened = await client.mailboxOpen('INBOX', { readOnly: true })
    return new InboxSession(client, {
      uidValidity: String(opened.uidValidity),
      uidNext: Number(opened.uidNext),
    })
  } catch (cause) {
    client.close()
    throw imapFault(cause, host)
  }
}

class InboxSession implements ImapSession {
  readonly inbox: Inbox
  onNews = () => {}
  onClosed = () => {}
  readonly #client: ImapFlow

  constructor(client: ImapFlow, inbox: Inbox) {
    this.#client = client
    this.inbox = inbox
    client.on('exists', () => this.onNews())
    client.on('close', () => this.onClosed())
  }

  listen(): void {
    // What breaks IDLE also closes the session, and `onClosed` tells of that.
    this.#client.idle().catch(() => this.#client.close())
  }

  async uidsAfter(lastUid: number): Promise<number[]> {
    // A SEARCH sees only what the server has told of so far (RFC 3501 §7.4.1): NOOP lets it tell.
    await this.#do(() => this.#client.noop())
    // `n:*` always holds the newest message, also one below n (RFC 3501 §6.4.8): hence the filter.
    const found = await this.#do(() => this.#client.search({ uid: `${lastUid + 1}:*` }, { uid: true }))
    return (found || []).filter((uid) => uid > lastUid).sort((a, b) => a - b)
  }

  async download(uid: number): Promise<Fetched | undefined> {
    const found = await this.#do(() =>
      this.#client.fetchOne(
        String(uid),
        { uid: true, size: true, internalDate: true, source: { maxLength: maxMessageBytes } },
        { uid: true },
      ),
    )
    const message = found || undefined
    if (message?.source === undefined) return undefined
    const receivedAt = new Date(message.internalDate ?? Date.now()).getTime()
    return {
      uid,
      raw: Buffer.from(message.source),
      truncated: (message.size ?? 0) > maxMessageBytes,
      receivedAt,
    }
  }

  async copyToSent(raw: Buffer): Promise<boolean> {
    const folders = await this.#do(() => this.#client.list())
    const sent =
      folders.find((folder) => folder.specialUse === '\\Sent') ??
      folders.find((folder) => folder.path === 'Sent')
    if (sent === undefined) return false
    await this.#do(() => this.#client.append(sent.path, raw, ['\\Seen']))
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.onClosed = () => {}
    this.onNews = () => {}
    if (!this.#client.usable) return this.#client.close()
    try {
      await this.#client.logout()
    } catch {
      // The server went first: nothing is left to say goodbye to.
      this.#client.close()
    }
  }

  async #do<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command()
    } catch (cause) {
      throw imapFault(cause, this.#client.host)
    }
  }
}

function imapFault(cause: unknown, host: string): CordboardError {
  if (
    typeof cause === 'object' &&
    cause !== null &&
    'authenticationFailed' in cause &&
    cause.authenticationFailed === true
  )
    return new CordboardError('mail.credentials', `${host} refused the user name or password.`, {
      blame: 'setup',
      cause,
    })
  return new CordboardError('mail.network', `${host} could not be reached: ${messageOf(cause)}.`, {
    blame: 'theirs',
    retry: true,
    cause,
  })
}
