// A dialog: what both sides agreed to call each other, and how requests inside of it are built (RFC 3261 §12).
import type { Timer } from '#lib/clock.ts'
import type { Client } from './client.ts'
import { parseCSeq } from './cseq.ts'
import { allValues, findHeader } from './header.ts'
import type { SipHeader, SipMessage, SipRequest } from './message.ts'
import { parseNameAddr, tagOf } from './name-addr.ts'
import type { Endpoint, ListeningPoint, ServerTransaction } from './stack.ts'
import { sipUri } from './uri.ts'

export interface DialogOptions {
  /** Who started it: `uac` = our application. */
  readonly role: 'uac' | 'uas'
  readonly method: 'INVITE' | 'SUBSCRIBE'
  readonly client: Client
  readonly callId: string
  /** From value of our requests, with our tag. */
  readonly local: string
  /** To value of our requests; its tag may be missing until the far end has given one. */
  readonly remote: string
  readonly routeSet: readonly string[]
  /** Request-URI of our requests. */
  readonly remoteTarget: string
  readonly localSeq: number
  readonly remoteSeq?: number
  readonly via: ListeningPoint
  /** Contact value that names us. */
  readonly contact: string
  /** Event of a subscription, as the SUBSCRIBE named it. */
  readonly event?: string
  /** Next hop that overrules route set and target: the far end is behind a NAT, or on this connection. */
  readonly hop?: Endpoint
}

/** An INVITE of ours that got a 2xx: its ACK repeats the number and the credentials (RFC 3261 §13.2.2.4). */
export interface Answered {
  readonly cseq: number
  readonly credentials: readonly SipHeader[]
  /** The ACK, once the application gave it. */
  ack?: SipRequest
}

/** An INVITE of ours without a final response. */
export interface OpenInvite {
  cancel(): void
  /** On a refresh of the server's own: what an application wanted to send meanwhile, done after it. */
  readonly waiting?: (() => void)[]
}

export class Dialog {
  /** drachtio's name for a dialog; forks of one call share it. */
  readonly id: string
  readonly role: 'uac' | 'uas'
  readonly method: 'INVITE' | 'SUBSCRIBE'
  readonly client: Client
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly via: ListeningPoint
  readonly event: string | undefined
  state: 'early' | 'confirmed' | 'ended' = 'early'
  contact: string
  remoteTarget: string
  routeSet: readonly string[]
  hop: Endpoint | undefined
  localSeq: number
  remoteSeq: number | undefined
  /** INVITEs that have no final response yet, ours and theirs: glare is told by them (RFC 3261 §14). */
  inviteOut: OpenInvite | undefined
  inviteIn: ServerTransaction | undefined
  answered: Answered | undefined
  /** Our 2xx to INVITE without its ACK so far. */
  readonly unacknowledged = new Map<number, ServerTransaction>()
  /** RSeq of the last reliable provisional response that came (RFC 3262 §4). */
  lastRSeq: number | undefined
  /** The session description we last sent; a session refresh repeats it. */
  localSdp: string | undefined
  sessionTimer: Timer | undefined
  /** Set when the dialog must end as soon as the ACK has passed: the text of the BYE's Reason. */
  hangUpAfterAck: string | undefined
  readonly #local: string
  readonly #remote: string

  constructor(options: DialogOptions) {
    this.role = options.role
    this.method = options.method
    this.client = options.client
    this.callId = options.callId
    this.#local = options.local
    this.#remote = options.remote
    this.localTag = tagOf(options.local) ?? ''
    this.remoteTag = tagOf(options.remote) ?? ''
    this.id = dialogId(options.callId, options.role === 'uac' ? this.localTag : this.remoteTag)
    this.routeSet = options.routeSet
    this.remoteTarget = options.remoteTarget
    this.localSeq = options.localSeq
    this.remoteSeq = options.remoteSeq
    this.via = options.via
    this.event = options.event
    this.contact = options.contact
    this.hop = options.hop
  }

  /** The request a method makes here; takes the next CSeq unless `cseq` is given (ACK, digest repeats). */
  request(
    method: string,
    options: { headers?: readonly SipHeader[]; body?: string; cseq?: number; uri?: string } = {},
  ): SipRequest {
    const cseq = method === 'ACK' ? (options.cseq ?? this.localSeq) : this.#nextSeq(options.cseq)
    const headers: SipHeader[] = [
      // The plain route set: the stack swaps Request-URI and a strict router (RFC 3261 §12.2.1.1).
      ...this.routeSet.map((value) => ({ name: 'Route', value })),
      ...(findHeader(options.headers ?? [], 'Max-Forwards') === undefined
        ? [{ name: 'Max-Forwards', value: '70' }]
        : []),
      { name: 'From', value: this.#local },
      { name: 'To', value: this.#remote },
      { name: 'Call-ID', value: this.callId },
      { name: 'CSeq', value: `${cseq} ${method}` },
      ...(options.headers ?? []),
    ]
    return {
      kind: 'request',
      method,
      uri: options.uri ?? this.remoteTarget,
      headers,
      body: options.body ?? '',
    }
  }

  /** A target refresh (RFC 3261 §12.2): the Contact of `message`, when it has one. */
  refresh(message: SipMessage, source: Endpoint): void {
    const target = contactUri(message)
    if (target === undefined) return
    this.remoteTarget = target
    this.hop = this.routeSet.length === 0 ? hopFor(target, source, this.role) : undefined
  }

  #nextSeq(wanted: number | undefined): number {
    this.localSeq = Math.max(this.localSeq + 1, wanted ?? 0)
    return this.localSeq
  }
}

/** drachtio's dialog id: the Call-ID and the tag of whoever sent the first request. */
export function dialogId(callId: string, fromTag: string): string {
  return `${callId};from-tag=${fromTag}`
}

/** The URI of the first Contact, or undefined when there is none that can be read. */
export function contactUri(message: SipMessage): string | undefined {
  const [first] = allValues(message, 'Contact')
  if (first === undefined || first === '*') return undefined
  try {
    const { uri } = parseNameAddr(first)
    return sipUri(uri) ? uri : undefined
  } catch {
    return undefined
  }
}

/**
 * Where requests go when the Contact cannot be where they came from: a NAT in between, or a connection that only the
 * far end could open. A route set overrules it.
 */
export function hopFor(
  contact: string | undefined,
  source: Endpoint,
  role: 'uac' | 'uas',
): Endpoint | undefined {
  if (source.protocol !== 'udp' || contact === undefined) return source
  const uri = sipUri(contact)
  if (!uri || uri.host !== source.address) return source
  return role === 'uas' && uri.port !== undefined && uri.port !== source.port ? source : undefined
}

export function cseqOf(message: SipMessage): number {
  return parseCSeq(findHeader(message, 'CSeq') ?? '').number
}
