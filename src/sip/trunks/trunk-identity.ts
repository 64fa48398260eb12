// Who calls, in the headers a carrier reads: From, P-Asserted-Identity and P-Preferred-Identity (RFC 3325), Remote-Party-ID, Privacy. Pure.
import { quote } from '#sip/embedded/name-addr.ts'
import { escapeUser } from '#sip/embedded/uri.ts'
import type { Trunk } from './trunk.ts'
import { inTrunkFormat, trunkDomain } from './trunk-uri.ts'

export interface ShownCaller {
  /** E.164; '' when the call names none. */
  readonly number: string
  readonly displayName?: string
  readonly withheld?: boolean
}

type Line = Pick<
  Trunk,
  | 'callerId'
  | 'username'
  | 'numberFormat'
  | 'identity'
  | 'fromUser'
  | 'host'
  | 'port'
  | 'transport'
  | 'outboundProxy'
  | 'fromDomain'
>

/** RFC 3323 §4.1.1.3 */
const anonymous = '"Anonymous" <sip:anonymous@anonymous.invalid>'

export function identityHeaders(caller: ShownCaller, trunk: Line): Readonly<Record<string, string>> {
  const number = caller.number || trunk.callerId || trunk.username || 'anonymous'
  const domain = trunkDomain(trunk)
  const uriOf = (user: string) => `sip:${escapeUser(user)}@${domain}`
  const numberUri = uriOf(inTrunkFormat(number, trunk.numberFormat))
  const shown = address(caller.displayName, numberUri)
  const account = trunk.fromUser === 'account' && trunk.username !== null ? uriOf(trunk.username) : undefined
  const from = caller.withheld ? anonymous : account ? address(caller.displayName, account) : shown
  return {
    From: from,
    ...numberHeader(trunk, shown, caller.withheld ?? false),
    // RFC 3325 §7: the network may know the number, the callee must not.
    ...(caller.withheld ? { Privacy: 'id' } : {}),
  }
}

function numberHeader(
  { identity }: Line,
  shown: string,
  withheld: boolean,
): Readonly<Record<string, string>> {
  switch (identity) {
    case 'asserted':
      return { 'P-Asserted-Identity': shown }
    case 'preferred':
      return { 'P-Preferred-Identity': shown }
    case 'remote-party':
      return { 'Remote-Party-ID': `${shown};party=calling;privacy=${withheld ? 'full' : 'off'};screen=no` }
    case 'from':
      // An anonymous From alone would leave the carrier nothing to bill and to route by.
      return withheld ? { 'P-Preferred-Identity': shown } : {}
  }
}

function address(displayName: string | undefined, uri: string): string {
  return displayName === undefined || displayName === '' ? `<${uri}>` : `${quote(displayName)} <${uri}>`
}
