// A confirmed dialog: known to its SIP server by an id, and by what is said in it. With the latter another server, or the
// same one after a restart, can go on where the first one ended: to the far end it is the same dialog (RFC 3261 §12).
import { CordboardError, messageOf } from '#lib/errors.ts'
import { splitValues } from '#sip/embedded/header.ts'
import { parseNameAddr, tagOf } from '#sip/embedded/name-addr.ts'
import { sipUri } from '#sip/embedded/uri.ts'
import { plainAddress } from './address.ts'
import { readTarget } from './remote-target.ts'
import type { Dialog, OutgoingRequest, Peer, ReceivedRequest, Sending } from './sip-server.ts'

export interface DialogParts {
  readonly callId: string
  /** From and To as our own requests carry them, with their tags. */
  readonly local: string
  readonly remote: string
  /** The far end's Contact. */
  readonly contact: string | undefined
  /** Record-Route, the hop next to us first. */
  readonly routes: readonly string[]
  /** Where the far end's messages come from. */
  readonly source: Peer
}

/** The connection a dialog lives at. */
export interface DialogHome {
  /** With `dialogId`, in the dialog the server knows; without, as a request that may make one of it. */
  send(request: OutgoingRequest, dialog: LinkDialog, dialogId: string | undefined): Sending
  forget(dialogId: string): void
}

/** Above every number a server gives by itself: drachtio starts below 2^27 and counts requests of its own unseen by us. */
const takeUpCseq = 2 ** 30

export class LinkDialog implements Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  onBack: (() => void) | undefined
  readonly #parts: DialogParts
  #contact: string | undefined
  #home: DialogHome | undefined
  /** Undefined until a server took it up again. */
  #id: string | undefined
  /** What a server knew it by that may know it still: then only the connection broke. */
  #formerId: string | undefined
  #cseq = takeUpCseq
  #onRequest: ((request: ReceivedRequest) => void) | undefined
  #onLost: (() => void) | undefined
  #early: ReceivedRequest[] = []
  /** A BYE that could not be sent. */
  #bye: OutgoingRequest['headers']
  #over = false
  #lost = false

  constructor(parts: DialogParts, home: DialogHome, id: string) {
    this.callId = parts.callId
    this.localTag = tagIn(parts.local)
    this.remoteTag = tagIn(parts.remote)
    this.#parts = parts
    this.#contact = parts.contact
    this.#home = home
    this.#id = id
  }

  get onRequest(): ((request: ReceivedRequest) => void) | undefined {
    return this.#onRequest
  }
  set onRequest(act: ((request: ReceivedRequest) => void) | undefined) {
    this.#onRequest = act
    const early = this.#early
    this.#early = []
    for (const request of early) this.deliver(request)
  }

  get onLost(): (() => void) | undefined {
    return this.#onLost
  }
  set onLost(act: (() => void) | undefined) {
    this.#onLost = act
    if (this.#lost) act?.()
  }

  request(request: Omit<OutgoingRequest, 'uri' | 'proxy'>): Sending {
    const home = this.#home
    if (!home) {
      if (request.method === 'BYE') this.#bye = request.headers ?? {}
      return unsendable('the SIP server is gone; it is waited for')
    }
    const sending =
      this.#id === undefined
        ? this.#takeUp(home, request)
        : home.send({ ...request, uri: 'sip:placeholder' }, this, this.#id)
    if (request.method === 'BYE') this.#owe(request.headers ?? {}, sending)
    return sending
  }

  /** Until it is answered: its server may go before. */
  #owe(headers: OutgoingRequest['headers'], sending: Sending): void {
    this.#bye = headers
    const paid = (): void => {
      this.#bye = undefined
    }
    sending.final.then(paid, () => {})
  }

  forget(): void {
    this.#over = true
    if (this.#id !== undefined) this.#home?.forget(this.#id)
  }

  deliver(request: ReceivedRequest): void {
    if (request.method === 'INVITE' || request.method === 'UPDATE') this.movedTo(request.header('Contact'))
    if (this.#onRequest) this.#onRequest(request)
    else this.#early.push(request)
  }

  /** Target refresh (RFC 3261 §12.2): where the far end wants to be reached from now on. */
  movedTo(contact: string | undefined): void {
    if (contact !== undefined) this.#contact = contact
  }

  /** Its server is gone. Whether it is worth keeping: somebody means to go on, or owes it a BYE. */
  leave(): boolean {
    this.#home = undefined
    this.#formerId = this.#id ?? this.#formerId
    this.#id = undefined
    return this.#bye !== undefined || (!this.#over && this.onBack !== undefined)
  }

  /** No server has it (yet), and somebody wants it to. */
  get homeless(): boolean {
    return this.#id === undefined && !this.#over
  }

  /** A server that may not know it, and may take it up. */
  enter(home: DialogHome): void {
    this.#home = home
    if (this.#bye) {
      this.#over = true
      this.#takeUp(home, { method: 'BYE', headers: this.#bye })
    } else if (!this.#over) this.onBack?.()
  }

  /** The server has it, under this id. */
  takenUp(id: string): void {
    this.#id = id
    this.#formerId = undefined
  }

  lose(): void {
    this.#over = true
    this.#lost = true
    this.#onLost?.()
  }

  /** By the old id first: a server that has it counts requests of its own in it, which ours may not overtake. */
  #takeUp(home: DialogHome, request: Omit<OutgoingRequest, 'uri' | 'proxy'>): Sending {
    const formerId = this.#formerId
    if (formerId === undefined) return this.#introduce(home, request)
    let sending = home.send({ ...request, uri: 'sip:placeholder' }, this, formerId)
    const final = sending.final.catch((err: unknown) => {
      if (this.#home !== home || this.#id !== undefined) throw err
      this.#formerId = undefined
      sending = this.#introduce(home, request)
      return sending.final
    })
    final.catch(() => {})
    return { final, cancel: (headers) => sending.cancel(headers) }
  }

  /** A request of this dialog to a server that knows nothing of it. */
  #introduce(home: DialogHome, request: Omit<OutgoingRequest, 'uri' | 'proxy'>): Sending {
    try {
      return home.send(this.#introduced(request), this, undefined)
    } catch (err) {
      // A far end whose headers nobody can read was talked to by its server alone.
      return unsendable(messageOf(err))
    }
  }

  #introduced({ method, headers, body }: Omit<OutgoingRequest, 'uri' | 'proxy'>): OutgoingRequest {
    const { callId, local, remote, routes } = this.#parts
    this.#cseq += 1
    return {
      method,
      uri: readTarget(this.#contact) ?? parseNameAddr(remote).uri,
      ...this.#nextHop(),
      headers: {
        ...headers,
        'Call-ID': callId,
        From: local,
        To: remote,
        CSeq: `${this.#cseq} ${method}`,
        ...(routes.length === 0 ? {} : { Route: routes.join(', ') }),
      },
      ...(body === undefined ? {} : { body }),
    }
  }

  // Behind NAT a Contact names an address nobody reaches: there it goes where its messages came from.
  #nextHop(): { proxy?: string } {
    const { routes, source } = this.#parts
    const [first] = routes
    if (first !== undefined) return { proxy: parseNameAddr(first).uri }
    const host = sipUri(readTarget(this.#contact) ?? '')?.host
    if (host === undefined || source.port === 0 || plainAddress(host) === source.address) return {}
    const address = source.address.includes(':') ? `[${source.address}]` : source.address
    return { proxy: `sip:${address}:${source.port};transport=${source.protocol}` }
  }
}

/** Record-Route of a message: as it stands for who was called, turned round for who called (RFC 3261 §12.1). */
export function routesIn(recordRoute: string | undefined, role: 'uac' | 'uas'): readonly string[] {
  const routes = recordRoute === undefined ? [] : splitValues(recordRoute).map((value) => value.trim())
  return role === 'uac' ? routes.reverse() : routes
}

function unsendable(why: string): Sending {
  const fault = new CordboardError('sip.unsent', `The SIP request could not be sent: ${why}.`, {
    retry: true,
  })
  const final = Promise.reject(fault)
  final.catch(() => {})
  return { final, cancel: () => {} }
}

/** The tag of a From or To value, '' when it has none or cannot be read. */
function tagIn(value: string): string {
  try {
    return tagOf(value) ?? ''
  } catch {
    return ''
  }
}
