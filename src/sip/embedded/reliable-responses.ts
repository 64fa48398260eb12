// Reliable provisional responses to one INVITE: numbered, repeated until PRACK, one at a time (RFC 3262 §3).
import { randomInt } from 'node:crypto'
import type { Clock } from '#lib/clock.ts'
import { cseqOf } from './dialog.ts'
import { findHeader } from './header.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { parseDigits } from './params.ts'
import type { ServerTransaction } from './stack.ts'
import { patienceMs, Retransmission, type SipTimers } from './timers.ts'

export interface ReliableOptions {
  readonly transaction: ServerTransaction
  readonly clock: Clock
  readonly timers: SipTimers
  /** No PRACK came in 64*T1: the INVITE is to be refused with a 5xx. */
  onUnacknowledged(): void
}

export class ReliableResponses {
  readonly #options: ReliableOptions
  readonly #retransmission: Retransmission
  /** The first is on the wire, the others wait for its PRACK. */
  readonly #queue: { rseq: number; response: SipResponse }[] = []
  // RFC 3262 §3: the first value lies between 1 and 2**31 - 1, chosen at random; room is left to count up.
  #lastRSeq = randomInt(1, 2 ** 30)
  #giveUp: Disposable | undefined
  #held: (() => void) | undefined

  constructor(options: ReliableOptions) {
    this.#options = options
    this.#retransmission = new Retransmission(options.clock)
  }

  /** Sends the response reliably, or queues it; returns it as it goes out. */
  send(response: SipResponse): SipResponse {
    this.#lastRSeq += 1
    const numbered = {
      ...response,
      headers: [...response.headers, { name: 'RSeq', value: String(this.#lastRSeq) }],
    }
    this.#queue.push({ rseq: this.#lastRSeq, response: numbered })
    if (this.#queue.length === 1) this.#transmit()
    return numbered
  }

  /** Whether a PRACK acknowledges what we wait for; if not, it gets 481. */
  expects(prack: SipRequest): boolean {
    const [rseq, cseq, method] = (findHeader(prack, 'RAck') ?? '').trim().split(/\s+/)
    const [first] = this.#queue
    if (!first || parseDigits(rseq ?? '') !== first.rseq || method?.toUpperCase() !== 'INVITE') return false
    return parseDigits(cseq ?? '') === cseqOf(this.#options.transaction.request)
  }

  /** The expected PRACK came: the next response may go out. */
  acknowledge(): void {
    this.#queue.shift()
    this.#stopTimers()
    if (this.#queue.length > 0) this.#transmit()
    else this.#release()
  }

  /**
   * Runs `act` (sending a 2xx) now, or after the outstanding PRACKs: RFC 3262 §3 forbids a 2xx while an offer or
   * answer in a reliable response is unacknowledged.
   */
  whenAcknowledged(act: () => void): void {
    if (this.#queue.some(({ response }) => response.body !== '')) this.#held = act
    else act()
  }

  stop(): void {
    this.#stopTimers()
    this.#queue.length = 0
    this.#held = undefined
  }

  #transmit(): void {
    const [first] = this.#queue
    if (!first) return
    const { transaction, timers, clock } = this.#options
    transaction.respond(first.response)
    this.#retransmission.start(timers.t1Ms, Number.POSITIVE_INFINITY, () =>
      transaction.respond(first.response),
    )
    this.#giveUp = clock.after(patienceMs(timers), () => {
      this.stop()
      this.#options.onUnacknowledged()
    })
  }

  #stopTimers(): void {
    this.#retransmission.stop()
    this.#giveUp?.[Symbol.dispose]()
    this.#giveUp = undefined
  }

  #release(): void {
    const act = this.#held
    this.#held = undefined
    act?.()
  }
}
