// Watches one mailbox: IDLE and poll, new UIDs only, raw first, cursor in the same transaction. It never gives up (M1, M5, M8).
import { backoff } from '#lib/backoff.ts'
import { type Clock, delay } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import type { Log } from '#lib/log.ts'
import type { Vault } from '#lib/secret.ts'
import type { Tenant } from '#store/store.ts'
import { type ImapSession, openImap } from './imap.ts'
import { insertStored, settleMail } from './mail-store.ts'
import {
  getMailbox,
  type Mailbox,
  type MailboxState,
  moveCursor,
  readCursor,
  recordCheck,
} from './mailbox.ts'
import type { Parser } from './parser.ts'
import { fingerprint, writeRaw } from './raw-file.ts'
import { takeInStored, tell } from './take-in.ts'

/** IDLE announces mail at once; the poll is for servers whose IDLE sleeps or lies. */
const pollMs = 60_000
/** A refused password is not tried in quick succession: providers lock accounts for that. */
const credentialsRetryMs = 60 * 60_000

export interface ReceiveOptions {
  readonly tenant: Tenant
  readonly mailboxId: string
  readonly parser: Parser
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Log
  /** Called when what an admin sees of the mailbox has changed. */
  readonly onState: (mailboxId: string) => void
}

export interface Receiver extends AsyncDisposable {
  /** Checks now, whatever it waits for: after new settings, or by a person's button. */
  checkNow(): void
}

export function startReceiver(options: ReceiveOptions): Receiver {
  const stop = new AbortController()
  const wake = new Wake()
  const running = watch(options, stop.signal, wake)
  return {
    checkNow: () => wake.ring(),
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error('stopped'))
      wake.ring()
      await running
    },
  }
}

async function watch(options: ReceiveOptions, stop: AbortSignal, wake: Wake): Promise<void> {
  const waits = backoff({ firstMs: 1_000, maxMs: 60_000 })
  while (!stop.aborted) {
    try {
      await session(options, stop, wake, () => waits.reset())
    } catch (err) {
      if (stop.aborted) return
      const refused = err instanceof CordboardError && err.code === 'mail.credentials'
      if (!(err instanceof CordboardError))
        options.log.error({ err, mailboxId: options.mailboxId }, 'a mailbox check failed')
      report(options, refused ? 'credentials' : 'network', messageOf(err))
      await wake.wait(options.clock, refused ? credentialsRetryMs : waits.next(), stop)
    }
  }
}

/** One connection, until it breaks (throws) or the receiver is stopped (returns). */
async function session(
  options: ReceiveOptions,
  stop: AbortSignal,
  wake: Wake,
  onWorking: () => void,
): Promise<void> {
  const mailbox = getMailbox(options.tenant.db, options.mailboxId)
  const password = options.vault.open(mailbox.passwordSealed)
  await using imap = await openImap({ server: mailbox.imap, username: mailbox.username, password })
  let closed = false
  imap.onNews = () => wake.ring()
  imap.onClosed = () => {
    closed = true
    wake.ring()
  }
  while (!stop.aborted) {
    if (closed)
      throw new CordboardError('mail.network', `${mailbox.imap.host} closed the connection.`, {
        blame: 'theirs',
        retry: true,
      })
    wake.reset()
    const taken = await fetchNew(options, imap, mailbox)
    onWorking()
    report(options, 'ok', taken === 0 ? 'Connected.' : `Connected; ${taken} new.`)
    await takeInStored({ ...options, mailbox, now: () => options.clock.now() })
    imap.listen()
    await wake.wait(options.clock, pollMs, stop)
  }
}

async function fetchNew(options: ReceiveOptions, imap: ImapSession, mailbox: Mailbox): Promise<number> {
  const { db } = options.tenant
  const { uidValidity, uidNext } = imap.inbox
  const cursor = readCursor(db, mailbox.id)
  if (cursor.uidValidity === null) {
    // The first sight of this mailbox: from now on; what lies there is history and makes no tasks.
    moveCursor(db, mailbox.id, uidValidity, uidNext - 1)
    return 0
  }
  // Numbered anew by the server: read all again, doubles are known by their bytes, history by its age.
  const renumbered = cursor.uidValidity !== uidValidity
  const from = renumbered ? 0 : cursor.lastUid
  let taken = 0
  for (const uid of await imap.uidsAfter(from)) {
    const fetched = await imap.download(uid)
    if (fetched === undefined || (renumbered && fetched.receivedAt < mailbox.createdAt)) {
      moveCursor(db, mailbox.id, uidValidity, uid)
      continue
    }
    const id = newId(options.clock.now())
    const rawFile = await writeRaw(options.tenant.mailFolder, id, fetched.raw, options.clock.now())
    const at = options.clock.now()
    const { truncated, raw } = fetched
    db.transaction(() => {
      const mail = {
        id,
        mailboxId: mailbox.id,
        uidValidity,
        uid,
        sha256: fingerprint(raw),
        rawFile,
        rawBytes: raw.length,
        at,
      }
      if (insertStored(db, mail)) taken += 1
      moveCursor(db, mailbox.id, uidValidity, uid)
      if (!truncated) return
      const sentence = 'The message is larger than 64 MB; only its beginning was stored.'
      settleMail(db, id, 'quarantined', sentence)
      tell(db, { kind: 'mail-quarantined', body: { messageId: id, mailboxId: mailbox.id, at, sentence } })
    })
  }
  return taken
}

function report(options: ReceiveOptions, state: MailboxState, sentence: string): void {
  recordCheck(options.tenant.db, options.mailboxId, { state, sentence, at: options.clock.now() })
  options.onState(options.mailboxId)
}

/** A bell that also rings when nobody waits yet: news between two waits is not lost. */
class Wake {
  #rung = false
  #ring = () => {}

  ring(): void {
    this.#rung = true
    this.#ring()
  }

  reset(): void {
    this.#rung = false
  }

  async wait(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
    if (this.#rung || stop.aborted) return this.reset()
    const cancel = new AbortController()
    this.#ring = () => cancel.abort(new Error('rung'))
    try {
      await delay(clock, ms, cancel.signal)
    } catch {
      // Rung: somebody wants it checked before its time.
    } finally {
      this.#ring = () => {}
      this.reset()
    }
  }
}
