// Our Contact follows the way a request takes: where DNS chose another transport or family than the application saw,
// a Contact that names us there would be dead.
import { findHeader, replaceHeader } from './header.ts'
import type { SipRequest } from './message.ts'
import { formatNameAddr, parseNameAddr } from './name-addr.ts'
import { withoutParam, withParam } from './params.ts'
import type { ListeningPoint } from './stack.ts'
import { formatUri, sipUri } from './uri.ts'

/** The request with its Contact moved from `was` to `local`; a Contact of somebody else stays. */
export function withContactAt(request: SipRequest, was: ListeningPoint, local: ListeningPoint): SipRequest {
  const value = findHeader(request, 'Contact')
  if (value === undefined) return request
  try {
    const contact = parseNameAddr(value)
    const uri = sipUri(contact.uri)
    if (uri?.host !== (was.advertised ?? was.address) || uri.port !== was.port) return request
    const plain = withoutParam(uri.params, 'transport')
    const named = local.protocol === 'udp' || uri.scheme === 'sips'
    const params = named ? plain : withParam(plain, 'transport', local.protocol)
    const moved = formatUri({ ...uri, host: local.advertised ?? local.address, port: local.port, params })
    return replaceHeader(request, 'Contact', formatNameAddr({ ...contact, uri: moved }))
  } catch {
    // A Contact that cannot be read is none of ours.
    return request
  }
}
