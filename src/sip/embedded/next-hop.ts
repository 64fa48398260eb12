// Where a request goes: Route or Request-URI -> protocol, host and port (RFC 3261 §8.1.2, §16.6); locate.ts asks DNS.
import { CordboardError } from '#lib/errors.ts'
import { allValues, removeHeader, replaceHeader } from './header.ts'
import type { SipRequest } from './message.ts'
import { parseNameAddr } from './name-addr.ts'
import { findParam } from './params.ts'
import type { Protocol } from './stack.ts'
import { formatUri, isLoose, type SipUri, sipUri } from './uri.ts'

export interface Hop {
  readonly protocol: Protocol
  /** A name or a numeric address. */
  readonly host: string
  readonly port: number
  /** The URI named its port: SRV records are not asked for (RFC 3263 §4.2). */
  readonly portGiven: boolean
  /** `sips:`, or a transport of TLS: nothing else will do. */
  readonly secure: boolean
  /** The URI named its transport: the message must not be moved to another. */
  readonly fixed: boolean
}

/** The hop a URI names. @throws CordboardError `sip.no-transport` for a transport nobody here speaks */
export function hopOf(uri: SipUri): Hop {
  const asked = findParam(uri.params, 'transport')?.toLowerCase()
  const protocol = protocolOf(uri, asked)
  return {
    protocol,
    host: findParam(uri.params, 'maddr') || uri.host,
    port: uri.port ?? (protocol === 'tls' ? 5061 : 5060),
    portGiven: uri.port !== undefined,
    secure: protocol === 'tls',
    fixed: asked !== undefined,
  }
}

/**
 * The request as it is sent, and where to. A first Route without `lr` is a strict router: it takes the Request-URI's
 * place, which moves to the end of the route (RFC 3261 §12.2.1.1); callers give the plain route set.
 * @throws CordboardError `sip.no-route`, `sip.no-transport`, `sip.malformed`
 */
export function routeRequest(request: SipRequest): { request: SipRequest; hop: Hop } {
  const [first, ...rest] = allValues(request, 'Route')
  if (first === undefined) return { request, hop: hopOf(addressed(request.uri)) }
  const router = addressed(parseNameAddr(first).uri)
  if (isLoose(router)) return { request, hop: hopOf(router) }
  const routes = [...rest, `<${request.uri}>`]
  const strict = replaceHeader({ ...request, uri: formatUri(asRequestUri(router)) }, 'Route', ...routes)
  return { request: routes.length === 0 ? removeHeader(strict, 'Route') : strict, hop: hopOf(router) }
}

function protocolOf(uri: SipUri, asked: string | undefined): Protocol {
  const secure = uri.scheme === 'sips'
  if (asked === undefined || asked === '') return secure ? 'tls' : 'udp'
  if (asked === 'tls' || (asked === 'tcp' && secure)) return 'tls'
  if (!secure && (asked === 'udp' || asked === 'tcp')) return asked
  throw new CordboardError('sip.no-transport', `SIP over "${asked.slice(0, 20)}" is not available here.`, {
    blame: 'theirs',
  })
}

function addressed(text: string): SipUri {
  const uri = sipUri(text)
  if (uri) return uri
  throw new CordboardError(
    'sip.no-route',
    `Nothing says where "${text.slice(0, 60)}" is: a SIP URI is needed.`,
    {
      blame: 'setup',
    },
  )
}

// RFC 3261 §12.2.1.1: parts that a Request-URI may not carry are stripped.
function asRequestUri(uri: SipUri): SipUri {
  const { headers: _headers, ...rest } = uri
  return { ...rest, params: uri.params.filter((param) => param.name.toLowerCase() !== 'method') }
}
