// The embedded SIP stack: messages, transports and RFC 3261 transactions. It knows nothing of dialogs, drachtio or calls.
import type { SipRequest, SipResponse } from './message.ts'
import type { TlsFiles } from './tls-certificate.ts'
import type { SipUri } from './uri.ts'

export type Protocol = 'udp' | 'tcp' | 'tls'

/** Where a message came from, or where one is sent to. */
export interface Endpoint {
  readonly protocol: Protocol
  readonly address: string
  readonly port: number
  /** Over TLS: the name that was looked up, which the far end's certificate has to bear. */
  readonly name?: string
}

/** An address the stack listens on; `advertised` is what Via and Contact say when it differs (NAT). */
export interface ListeningPoint extends Endpoint {
  readonly advertised?: string
}

/** One received request, until its final response is done with (RFC 3261 §17.2). */
export interface ServerTransaction {
  readonly request: SipRequest
  /** The bytes as received, for the network trace and drachtio's wire protocol. */
  readonly raw: string
  readonly source: Endpoint
  /** The listening point it arrived on. */
  readonly local: ListeningPoint
  readonly receivedAt: number
  /** `completed` after a final response; `ended` when the last timer has run out. */
  readonly state: 'trying' | 'proceeding' | 'completed' | 'confirmed' | 'ended'
  /**
   * Sends a provisional or final response, retransmitting as the RFC asks: 3xx-6xx to INVITE by timers G/H,
   * 2xx to INVITE (§13.3.1.4) until `acknowledge()` or 64*T1. Ignored after a final response, but
   * for further 2xx to INVITE after a 2xx (RFC 6026 §7.1: a proxy passes them all). Via, From, To, Call-ID
   * and CSeq are copied from the request where the response lacks them. The stack sends 100 to an INVITE by itself when nothing else is sent soon.
   */
  respond(response: SipResponse): void
  /** The ACK of our 2xx has come: stops the 2xx retransmission. */
  acknowledge(): void
  /** Each callback is set once by the owner, in the same tick as `onRequest` handed the transaction over. */
  // The CANCEL is answered by the stack; the owner answers the INVITE (487). Without `onCancel` the stack does that too.
  onCancel?: (cancel: SipRequest, raw: string) => void
  /** Our 2xx was never acknowledged, or the transport failed. */
  onFailure?: (reason: 'noAck' | 'transport') => void
}

/** One request of ours, until its final response (RFC 3261 §17.1). */
export interface ClientTransaction {
  readonly request: SipRequest
  readonly raw: string
  readonly target: Endpoint
  /** Where it leaves from, as its Via and Contact say. */
  readonly local: ListeningPoint
  readonly state: 'calling' | 'proceeding' | 'completed' | 'ended'
  /** RFC 3261 §9.1: sent at once after a provisional response, else held back until one comes. */
  cancel(extraHeaders?: readonly (readonly [name: string, value: string])[]): void
}

export interface ClientEvents {
  /** Every response, 2xx retransmissions included (`again` = true: the ACK must be sent again). */
  onResponse(response: SipResponse, raw: string, meta: { source: Endpoint; again: boolean }): void
  /** No response in 64*T1, or the transport failed; §8.1.3.1 treats these as 408 and 503. */
  onFailure(reason: 'timeout' | 'transport', cause?: unknown): void
}

export interface StackOptions {
  readonly listen: readonly { protocol: Protocol; address: string; port: number; advertised?: string }[]
  /** Needed to listen on TLS. */
  readonly tls?: TlsSettings
}

export interface TlsSettings extends TlsFiles {
  /** Whether the server reached by this name or address has to prove who it is; every one has to, unless given. */
  readonly verifies?: (name: string) => boolean
}

export interface StackCounters {
  received: number
  sent: number
  retransmitted: number
  malformed: number
  oversized: number
  dropped: number
  /** Alive now, with those that only absorb retransmissions. */
  serverTransactions: number
  clientTransactions: number
  /** TCP and TLS connections that are open now. */
  connections: number
}

export interface SendOptions {
  /** Exactly there. */
  readonly target?: Endpoint
  /** A URI that is looked up instead of Route and Request-URI. */
  readonly nextHop?: SipUri
  /** The point to send from, where the protocol and the family fit. */
  readonly local?: ListeningPoint
}

export interface SipStack extends AsyncDisposable {
  readonly listening: readonly ListeningPoint[]
  readonly counters: Readonly<StackCounters>
  /** Every new server transaction but ACK and CANCEL; set once before traffic flows. */
  onRequest: (transaction: ServerTransaction) => void
  /** An ACK that belongs to no INVITE transaction with a non-2xx answer: the ACK of a 2xx (or a stray). */
  onAck: (ack: SipRequest, raw: string, source: Endpoint) => void
  /** A response that matches no client transaction, dropped after this look. */
  onStrayResponse: (response: SipResponse, raw: string, source: Endpoint) => void
  /** Every message that goes out or comes in, after parsing, for traces; must not throw. */
  onTrace?: (direction: 'in' | 'out', raw: string, far: Endpoint, at: number) => void
  /**
   * Puts our Via (with a new branch and rport) on top, resolves the next hop (Route, else Request-URI, or `target`),
   * sends, retransmits. Give the plain route set: a strict router is dealt with here (§12.2.1.1). Over 1,300 bytes go by
   * TCP where the target has it, unless `target` or the URI fixes the transport (§18.1.1). Until a host name is
   * resolved, `target` holds the name and `raw` a guess with the right branch. Never throws: failures arrive through `events.onFailure`.
   */
  sendRequest(request: SipRequest, events: ClientEvents, options?: SendOptions): ClientTransaction
  /** Sends an ACK for a 2xx, outside of any transaction (RFC 3261 §13.2.2.4). */
  sendAck(ack: SipRequest, options?: SendOptions): void
  /** The address our side should name in Via and Contact towards `target`. */
  localFor(target: { protocol: Protocol; address: string }): ListeningPoint
}
