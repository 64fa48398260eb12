// Whose call is this? (K2) A request is taken from a trunk when it comes to the Contact only that carrier knows, or from one
// of the carrier's addresses. Pure; everyone else is a stranger.
import type { AddressSet } from '#sip/address.ts'
import type { Peer } from '#sip/sip-server.ts'

/** What is known of an enabled trunk when a request comes in. */
export interface InboundLine {
  readonly trunkId: string
  readonly contactUser: string
  readonly username: string | null
  /** Addresses and networks an admin listed: any port. */
  readonly peers: AddressSet
  /** What host, proxy and registrar resolve to. */
  readonly carrier: ReadonlySet<string>
  /** Ports the carrier is known to send from (its own listening port). */
  readonly carrierPorts: ReadonlySet<number>
  /** A registration trunk trusts its carrier's addresses only while registered. */
  readonly trusted: boolean
  /** E.164 of our numbers on it. */
  readonly numbers: ReadonlySet<string>
}

export interface InboundRequest {
  readonly source: Peer
  /** User parts; '' when missing. */
  readonly requestUser: string
  readonly toUser: string
  /** The called number as E.164 where it can be told. */
  readonly number: string
}

export function matchInbound(
  request: InboundRequest,
  lines: readonly InboundLine[],
): InboundLine | undefined {
  const byContact = lines.find((line) => line.trusted && request.requestUser === line.contactUser)
  if (byContact) return byContact
  const candidates = lines.filter((line) => line.trusted && isFrom(line, request.source))
  // Two accounts with one carrier share its addresses: the number, then the account name tells them apart.
  return (
    candidates.find((line) => line.numbers.has(request.number)) ??
    candidates.find((line) => line.username !== null && line.username === request.requestUser) ??
    candidates[0]
  )
}

function isFrom(line: InboundLine, source: Peer): boolean {
  if (line.peers.has(source.address)) return true
  if (!line.carrier.has(source.address)) return false
  // On this very machine the address says nothing, so the port must fit too.
  return !isLoopback(source.address) || line.carrierPorts.has(source.port)
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}
