// The client side of every request but INVITE and ACK (RFC 3261 §17.1.2).
import { BaseClientTransaction, type ClientSurroundings, type Path } from './client-transaction.ts'
import type { SipResponse } from './message.ts'
import type { ClientEvents, Endpoint } from './stack.ts'
import { patienceMs, Retransmission } from './timers.ts'

export class NonInviteClientTransaction extends BaseClientTransaction {
  readonly #retransmission: Retransmission

  constructor(first: Path, events: ClientEvents, around: ClientSurroundings) {
    super(first, events, around)
    this.#retransmission = new Retransmission(around.clock)
  }

  receive(response: SipResponse, raw: string, source: Endpoint): void {
    if (this.phase === 'completed' || this.phase === 'ended') return
    if (response.status < 200) {
      const { t2Ms } = this.around.timers
      // In the proceeding state the gap is T2 from the start.
      if (this.phase === 'calling' && !this.reliable) this.#retransmission.start(t2Ms, t2Ms, this.#again)
      this.phase = 'proceeding'
    } else {
      this.phase = 'completed'
      this.#retransmission.stop()
      this.stopTimers()
      // Timer K: absorbs repeated answers.
      if (this.reliable) this.end()
      else this.after(this.around.timers.t4Ms, () => this.end())
    }
    this.events.onResponse(response, raw, { source, again: false })
  }

  override end(): void {
    this.#retransmission.stop()
    super.end()
  }

  // Timers E and F.
  protected begin(): void {
    const { t1Ms, t2Ms } = this.around.timers
    this.after(patienceMs(this.around.timers), () => this.fail('timeout'))
    this.#retransmission.stop()
    if (!this.reliable) this.#retransmission.start(t1Ms, t2Ms, this.#again)
    this.transmit(this.path.raw, false)
  }

  readonly #again = (): void => this.transmit(this.path.raw, true)
}
