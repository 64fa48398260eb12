// Answers to a request: what is copied from it (RFC 3261 §8.2.6) and where they go (§18.2.2, RFC 3581).
import { createHash } from 'node:crypto'
import { findHeader } from './header.ts'
import type { SipHeader, SipRequest, SipResponse } from './message.ts'
import { tagOf, withTag } from './name-addr.ts'
import { findParam, parsePort, withParam } from './params.ts'
import { reasonPhrase } from './reason-phrase.ts'
import type { Endpoint } from './stack.ts'
import type { Via } from './via.ts'

// Record-Route is copied so that 1xx and 2xx can build a dialog (RFC 3261 §12.1.1); harmless in others.
const copied = new Set(['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Record-Route'])

export interface ResponseParts {
  readonly reason?: string
  /** Put on To when the request has no tag there; needed in everything but 100. */
  readonly toTag?: string
  readonly headers?: readonly SipHeader[]
  readonly body?: string
}

/** A response with Via, From, To, Call-ID, CSeq and Record-Route of the request. */
export function responseTo(request: SipRequest, status: number, parts: ResponseParts = {}): SipResponse {
  const { toTag, reason = reasonPhrase(status), body = '' } = parts
  const headers = request.headers
    .filter((header) => copied.has(header.name))
    .map((header) =>
      header.name === 'To' && toTag !== undefined
        ? { name: 'To', value: withTag(header.value, toTag) }
        : header,
    )
  const timestamp = status === 100 ? findHeader(request, 'Timestamp') : undefined
  if (timestamp !== undefined) headers.push({ name: 'Timestamp', value: timestamp })
  return { kind: 'response', status, reason, headers: [...headers, ...(parts.headers ?? [])], body }
}

/** The response with those of Via, From, To, Call-ID and CSeq that its author left out. */
export function completeResponse(request: SipRequest, response: SipResponse): SipResponse {
  const present = new Set(response.headers.map((header) => header.name))
  if (present.has('Via') && present.has('From') && present.has('To') && present.has('Call-ID')) {
    if (present.has('CSeq')) return response
  }
  const missing = request.headers.filter(
    (header) => header.name !== 'Record-Route' && copied.has(header.name) && !present.has(header.name),
  )
  return { ...response, headers: [...missing, ...response.headers] }
}

/** A To tag that every retransmission of the same request gets again, without keeping state (§8.2.7). */
export function statelessTag(request: SipRequest): string {
  const hash = createHash('sha1')
  for (const header of request.headers)
    if (header.name === 'Via' || header.name === 'Call-ID') hash.update(header.value)
  return hash.digest('hex').slice(0, 16)
}

/** The tag of a response's To. */
export function toTagOf(response: SipResponse): string | undefined {
  const to = findHeader(response, 'To')
  return to === undefined ? undefined : tagOf(to)
}

/** The Via as the server side must change it: `received` and `rport` (RFC 3261 §18.2.1, RFC 3581 §4). */
export function stampVia(via: Via, source: Endpoint): Via {
  const wantsPort = findParam(via.params, 'rport') !== undefined
  // The zone of a link-local address means nothing to the far end (RFC 6874 §4).
  const address = source.address.replace(/%.*$/, '')
  if (!wantsPort && via.host === address) return via
  let params = withParam(via.params, 'received', address)
  if (wantsPort) params = withParam(params, 'rport', String(source.port))
  return { ...via, params }
}

/**
 * Where the response goes when the request's connection is no more, or over UDP.
 * Deviates from RFC 3261 §18.2.2: maddr in Via is ignored, because we listen on no multicast address and honouring it
 * would let anybody aim our answers at a third party, since the first version.
 */
export function responseTarget(via: Via, source: Endpoint): Endpoint {
  const rport = findParam(via.params, 'rport')
  if (source.protocol === 'udp' && rport !== undefined) return source
  const port = via.port ?? (source.protocol === 'tls' ? 5061 : 5060)
  return { ...source, port: parsePort(String(port)) ?? source.port }
}
