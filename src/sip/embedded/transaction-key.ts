// What makes two messages belong to the same transaction (RFC 3261 §17.1.3 and §17.2.3).
import { parseCSeq } from './cseq.ts'
import { findHeader } from './header.ts'
import { magicCookie } from './identifiers.ts'
import type { SipMessage, SipRequest } from './message.ts'
import { tagOf } from './name-addr.ts'
import { branchOf, topVia, type Via } from './via.ts'

/** The server transaction a request belongs to; ACK finds its INVITE, CANCEL too when asked with `method`. */
export function serverKey(request: SipRequest, via: Via, method = request.method): string {
  const asked = method === 'ACK' ? 'INVITE' : method
  const branch = branchOf(via)
  const sentBy = `${via.host.toLowerCase()}:${via.port ?? ''}`
  if (branch.startsWith(magicCookie)) return `${asked} ${branch} ${sentBy}`
  // RFC 2543 peers: no unique branch, so everything that stays the same within a transaction.
  const { number } = parseCSeq(findHeader(request, 'CSeq') ?? '')
  return `${asked} ${findHeader(request, 'Call-ID')} ${fromTag(request)} ${number} ${sentBy} ${branch} ${request.uri}`
}

/** Equal for copies of one request that came by different ways (RFC 3261 §8.2.2.2); undefined inside a dialog. */
export function mergedKey(request: SipRequest): string | undefined {
  const to = findHeader(request, 'To')
  if (to !== undefined && tagOf(to) !== undefined) return undefined
  return `${findHeader(request, 'Call-ID')} ${fromTag(request)} ${findHeader(request, 'CSeq')}`
}

/** The client transaction a response belongs to: our branch and the method of CSeq. */
export function clientKey(message: SipMessage): string {
  return `${branchOf(topVia(message.headers))} ${parseCSeq(findHeader(message, 'CSeq') ?? '').method}`
}

function fromTag(request: SipRequest): string {
  return tagOf(findHeader(request, 'From') ?? '') ?? ''
}
