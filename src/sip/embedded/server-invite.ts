// The server side of INVITE (RFC 3261 §17.2.1) with the accepted state of RFC 6026 §7.1.
import type { Timer } from '#lib/clock.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { completeResponse, responseTo, statelessTag } from './response.ts'
import { type Arrival, BaseServerTransaction, type ServerSurroundings } from './server-transaction.ts'
import { patienceMs, Retransmission } from './timers.ts'

export class InviteServerTransaction extends BaseServerTransaction {
  readonly #retransmission: Retransmission
  /** Answered with 2xx: the ACK is the owner's to match, and a repeated INVITE is absorbed. */
  #accepted = false
  #trying: Timer | undefined

  constructor(arrival: Arrival, around: ServerSurroundings) {
    super(arrival, around)
    this.#retransmission = new Retransmission(around.clock)
    this.after(around.timers.unansweredInviteMs, () =>
      this.respond(responseTo(this.request, 408, { toTag: this.toTag ?? statelessTag(this.request) })),
    )
  }

  respond(given: SipResponse): void {
    if (this.answered) {
      // RFC 6026 §7.1: a proxy passes every 2xx, repeated by its callee or of another fork.
      if (this.#accepted && this.phase !== 'ended' && given.status >= 200 && given.status < 300)
        this.send(completeResponse(this.request, given))
      return
    }
    if (given.status === 100 && this.phase === 'proceeding') return
    this.#trying?.cancel()
    const response = completeResponse(this.request, given)
    if (response.status < 200) {
      this.phase = 'proceeding'
      this.send(response)
      return
    }
    this.phase = 'completed'
    this.around.answered()
    this.stopTimers()
    this.#accepted = response.status < 300
    this.send(response)
    if (this.state === 'ended') return
    if (this.#accepted) this.#awaitAckOf2xx()
    else this.#awaitAck()
  }

  /**
   * Answers 100 when the owner says nothing soon, so that the caller stops repeating.
   * Deviates from RFC 3261 §17.2.1: not at once although the owner may be slow, because most INVITEs are answered within
   * the 200 ms it allows to those that know so, since 2026-11.
   */
  trying(): void {
    if (this.phase !== 'trying') return
    this.#trying = this.around.clock.after(this.around.timers.tryingMs, this.#sayTrying)
  }

  readonly #sayTrying = (): void => {
    if (this.phase === 'trying') this.respond(responseTo(this.request, 100))
  }

  override acknowledge(): void {
    if (!this.#accepted || this.phase !== 'completed') return
    // Timer L still runs: repeated INVITEs keep being absorbed.
    this.#retransmission.stop()
    this.phase = 'confirmed'
  }

  repeat(): void {
    if (this.phase === 'trying') this.#sayTrying()
    else if (!this.#accepted && this.phase !== 'confirmed') this.sendAgain()
  }

  /** An ACK on our branch. @returns false when it belongs to a 2xx and so to the owner (RFC 6026 §7.1) */
  receiveAck(): boolean {
    if (this.#accepted) return false
    if (this.phase !== 'completed') return true
    this.phase = 'confirmed'
    this.#retransmission.stop()
    this.stopTimers()
    // Timer I: absorbs further ACKs.
    if (this.reliable) this.end()
    else this.after(this.around.timers.t4Ms, () => this.end())
    return true
  }

  /** A CANCEL for us arrived and was answered; without an owner's `onCancel` the answer is 487. */
  receiveCancel(cancel: SipRequest, raw: string): void {
    if (this.answered) return
    if (this.onCancel) this.onCancel(cancel, raw)
    else this.respond(responseTo(this.request, 487, { toTag: this.toTag ?? statelessTag(this.request) }))
  }

  override end(): void {
    this.#trying?.cancel()
    this.#retransmission.stop()
    super.end()
  }

  // 2xx travels end to end, so it is repeated over every transport (RFC 3261 §13.3.1.4).
  #awaitAckOf2xx(): void {
    const { t1Ms, t2Ms } = this.around.timers
    this.#retransmission.start(t1Ms, t2Ms, () => this.sendAgain())
    this.after(patienceMs(this.around.timers), () => {
      const unheard = this.phase === 'completed'
      this.end()
      if (unheard) this.onFailure?.('noAck')
    })
  }

  // Timers G and H.
  #awaitAck(): void {
    const { t1Ms, t2Ms } = this.around.timers
    if (!this.reliable) this.#retransmission.start(t1Ms, t2Ms, () => this.sendAgain())
    this.after(patienceMs(this.around.timers), () => {
      this.end()
      this.onFailure?.('noAck')
    })
  }
}
