// Connections of registered phones: a phone that came by TCP is called on the connection it opened (RFC 5626's idea).
import type { Clock } from '#lib/clock.ts'
import { contactUri } from './dialog.ts'
import { allValues, findHeader } from './header.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { parseNameAddr } from './name-addr.ts'
import { findParam, parseDigits } from './params.ts'
import type { Endpoint, ServerTransaction } from './stack.ts'
import { sipUri } from './uri.ts'

interface Flow {
  readonly endpoint: Endpoint
  readonly expiresAt: number
}

// A phone book this large belongs to a registrar that asked for far too many; the oldest flows go first.
const mostFlows = 20_000

export class Flows {
  readonly #flows = new Map<string, Flow>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#flows.size
  }

  /** Remembers or forgets the flow after a 2xx to REGISTER or SUBSCRIBE. */
  learn(transaction: ServerTransaction, response: SipResponse): void {
    const { request, source } = transaction
    if (source.protocol === 'udp' || response.status >= 300) return
    if (request.method !== 'REGISTER' && request.method !== 'SUBSCRIBE') return
    const key = keyOf(contactUri(request))
    if (key === undefined) return
    const seconds = lifetimeOf(request, response)
    const expiresAt = this.#clock.now() + seconds * 1000
    // A lamp that is not wanted any more, or for a shorter time, takes nothing from the registration.
    if (request.method === 'SUBSCRIBE' && expiresAt <= (this.#flows.get(key)?.expiresAt ?? 0)) return
    this.#flows.delete(key)
    if (seconds > 0) this.#flows.set(key, { endpoint: source, expiresAt })
    for (const oldest of this.#flows.keys()) {
      if (this.#flows.size <= mostFlows) break
      this.#flows.delete(oldest)
    }
  }

  /** The connection of the phone that `uri` names. */
  find(uri: string): Endpoint | undefined {
    const key = keyOf(uri)
    const flow = key === undefined ? undefined : this.#flows.get(key)
    if (!key || !flow) return undefined
    if (flow.expiresAt > this.#clock.now()) return flow.endpoint
    this.#flows.delete(key)
    return undefined
  }

  forget(uri: string): void {
    const key = keyOf(uri)
    if (key !== undefined) this.#flows.delete(key)
  }
}

function keyOf(uri: string | undefined): string | undefined {
  const sip = uri === undefined ? undefined : sipUri(uri)
  return sip && `${sip.user ?? ''}@${sip.host}:${sip.port ?? ''}`
}

// The registrar's word counts: its Contact's expires, else its Expires, else what the phone asked for.
function lifetimeOf(request: SipRequest, response: SipResponse): number {
  const seconds = grantedIn(response) ?? findHeader(response, 'Expires') ?? findHeader(request, 'Expires')
  return parseDigits(seconds?.trim() ?? '') ?? 0
}

function grantedIn(response: SipResponse): string | undefined {
  const [contact] = allValues(response, 'Contact')
  try {
    return contact === undefined ? undefined : findParam(parseNameAddr(contact).params, 'expires')
  } catch {
    // An application's broken Contact is the phone's problem; here it only grants nothing.
    return undefined
  }
}
