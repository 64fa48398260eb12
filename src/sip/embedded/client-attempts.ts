// One request, several servers (RFC 3263 §4.3): silence, a broken transport or 503 at one sends it to the next, in a
// transaction of its own. To its owner it is one transaction.
import type { Clock, Timer } from '#lib/clock.ts'
import type { BaseClientTransaction } from './client-transaction.ts'
import { findHeader } from './header.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { parseDigits } from './params.ts'
import type { ClientEvents, ClientTransaction, Endpoint, ListeningPoint } from './stack.ts'

export interface AttemptsOptions {
  readonly clock: Clock
  /** How long a server may say nothing while another one is left. */
  readonly silenceMs: number
  readonly events: ClientEvents
  /** Opens a transaction that reports to `events` and waits for `begin`. */
  open(events: ClientEvents): BaseClientTransaction
  /** Sends it to `place`; false when we have no way there. */
  begin(transaction: BaseClientTransaction, place: Endpoint): boolean
  /** The request failed there. */
  failed(place: Endpoint, retryAfterMs: number | undefined): void
}

export class ClientAttempts implements ClientTransaction {
  readonly #options: AttemptsOptions
  #current: BaseClientTransaction
  #place: Endpoint | undefined
  #left: readonly Endpoint[] = []
  #patience: Timer | undefined
  /** The owner wants no more of it, by CANCEL. */
  #cancelled: readonly (readonly [name: string, value: string])[] | undefined
  /** The far end spoke: from now on it alone is asked. */
  #settled = false
  #final: SipResponse | undefined

  constructor(options: AttemptsOptions) {
    this.#options = options
    this.#current = this.#open()
  }

  get request(): SipRequest {
    return this.#current.request
  }
  get raw(): string {
    return this.#current.raw
  }
  get target(): Endpoint {
    return this.#current.target
  }
  get local(): ListeningPoint {
    return this.#current.local
  }
  get state(): ClientTransaction['state'] {
    return this.#current.state
  }

  /** The places are known: sends to the first. */
  start(places: readonly Endpoint[]): void {
    this.#left = places
    if (!this.#next()) this.#current.fail('transport')
  }

  fail(reason: 'timeout' | 'transport', cause?: unknown): void {
    this.#current.fail(reason, cause)
  }

  /** The stack closes: nothing more is tried. */
  stop(): void {
    this.#left = []
    this.#stopWaiting()
  }

  cancel(extraHeaders: readonly (readonly [name: string, value: string])[] = []): void {
    this.#cancelled ??= extraHeaders
    this.#stopWaiting()
    this.#current.cancel(extraHeaders)
  }

  #open(): BaseClientTransaction {
    const opened: BaseClientTransaction = this.#options.open({
      onResponse: (response, raw, meta) =>
        this.#receive(opened, response, () => this.#options.events.onResponse(response, raw, meta)),
      onFailure: (reason, cause) => {
        if (opened !== this.#current || this.#final) return
        if (this.#place) this.#options.failed(this.#place, undefined)
        if (!this.#mayGoOn() || !this.#next()) {
          this.#stopWaiting()
          this.#options.events.onFailure(reason, cause)
        }
      },
    })
    return opened
  }

  #receive(from: BaseClientTransaction, response: SipResponse, pass: () => void): void {
    if (from !== this.#current) {
      // A server that was given up speaks after all. Its CANCEL is on the way; an answer is a fork's answer.
      if (response.status < 200 || response.status >= 300) return
      if (this.#final && this.#final.status >= 300) return
      if (!this.#final) this.#current.cancel()
      this.#settle(response)
      pass()
      return
    }
    this.#stopWaiting()
    if (response.status === 503 && this.#place) {
      const seconds = parseDigits(/^\d+/.exec(findHeader(response, 'Retry-After') ?? '')?.[0] ?? '')
      this.#options.failed(this.#place, seconds === undefined ? undefined : seconds * 1_000)
      if (this.#mayGoOn() && this.#next()) return
    }
    // A 100 is the next hop's word, not the callee's.
    if (response.status > 100) this.#settle(response)
    pass()
  }

  #settle(response: SipResponse): void {
    this.#settled = true
    this.#stopWaiting()
    if (response.status >= 200) this.#final ??= response
  }

  #mayGoOn(): boolean {
    return this.#left.length > 0 && !this.#settled && this.#cancelled === undefined
  }

  /** To the next place there is a way to. */
  #next(): boolean {
    this.#stopWaiting()
    while (this.#left[0]) {
      const [place, ...left] = this.#left
      this.#left = left
      if (this.#place !== undefined) this.#current = this.#open()
      this.#place = place
      if (!this.#options.begin(this.#current, place)) {
        this.#current.end()
        continue
      }
      if (left.length > 0)
        this.#patience = this.#options.clock.after(this.#options.silenceMs, () => this.#giveUp(place))
      return true
    }
    return false
  }

  /**
   * Deviates from RFC 3261 §17.1.1.2: with another server left, 8*T1 of silence are enough instead of 64*T1, because
   * no caller waits half a minute, since the first version. What was given up is cancelled as soon as it speaks.
   */
  #giveUp(place: Endpoint): void {
    if (!this.#mayGoOn()) return
    const silent = this.#current
    this.#options.failed(place, undefined)
    if (this.#next()) silent.cancel()
  }

  #stopWaiting(): void {
    this.#patience?.cancel()
    this.#patience = undefined
  }
}
