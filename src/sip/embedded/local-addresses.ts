// Our own addresses: which listening point serves a request, what Contact says, which URIs mean ourselves.
import { isIPv6 } from 'node:net'
import { ip } from './ip-bytes.ts'
import { findParam } from './params.ts'
import type { ListeningPoint, Protocol, SipStack } from './stack.ts'
import { hostPort, sipUri } from './uri.ts'

/**
 * `<sip:203.0.113.5:5060;transport=tcp>`; UDP is not named. A `sips:` one only where the far end asked for that
 * (RFC 3261 §12.1.1): many who speak TLS do not know the scheme.
 */
export function contactOf(local: ListeningPoint, farUri = ''): string {
  const secure = local.protocol === 'tls' && /^sips:/i.test(farUri)
  const transport = local.protocol === 'udp' || secure ? '' : `;transport=${local.protocol}`
  const scheme = secure ? 'sips' : 'sip'
  return `<${scheme}:${hostPort(local.advertised ?? local.address, local.port)}${transport}>`
}

/**
 * The listening point for a request to `uri`: of the transport the URI names, else of what we listen on, UDP first.
 * Undefined when we do not speak the transport it asks for. @throws MalformedMessage for a URI that cannot be read
 */
export function localForUri(stack: SipStack, uri: string): ListeningPoint | undefined {
  const sip = sipUri(uri)
  const asked = sip && protocolOf(sip.scheme, findParam(sip.params, 'transport'))
  if (asked === 'unknown') return undefined
  const order: readonly Protocol[] = asked ? [asked] : ['udp', 'tcp', 'tls']
  const protocol = order.find((candidate) => stack.listening.some((local) => local.protocol === candidate))
  return protocol && stack.localFor({ protocol, address: sip?.host ?? '0.0.0.0' })
}

function protocolOf(scheme: string, transport: string | undefined): Protocol | 'unknown' | undefined {
  if (scheme === 'sips') return 'tls'
  const asked = transport?.toLowerCase()
  if (asked === undefined || asked === 'udp' || asked === 'tcp' || asked === 'tls') return asked
  return 'unknown'
}

/** Whether the URI's host and port are one of ours: a request to it would come back to us. */
export function isOurs(stack: SipStack, uri: string): boolean {
  const sip = sipUri(uri)
  if (!sip) return false
  const secure = sip.scheme === 'sips' || findParam(sip.params, 'transport')?.toLowerCase() === 'tls'
  const port = sip.port ?? (secure ? 5061 : 5060)
  return stack.listening.some((local) => local.port === port && isOurHost(stack, local, sip.host))
}

/** Whether a host is one of our addresses, whatever the port. */
export function isOurAddress(stack: SipStack, host: string): boolean {
  return stack.listening.some((local) => isOurHost(stack, local, host))
}

function isOurHost(stack: SipStack, local: ListeningPoint, host: string): boolean {
  if (isSame(host, local.address) || host === local.advertised) return true
  // Bound to all interfaces: the address seen by one of our own addresses is that address.
  if (local.address === '0.0.0.0' || local.address === '::')
    return stack.localFor({ protocol: local.protocol, address: host }).address === host
  return host === 'localhost' && local.address === '127.0.0.1'
}

/** `2001:DB8::0:1` and `2001:db8::1` are one address (RFC 5118 §4.6). */
function isSame(one: string, other: string): boolean {
  return one === other || (isIPv6(one) && isIPv6(other) && ip(one).equals(ip(other)))
}

/** `udp/203.0.113.5:5060,tcp/...|<version>|udp/10.0.0.2:5060,...`: what a client learns when it has authenticated. */
export function greetingOf(stack: SipStack, version: string): string {
  const shown = stack.listening.map(
    (at) => `${at.protocol}/${hostPort(at.advertised ?? at.address, at.port)}`,
  )
  const bound = stack.listening.map((at) => `${at.protocol}/${hostPort(at.address, at.port)}`)
  return `${shown.join(',')}|${version}|${bound.join(',')}`
}
