// Where an outgoing INVITE goes and how it introduces us: a trunk's spelling and account, or a phone's registered contact.
import type { LineCredentials } from './authenticated.ts'
import { quote } from './embedded/name-addr.ts'
import { escapeUser, sipUri } from './embedded/uri.ts'
import { hostPortOf, localFor } from './hostport.ts'
import type { DialOptions } from './leg.ts'
import type { Peer } from './sip-server.ts'
import { inTrunkFormat, trunkDomain, trunkProxy, trunkUri } from './trunks/trunk-uri.ts'
import type { Trunks } from './trunks/trunks.ts'

export interface DialPlace {
  readonly uri: string
  readonly proxy?: string
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: LineCredentials | undefined
  readonly trunkId: string | undefined
}

interface Surroundings {
  readonly trunks: Trunks
  readonly listening: readonly Peer[]
}

/** @throws CordboardError `sip.no-trunk` */
export function placeOf(options: DialOptions, around: Surroundings): DialPlace {
  const { target, from } = options
  if (target.kind === 'trunk') return trunkPlace(target, from, around)
  const route = readRoute(target.contact)
  const local = localFor(around.listening, { protocol: route.protocol, host: route.host })
  return {
    uri: target.contact,
    headers: { From: address(from.displayName, `sip:${escapeUser(from.number)}@${domainOf(local)}`) },
    credentials: undefined,
    trunkId: undefined,
  }
}

function trunkPlace(
  target: Extract<DialOptions['target'], { kind: 'trunk' }>,
  from: DialOptions['from'],
  around: Surroundings,
): DialPlace {
  const trunk = around.trunks.book.get(target.trunkId)
  const number = from.number || trunk.callerId || trunk.username || 'anonymous'
  const user = escapeUser(inTrunkFormat(number, trunk.numberFormat))
  const local = localFor(around.listening, { protocol: trunk.transport, host: trunk.host })
  const transport = trunk.transport === 'udp' ? '' : `;transport=${trunk.transport}`
  const contact =
    trunk.kind === 'registration' && local
      ? { Contact: `<sip:${trunk.contactUser}@${hostPortOf(local)}${transport}>` }
      : {}
  return {
    uri: trunkUri(trunk, inTrunkFormat(target.number, trunk.numberFormat)),
    ...trunkProxy(trunk),
    headers: { From: address(from.displayName, `sip:${user}@${trunkDomain(trunk)}`), ...contact },
    credentials: around.trunks.credentials(trunk.id),
    trunkId: trunk.id,
  }
}

function readRoute(contact: string): { protocol: string; host: string } {
  const uri = sipUri(contact)
  const transport = uri?.params.find((param) => param.name.toLowerCase() === 'transport')?.value
  return { protocol: transport?.toLowerCase() ?? 'udp', host: uri?.host ?? '' }
}

function domainOf(local: Peer | undefined): string {
  return local === undefined ? 'cordboard.invalid' : hostPortOf({ ...local, port: local.port })
}

function address(displayName: string | undefined, uri: string): string {
  return displayName === undefined || displayName === '' ? `<${uri}>` : `${quote(displayName)} <${uri}>`
}
