// One subscription: a dialog in which a phone is told how something is, at once and whenever it changes, until it expires,
// the phone wants no more, or nobody answers there (RFC 6665 §4.2).
import type { Clock, Timer } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { Dialog } from '#sip/sip-server.ts'
import type { Subject } from './event-package.ts'
import { pace } from './pace.ts'

/** RFC 6665 §4.1.3: `deactivated` asks the phone to subscribe again at once. */
export type EndReason = 'timeout' | 'deactivated' | 'noresource' | 'rejected'

export interface SubscriptionOptions {
  readonly dialog: Dialog
  readonly subject: Subject
  readonly eventHeader: string
  readonly contentType: string
  readonly entity: string
  readonly host: string
  readonly expiresS: number
  /** Told once, when nothing more will be sent but the last NOTIFY. */
  readonly onOver: () => void
  readonly clock: Clock
  readonly log: Log
}

export class Subscription {
  readonly #options: SubscriptionOptions
  readonly #pace: ReturnType<typeof pace>
  #expiresAt = 0
  #expiry: Timer | undefined
  #later: Timer | undefined
  #version = 0
  #told: string | undefined
  /** A NOTIFY is out: the next one waits for its answer, so that none overtakes it. */
  #sending = false
  /** The phone asked: it is told also what it knows. */
  #asked = false
  #over = false

  constructor(options: SubscriptionOptions) {
    this.#options = options
    this.#pace = pace(options.clock)
  }

  /** From now on for so long; the phone is told at once how it is (RFC 6665 §4.2.1.2). 0: and then no more. */
  refresh(expiresS: number): void {
    if (this.#over) return
    this.#expiry?.cancel()
    if (expiresS === 0) {
      this.end('timeout')
      return
    }
    const { clock, log } = this.#options
    this.#expiresAt = clock.monotonic() + expiresS * 1_000
    this.#expiry = clock.after(
      expiresS * 1_000,
      guard(log, 'end of a subscription', () => void this.end('timeout')),
    )
    this.ask()
  }

  /** Tells the phone how it is, even if it knows. */
  ask(): void {
    this.#asked = true
    this.look()
  }

  /** Something may have changed. */
  look(): void {
    if (this.#over || this.#sending) return
    const now = this.#options.subject.look()
    if (!now) void this.end('noresource')
    else if (this.#asked || now.key !== this.#told) this.#pass()
  }

  /** The last NOTIFY; resolves when it was answered or could not be sent. Idempotent, never rejects. */
  async end(reason: EndReason): Promise<void> {
    if (this.#over) return
    this.#close()
    await this.#notify(`terminated;reason=${reason}`)
    this.#options.dialog.forget()
  }

  /** Nothing can be sent any more. */
  drop(): void {
    if (this.#over) return
    this.#close()
    this.#options.dialog.forget()
  }

  #close(): void {
    this.#over = true
    this.#expiry?.cancel()
    this.#later?.cancel()
    this.#options.onOver()
  }

  #pass(): void {
    const waitMs = this.#asked ? 0 : this.#pace.take()
    if (waitMs === 0) guard(this.#options.log, 'NOTIFY', () => this.#tell())()
    else
      this.#later ??= this.#options.clock.after(
        waitMs,
        guard(this.#options.log, 'NOTIFY', () => {
          this.#later = undefined
          this.look()
        }),
      )
  }

  async #tell(): Promise<void> {
    this.#asked = false
    this.#sending = true
    const leftMs = Math.max(0, this.#expiresAt - this.#options.clock.monotonic())
    const status = await this.#notify(`active;expires=${Math.ceil(leftMs / 1_000)}`)
    this.#sending = false
    // Its server may be gone for a moment: the next news tries again, until its time is over.
    if (status === 'unsent') this.#told = undefined
    else if (isGone(status)) await this.end('timeout')
    else this.look()
  }

  async #notify(state: string): Promise<number | 'unsent'> {
    const { dialog, subject, eventHeader, contentType, entity, host, log } = this.#options
    const now = subject.look()
    const headers = { Event: eventHeader, 'Subscription-State': state }
    this.#told = now?.key
    const body = now?.write({ version: this.#version, entity, host })
    this.#version += 1
    const content =
      body === undefined ? { headers } : { headers: { ...headers, 'Content-Type': contentType }, body }
    try {
      const { answer } = await dialog.request({ method: 'NOTIFY', ...content }).final
      return answer.status
    } catch (err) {
      log.debug({ reason: messageOf(err), sipCallId: dialog.callId }, 'a NOTIFY was not sent')
      return 'unsent'
    }
  }
}

/** RFC 5057 §5.1, RFC 6665 §4.2.2: the subscription is not there any more, or nobody is. */
function isGone(status: number): boolean {
  const passing = [401, 407, 413, 414, 420, 421, 423, 429, 491, 494]
  return (status >= 400 && status < 500 && !passing.includes(status)) || status === 501 || status >= 600
}
