// Where an outgoing INVITE goes and how it introduces us: a trunk's spelling and account, or a phone's registered contact.
import type { LineCredentials } from './authenticated.ts'
import { quote } from './embedded/name-addr.ts'
import { findParam } from './embedded/params.ts'
import { escapeUser, sipUri } from './embedded/uri.ts'
import type { DialOptions } from './leg.ts'
import { identityHeaders } from './trunks/trunk-identity.ts'
import { inTrunkFormat, trunkProxy, trunkUri } from './trunks/trunk-uri.ts'
import type { Trunks } from './trunks/trunks.ts'

export interface DialPlace {
  readonly uri: string
  readonly proxy?: string
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: LineCredentials | undefined
  readonly trunkId: string | undefined
}

/** @throws CordboardError `sip.no-trunk` */
export function placeOf(
  options: Pick<DialOptions, 'target' | 'from'>,
  trunks: Pick<Trunks, 'book' | 'credentials'>,
): DialPlace {
  const { target, from } = options
  if (target.kind === 'trunk') return trunkPlace(target, from, trunks)
  return {
    uri: target.contact,
    headers: { From: address(from.displayName, `sip:${escapeUser(from.number || 'anonymous')}@localhost`) },
    credentials: undefined,
    trunkId: undefined,
  }
}

/** Whether the first hop is reached over TLS; what lies behind it is not ours to see. */
export function isSecure({ uri, proxy }: Pick<DialPlace, 'uri' | 'proxy'>): boolean {
  const hop = sipUri(proxy ?? uri)
  return hop?.scheme === 'sips' || findParam(hop?.params ?? [], 'transport')?.toLowerCase() === 'tls'
}

function trunkPlace(
  target: Extract<DialOptions['target'], { kind: 'trunk' }>,
  from: DialOptions['from'],
  trunks: Pick<Trunks, 'book' | 'credentials'>,
): DialPlace {
  const trunk = trunks.book.get(target.trunkId)
  const transport = trunk.transport === 'udp' ? '' : `;transport=${trunk.transport}`
  // The server puts its own address for `localhost`, the one the carrier can reach.
  const contact =
    trunk.kind === 'registration' ? { Contact: `<sip:${trunk.contactUser}@localhost${transport}>` } : {}
  return {
    uri: trunkUri(trunk, inTrunkFormat(target.number, trunk.numberFormat)),
    ...trunkProxy(trunk),
    headers: { ...identityHeaders(from, trunk), ...contact },
    credentials: trunks.credentials(trunk.id),
    trunkId: trunk.id,
  }
}

function address(displayName: string | undefined, uri: string): string {
  return displayName === undefined || displayName === '' ? `<${uri}>` : `${quote(displayName)} <${uri}>`
}
