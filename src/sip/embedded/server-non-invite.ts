// The server side of every request but INVITE and ACK (RFC 3261 §17.2.2).
import type { SipResponse } from './message.ts'
import { completeResponse } from './response.ts'
import { type Arrival, BaseServerTransaction, type ServerSurroundings } from './server-transaction.ts'
import { patienceMs } from './timers.ts'

export class NonInviteServerTransaction extends BaseServerTransaction {
  constructor(arrival: Arrival, around: ServerSurroundings) {
    super(arrival, around)
    // The client gave up by now (timer F); a late answer, 408 above all, would only hurt (RFC 4320 §4.2).
    this.after(patienceMs(around.timers), () => this.end())
  }

  respond(given: SipResponse): void {
    if (this.answered) return
    const response = completeResponse(this.request, given)
    if (response.status < 200) {
      this.phase = 'proceeding'
      this.send(response)
      return
    }
    this.phase = 'completed'
    this.around.answered()
    this.stopTimers()
    this.send(response)
    // Timer J: retransmissions get the same answer for 64*T1; over TCP there are none.
    if (this.reliable) this.end()
    else this.after(patienceMs(this.around.timers), () => this.end())
  }

  repeat(): void {
    this.sendAgain()
  }
}
