// Finding and changing headers of a message: ordered, case-insensitive, comma lists split only when asked.
import type { SipHeader, SipMessage } from './message.ts'
import { endOfPart } from './params.ts'

type Headers = readonly SipHeader[]

/** A message or its headers. */
type Holder = Headers | { readonly headers: Headers }

// Compact forms: RFC 3261 §7.3.3 and the IANA registry of header fields.
const compact: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
}

const known = [
  ...'Accept Accept-Encoding Accept-Language Alert-Info Allow Authentication-Info Authorization'.split(' '),
  ...'Call-Info Content-Disposition Content-Language CSeq Date Diversion Error-Info Expires'.split(' '),
  ...'Geolocation History-Info In-Reply-To Join Max-Forwards MIME-Version Min-Expires Min-SE'.split(' '),
  ...'Organization P-Access-Network-Info P-Asserted-Identity P-Charging-Vector'.split(' '),
  ...'P-Preferred-Identity Path Priority Privacy Proxy-Authenticate Proxy-Authorization'.split(' '),
  ...'Proxy-Require RAck Reason Record-Route Remote-Party-ID Replaces Reply-To Require'.split(' '),
  ...'Retry-After Route RSeq Server Service-Route SIP-ETag SIP-If-Match Subscription-State'.split(' '),
  ...'Supported Timestamp Unsupported User-Agent Warning WWW-Authenticate'.split(' '),
]

const canonical = new Map<string, string>([
  ...Object.entries(compact),
  ...[...known, ...Object.values(compact)].map((name): [string, string] => [name.toLowerCase(), name]),
])

/** The long name as the RFCs write it; an unknown name stays as it is. */
export function canonicalName(name: string): string {
  return canonical.get(name) ?? canonical.get(name.toLowerCase()) ?? name
}

function headersOf(holder: Holder): Headers {
  return 'headers' in holder ? holder.headers : holder
}

function isNamed(header: SipHeader, canonicalWanted: string): boolean {
  return (
    header.name === canonicalWanted ||
    (header.name.length === canonicalWanted.length &&
      header.name.toLowerCase() === canonicalWanted.toLowerCase())
  )
}

/** The first header's value as it stood (a comma list stays whole). */
export function findHeader(holder: Holder, name: string): string | undefined {
  const wanted = canonicalName(name)
  for (const header of headersOf(holder)) if (isNamed(header, wanted)) return header.value
  return undefined
}

/** Values of all headers of that name, as they stood. */
export function allHeaders(holder: Holder, name: string): string[] {
  const wanted = canonicalName(name)
  const values: string[] = []
  for (const header of headersOf(holder)) if (isNamed(header, wanted)) values.push(header.value)
  return values
}

/** Every value of a header that may be a comma list (Via, Route, Contact, Supported ...), in order. */
export function allValues(holder: Holder, name: string): string[] {
  return allHeaders(holder, name).flatMap(splitValues)
}

/** Splits at commas outside of quotes and angle brackets; empty parts are dropped. */
export function splitValues(value: string): string[] {
  if (!value.includes(',')) return value === '' ? [] : [value]
  const parts: string[] = []
  for (let from = 0; from < value.length; ) {
    const end = endOfPart(value, from, ',')
    const part = value.slice(from, end).trim()
    if (part !== '') parts.push(part)
    from = end + 1
  }
  return parts
}

/** The message with `name` holding `values`, at the place of its first header of that name, else at the end. */
export function replaceHeader<M extends SipMessage>(message: M, name: string, ...values: string[]): M {
  return { ...message, headers: replaceIn(message.headers, name, ...values) }
}

export function replaceIn(headers: Headers, name: string, ...values: string[]): SipHeader[] {
  const wanted = canonicalName(name)
  const fresh = values.map((value) => ({ name: wanted, value }))
  const at = headers.findIndex((header) => isNamed(header, wanted))
  if (at === -1) return [...headers, ...fresh]
  const others = headers.slice(at).filter((header) => !isNamed(header, wanted))
  return [...headers.slice(0, at), ...fresh, ...others]
}

/** The message with one more header on top: before the others of its name. */
export function prependHeader<M extends SipMessage>(message: M, name: string, value: string): M {
  return { ...message, headers: [{ name: canonicalName(name), value }, ...message.headers] }
}

export function appendHeader<M extends SipMessage>(message: M, name: string, value: string): M {
  return { ...message, headers: [...message.headers, { name: canonicalName(name), value }] }
}

export function removeHeader<M extends SipMessage>(message: M, name: string): M {
  const wanted = canonicalName(name)
  return { ...message, headers: message.headers.filter((header) => !isNamed(header, wanted)) }
}
