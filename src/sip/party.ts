// Who calls and what was dialled, read from a request. A header that cannot be read is as good as missing.

import { type NameAddr, parseNameAddr } from '#sip/embedded/name-addr.ts'
import { parseUri, unescapeUser } from '#sip/embedded/uri.ts'
import type { SipParty } from './leg.ts'

interface Headers {
  header(name: string): string | undefined
}

/**
 * The From, or what the carrier asserts (RFC 3325) when `trusted`. A number the caller withholds (Privacy: id) is given to us
 * as a network, not to show it to people: then it stays with what From says.
 */
export function partyOf(request: Headers, trusted: boolean): SipParty {
  const withheld = /\bid\b/i.test(request.header('Privacy') ?? '')
  const asserted = trusted && !withheld ? request.header('P-Asserted-Identity') : undefined
  return (asserted && readParty(asserted)) || readParty(request.header('From') ?? '') || nobody
}

const nobody: SipParty = { user: '', host: '', displayName: undefined }

/** The first address of a header value. */
export function readParty(value: string): SipParty | undefined {
  const address = readAddress(value)
  if (!address) return undefined
  const { user, host } = userAndHost(address.uri)
  return { user, host, displayName: address.display === '' ? undefined : address.display }
}

/** The user part of a URI, unescaped; the number of a tel: URI; '' when there is none. */
export function userOf(uri: string): string {
  return userAndHost(uri).user
}

function userAndHost(text: string): { user: string; host: string } {
  try {
    const uri = parseUri(text)
    if (uri.scheme === 'tel') return { user: uri.number, host: '' }
    if (uri.scheme === 'other') return { user: '', host: '' }
    // A user part may carry parameters of its own (`+420;npdi`): no part of the number.
    return { user: unescapeUser(uri.user ?? '').split(';')[0] ?? '', host: uri.host }
  } catch {
    return { user: '', host: '' }
  }
}

function readAddress(value: string): NameAddr | undefined {
  try {
    return parseNameAddr(splitFirst(value))
  } catch {
    return undefined
  }
}

// P-Asserted-Identity may list a sip: and a tel: URI; the first one is enough.
function splitFirst(value: string): string {
  const comma = value.indexOf(',', value.indexOf('>') === -1 ? 0 : value.indexOf('>'))
  return comma === -1 ? value : value.slice(0, comma)
}
