// The headers an application gives its messages: what it may set, how names and `localhost` are completed.
import { canonicalName, findHeader } from './header.ts'
import type { SipHeader } from './message.ts'
import { formatNameAddr, parseNameAddr } from './name-addr.ts'
import { withParam } from './params.ts'
import type { ListeningPoint } from './stack.ts'
import { formatUri, sipUri } from './uri.ts'

type Pairs = readonly (readonly [name: string, value: string])[]

// The transaction or the dialog owns these; what the application says is ignored.
const owned = new Set(['Via', 'Route', 'Record-Route', 'RSeq', 'Content-Length'])

// Addresses where `@localhost` stands for our own address, which the application need not know.
const located = new Set(['From', 'To', 'Contact', 'P-Asserted-Identity'])

const identity = new Set(['From', 'To', 'Call-ID', 'CSeq'])

/** The headers to put in a message that leaves through `local`; lines that are no header are dropped. */
export function appHeaders(pairs: Pairs, local: ListeningPoint): SipHeader[] {
  return readHeaders(pairs).map(({ name, value }) => ({
    name,
    value: located.has(name) && value.includes('@localhost') ? withOurHost(value, local, name) : value,
  }))
}

/** The same for a CANCEL, which repeats its request's headers and may only add others (RFC 3261 §9.1). */
export function cancelHeaders(pairs: Pairs): (readonly [string, string])[] {
  return readHeaders(pairs)
    .filter(({ name }) => !located.has(name) && !identity.has(name))
    .map(({ name, value }) => [name, value])
}

/** Headers without those a dialog or a request being answered dictates. */
export function withoutIdentity(headers: readonly SipHeader[]): SipHeader[] {
  return headers.filter(({ name }) => !identity.has(name))
}

/** Replaces the host of a From, To or Contact value by ours; a value that cannot be read stays as it is. */
export function withOurHost(value: string, local: ListeningPoint, name?: string): string {
  try {
    const address = parseNameAddr(value)
    const uri = sipUri(address.uri)
    if (!uri) return value
    // Without the transport, a Contact would ask for UDP where we may not listen.
    const params =
      name === 'Contact' && local.protocol !== 'udp' && uri.scheme === 'sip'
        ? withParam(uri.params, 'transport', local.protocol)
        : uri.params
    const host = local.advertised ?? local.address
    return formatNameAddr({ ...address, uri: formatUri({ ...uri, host, port: local.port, params }) })
  } catch {
    return value
  }
}

/** Content-Type of a body whose sender named none: only SDP is recognised. */
export function contentTypeFor(headers: readonly SipHeader[], body: string): SipHeader[] {
  if (body === '' || findHeader(headers, 'Content-Type') !== undefined || !body.startsWith('v=0')) return []
  return [{ name: 'Content-Type', value: 'application/sdp' }]
}

function readHeaders(pairs: Pairs): SipHeader[] {
  const headers: SipHeader[] = []
  for (const [written, value] of pairs) {
    if (!/^[\w\-.!%*+`'~]+$/.test(written)) continue
    const name = headerName(written)
    if (!owned.has(name)) headers.push({ name, value })
  }
  return headers
}

// `x-` and `X-` names stay as written; other unknown ones get a capital after each dash.
function headerName(written: string): string {
  const known = canonicalName(written)
  if (known !== written || /^x-/i.test(written)) return known
  return written.replace(/(^|-)([a-z])/g, (letters) => letters.toUpperCase())
}
