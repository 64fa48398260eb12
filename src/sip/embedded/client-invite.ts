// The client side of INVITE (RFC 3261 §17.1.1) with the accepted state of RFC 6026 §7.2, and CANCEL (§9.1).
import { BaseClientTransaction, type ClientSurroundings, type Path } from './client-transaction.ts'
import { parseCSeq } from './cseq.ts'
import { findHeader } from './header.ts'
import type { SipHeader, SipRequest, SipResponse } from './message.ts'
import { toTagOf } from './response.ts'
import type { ClientEvents, Endpoint } from './stack.ts'
import { patienceMs, Retransmission } from './timers.ts'
import { writeMessage } from './write-message.ts'

type ExtraHeaders = readonly (readonly [name: string, value: string])[]

export class InviteClientTransaction extends BaseClientTransaction {
  readonly #retransmission: Retransmission
  /** To tags of the 2xx seen: a second one with the same tag is a retransmission, another is a fork. */
  readonly #acceptedTags = new Set<string>()
  #cancel: 'no' | 'wanted' | 'sent' = 'no'
  #cancelHeaders: ExtraHeaders = []
  #ack: string | undefined

  constructor(first: Path, events: ClientEvents, around: ClientSurroundings) {
    super(first, events, around)
    this.#retransmission = new Retransmission(around.clock)
  }

  receive(response: SipResponse, raw: string, source: Endpoint): void {
    if (this.phase === 'ended') return
    if (response.status < 200) this.#receiveProvisional(response, raw, source)
    else if (response.status < 300) this.#receive2xx(response, raw, source)
    else this.#receiveFailure(response, raw, source)
  }

  override cancel(extraHeaders: ExtraHeaders = []): void {
    if (this.#cancel !== 'no' || this.phase === 'completed' || this.phase === 'ended') return
    this.#cancel = 'wanted'
    this.#cancelHeaders = extraHeaders
    if (this.phase === 'proceeding') this.#sendCancel()
  }

  override end(): void {
    this.#retransmission.stop()
    super.end()
  }

  // Timers A and B.
  protected begin(): void {
    const { t1Ms } = this.around.timers
    this.after(patienceMs(this.around.timers), () => this.fail('timeout'))
    this.#retransmission.stop()
    if (!this.reliable)
      this.#retransmission.start(t1Ms, Number.POSITIVE_INFINITY, () => this.transmit(this.path.raw, true))
    this.transmit(this.path.raw, false)
  }

  #receiveProvisional(response: SipResponse, raw: string, source: Endpoint): void {
    if (this.phase === 'completed') return
    if (this.phase === 'calling') {
      this.phase = 'proceeding'
      this.#retransmission.stop()
      this.stopTimers()
      if (this.#cancel === 'wanted') this.#sendCancel()
    }
    this.events.onResponse(response, raw, { source, again: false })
  }

  #receive2xx(response: SipResponse, raw: string, source: Endpoint): void {
    // A 2xx after a 3xx-6xx is a fork answering late: the transaction is over for it (RFC 6026 §7.2).
    if (this.#ack !== undefined) return
    if (this.phase !== 'completed') {
      this.phase = 'completed'
      this.#retransmission.stop()
      this.stopTimers()
      // Timer M: further 2xx, from forks or repeated, still reach the owner.
      this.after(patienceMs(this.around.timers), () => this.end())
    }
    const tag = toTagOf(response) ?? ''
    const again = this.#acceptedTags.has(tag)
    this.#acceptedTags.add(tag)
    this.events.onResponse(response, raw, { source, again })
  }

  #receiveFailure(response: SipResponse, raw: string, source: Endpoint): void {
    if (this.phase === 'completed') {
      if (this.#ack !== undefined) this.transmit(this.#ack, true)
      return
    }
    this.phase = 'completed'
    this.#retransmission.stop()
    this.stopTimers()
    this.#ack = writeMessage(ackOf(this.request, response))
    this.transmit(this.#ack, false)
    // Timer D: repeated answers get the ACK again.
    if (this.reliable) this.end()
    else this.after(patienceMs(this.around.timers), () => this.end())
    this.events.onResponse(response, raw, { source, again: false })
  }

  #sendCancel(): void {
    this.#cancel = 'sent'
    this.around.sendCancel(this.path, this.#cancelHeaders)
    // RFC 3261 §9.1: without a final response in 64*T1 the INVITE counts as cancelled.
    this.after(patienceMs(this.around.timers), () => this.fail('timeout'))
  }
}

/** The ACK of a 3xx-6xx (RFC 3261 §17.1.1.3): same branch, Route as in the INVITE, To of the response. */
export function ackOf(invite: SipRequest, response: SipResponse): SipRequest {
  return sameTransaction(invite, 'ACK', findHeader(response, 'To'))
}

/** The CANCEL of a request (RFC 3261 §9.1). */
export function cancelOf(invite: SipRequest, extraHeaders: ExtraHeaders): SipRequest {
  const cancel = sameTransaction(invite, 'CANCEL')
  const extra = extraHeaders.map(([name, value]): SipHeader => ({ name, value }))
  return { ...cancel, headers: [...cancel.headers, ...extra] }
}

function sameTransaction(invite: SipRequest, method: 'ACK' | 'CANCEL', to?: string): SipRequest {
  const { number } = parseCSeq(findHeader(invite, 'CSeq') ?? '')
  const via = invite.headers.find((header) => header.name === 'Via')
  const route = invite.headers.filter((header) => header.name === 'Route')
  const headers = [
    ...(via ? [via] : []),
    ...route,
    { name: 'Max-Forwards', value: '70' },
    { name: 'From', value: findHeader(invite, 'From') ?? '' },
    { name: 'To', value: to ?? findHeader(invite, 'To') ?? '' },
    { name: 'Call-ID', value: findHeader(invite, 'Call-ID') ?? '' },
    { name: 'CSeq', value: `${number} ${method}` },
  ]
  return { kind: 'request', method, uri: invite.uri, headers, body: '' }
}
