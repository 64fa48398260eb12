// The seam between signalling and call control: one SIP leg, incoming or outgoing, as `calls` sees it.
// It knows dialogs and outcomes; it knows no call, no queue and no sound beyond SDP text.
import type { Source } from '#lib/events.ts'
import type { NoAnswer } from './status.ts'

/** A party as SIP shows it: `user` is a number or an extension, not yet normalised. */
export interface SipParty {
  readonly user: string
  readonly host: string
  readonly displayName: string | undefined
}

/** Who sent an INVITE, after identification (K2): a stranger never gets this far. */
export type LegOrigin =
  | { readonly kind: 'trunk'; readonly trunkId: string }
  | { readonly kind: 'phone'; readonly phoneId: string; readonly tenantId: string; readonly userId: string }

/** Why a leg ended once it was answered. `lost`: no ACK, session expired, SIP server gone. */
export interface LegEnd {
  readonly by: 'far' | 'us' | 'lost'
  /** The Reason header's or our own words (`Q.850;cause=16`), for the log. */
  readonly reason: string | undefined
}

/** What the far end asks of an answered leg. Each `request` must be settled by exactly one of its functions. */
export type LegEvent =
  /** re-INVITE or UPDATE. `offer` is undefined for an offerless re-INVITE: then accept() carries our offer and resolves with its answer. */
  | {
      readonly kind: 'renegotiate'
      readonly offer: string | undefined
      accept(sdp: string): Promise<{ readonly answer: string | undefined }>
      /** 488 unless told. */
      refuse(status?: number): void
    }
  /** REFER (RFC 3515), answered 202 by accept(); progress by `notify` with a status, the final one ends the subscription. */
  | {
      readonly kind: 'refer'
      readonly referTo: string
      readonly replaces:
        | { readonly callId: string; readonly toTag: string; readonly fromTag: string }
        | undefined
      accept(): void
      refuse(status: number): void
      notify(status: number, reason: string): Promise<void>
    }
  /** A digit by SIP INFO (application/dtmf-relay). */
  | { readonly kind: 'digit'; readonly digit: string; readonly durationMs: number }
  | { readonly kind: 'ended'; readonly end: LegEnd }

/** An answered leg: a confirmed dialog. Owned by its call, which ends it with hangUp(). */
export interface AnsweredLeg {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly remoteSdp: string
  readonly events: Source<LegEvent>
  /**
   * Our re-INVITE with `offer`. Waits for a running one, repeats after 491 as RFC 3261 §14.1 says, gives up after 10 s.
   * @throws CordboardError `sip.renegotiate` when refused or unanswered; the dialog then stays as it was.
   */
  renegotiate(offer: string): Promise<string>
  /** Sends BYE (or, before ACK, waits for it). Idempotent, never throws. */
  hangUp(reason?: string): Promise<void>
  readonly ended: LegEnd | undefined
}

export interface IncomingLeg {
  readonly callId: string
  readonly from: SipParty
  /** What was dialled: the Request-URI's user; trunks may name it in To or P-Called-Party-ID as configured. */
  readonly dialled: string
  readonly origin: LegOrigin
  /** It came over TLS: only then may keys of SRTP stand in its SDP (RFC 4568 §7). */
  readonly secure: boolean
  /** undefined: late offer (RFC 3261 §13.2.1); then answer() carries our offer. */
  readonly offer: string | undefined
  readonly header: (name: string) => string | undefined
  /** Aborted with a sentence when the caller gives up (CANCEL) or the transaction fails before an answer. */
  readonly abandoned: AbortSignal
  /** 180 */
  ring(): void
  /** 183 with our answer as early media */
  progress(sdp: string): void
  /**
   * 200. With a late offer `sdp` is our offer and `remoteSdp` of the result the answer from the ACK.
   * @throws CordboardError `sip.abandoned` when CANCEL won the race: no dialog is left behind.
   */
  answer(sdp: string): Promise<AnsweredLeg>
  /** `headers`: such as Retry-After with 503. */
  reject(status: number, reason?: string, headers?: Readonly<Record<string, string>>): void
}

/** How an outgoing leg came out. */
export type DialResult =
  | { readonly kind: 'answered'; readonly leg: AnsweredLeg }
  | { readonly kind: 'no-answer'; readonly why: NoAnswer; readonly sentence: string }
  | { readonly kind: 'cancelled' }

export type DialProgress =
  | { readonly kind: 'ringing' }
  /** 183 or 180 with SDP: what the far end wants the caller to hear. */
  | { readonly kind: 'early-media'; readonly sdp: string }

export interface OutgoingLeg {
  readonly callId: string
  readonly progress: Source<DialProgress>
  /** Never rejects for what the far end says; settles within `ringTimeoutMs` + 5 s. */
  readonly result: Promise<DialResult>
  /** CANCEL now or as soon as a provisional answer came; a crossing 200 is answered with ACK and BYE. `elsewhere`: Reason SIP;cause=200 "Call completed elsewhere" (RFC 3326). */
  cancel(why: 'elsewhere' | 'caller-gone' | 'timeout'): void
}

/** Where to dial. */
export type DialTarget =
  /** A registered phone: every contact of it is tried at once by separate legs of `calls`, one leg per contact. */
  | { readonly kind: 'phone'; readonly phoneId: string; readonly contact: string }
  /** A number through a trunk, as the trunk's format wants it. */
  | { readonly kind: 'trunk'; readonly trunkId: string; readonly number: string }

export interface DialOptions {
  readonly target: DialTarget
  /** `withheld`: the callee is shown nobody; the carrier still learns the number (RFC 3323, RFC 3325). */
  readonly from: { readonly number: string; readonly displayName?: string; readonly withheld?: boolean }
  /** Our offer. */
  readonly sdp: string
  readonly ringTimeoutMs: number
  readonly headers?: Readonly<Record<string, string>>
  /** The call the leg belongs to, for devices that show calls by id (browsers). */
  readonly forCall?: string
}

/** What `calls` needs of signalling. */
export interface Signalling {
  /** Called once per new identified INVITE; set once at start. Until set, INVITEs get 503. */
  onIncoming: (leg: IncomingLeg) => void
  dial(options: DialOptions): OutgoingLeg
  /** Contacts now registered for the phone, freshest first. */
  contactsOf(phoneId: string): readonly string[]
  /** A leg dialled there goes over TLS. @throws CordboardError `sip.no-trunk` */
  isSecure(target: DialTarget): boolean
  /** True while at least one SIP server connection is up. */
  readonly up: boolean
}
