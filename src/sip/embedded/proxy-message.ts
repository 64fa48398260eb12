// What a proxy changes in the messages it passes on (RFC 3261 §16.6 and §16.7).
import { allValues, findHeader, prependHeader, removeHeader, replaceHeader, splitValues } from './header.ts'
import { isOurs } from './local-addresses.ts'
import type { SipHeader, SipMessage, SipRequest, SipResponse } from './message.ts'
import { parseNameAddr } from './name-addr.ts'
import { parseDigits } from './params.ts'
import type { ListeningPoint, SipStack } from './stack.ts'
import { hostPort, isLoose, sipUri } from './uri.ts'

/** Hops left after this one; undefined when the request may go no further (answer 483). */
export function oneHopLess(request: SipRequest): SipRequest | undefined {
  const hops = parseDigits(findHeader(request, 'Max-Forwards') ?? '70') ?? 70
  return hops === 0 ? undefined : replaceHeader(request, 'Max-Forwards', String(hops - 1))
}

/** Records our way: Record-Route, or Path for REGISTER (RFC 3327); both sides' addresses when they differ (RFC 5658). */
export function recordRoute(
  request: SipRequest,
  inside: ListeningPoint,
  outside: ListeningPoint,
): SipRequest {
  const own = [...new Set([routeOf(outside), routeOf(inside)])]
  if (request.method !== 'REGISTER')
    return own.toReversed().reduce((kept, route) => prependHeader(kept, 'Record-Route', route), request)
  const required = findHeader(request, 'Require')
  const withPath = prependHeader(request, 'Path', routeOf(outside))
  return replaceHeader(withPath, 'Require', required === undefined ? 'path' : `${required}, path`)
}

/** The response without our Via: for the one before us. */
export function withoutTopVia(response: SipResponse): SipResponse {
  const at = response.headers.findIndex(({ name }) => name === 'Via')
  const top = response.headers[at]
  if (!top) return response
  const others = splitValues(top.value).slice(1)
  const headers: SipHeader[] = response.headers.toSpliced(at, 1)
  if (others.length > 0) headers.splice(at, 0, { name: 'Via', value: others.join(', ') })
  return { ...response, headers }
}

/** Whether the first Route is our own record. */
export function isRoutedByUs(stack: SipStack, message: SipMessage): boolean {
  const [first] = allValues(message, 'Route')
  if (first === undefined) return false
  try {
    const { uri } = parseNameAddr(first)
    const sip = sipUri(uri)
    return sip !== undefined && isLoose(sip) && isOurs(stack, uri)
  } catch {
    return false
  }
}

/** The request without the routes that are ours, from the top. */
export function withoutOurRoutes(stack: SipStack, request: SipRequest): SipRequest {
  let routes = allValues(request, 'Route')
  let left = request
  while (isRoutedByUs(stack, left)) {
    routes = routes.slice(1)
    left = routes.length > 0 ? replaceHeader(left, 'Route', ...routes) : removeHeader(left, 'Route')
  }
  return left
}

function routeOf(local: ListeningPoint): string {
  const transport = local.protocol === 'udp' ? '' : `;transport=${local.protocol}`
  return `<sip:${hostPort(local.advertised ?? local.address, local.port)}${transport};lr>`
}
