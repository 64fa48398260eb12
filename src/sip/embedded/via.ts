// Via: the way a request came and its response goes back (RFC 3261 §20.42, RFC 3581).
import { splitValues } from './header.ts'
import { malformed } from './malformed.ts'
import type { SipHeader } from './message.ts'
import { findParam, formatParams, type Params, parseParams } from './params.ts'
import { hostPort, parseHostPort } from './uri.ts'

export interface Via {
  /** Upper case: UDP, TCP, TLS, or what else the sender wrote. */
  readonly transport: string
  readonly host: string
  readonly port?: number
  readonly params: Params
}

/** Reads one Via value. @throws MalformedMessage */
export function parseVia(value: string): Via {
  const slash = value.indexOf('/')
  const slash2 = value.indexOf('/', slash + 1)
  if (slash === -1 || slash2 === -1) throw malformed('A Via names no protocol.')
  const name = value.slice(0, slash).trim()
  const version = value.slice(slash + 1, slash2).trim()
  if (name.toUpperCase() !== 'SIP' || version !== '2.0') throw malformed('A Via is not of SIP/2.0.')
  const rest = value.slice(slash2 + 1).trimStart()
  const gap = firstBlank(rest)
  if (gap < 1) throw malformed('A Via names no sender.')
  const semicolon = rest.indexOf(';', gap)
  if (/;\s*;/.test(rest)) throw malformed('A Via has a separator with nothing behind it.')
  const sentBy = rest.slice(gap, semicolon === -1 ? rest.length : semicolon).trim()
  return {
    transport: rest.slice(0, gap).toUpperCase(),
    ...parseHostPort(sentBy),
    params: semicolon === -1 ? [] : parseParams(rest.slice(semicolon)),
  }
}

export function formatVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${hostPort(via.host, via.port)}${formatParams(via.params)}`
}

export function branchOf(via: Via): string {
  return findParam(via.params, 'branch') ?? ''
}

/** Each message is asked for its Via several times while it is read, and no other meanwhile. */
let last: { readonly headers: readonly SipHeader[]; readonly via: Via } | undefined

/** The topmost Via of the headers, read. @throws MalformedMessage when there is none or it is broken */
export function topVia(headers: readonly SipHeader[]): Via {
  if (last?.headers !== headers) last = { headers, via: readTopVia(headers) }
  return last.via
}

function readTopVia(headers: readonly SipHeader[]): Via {
  const header = headers.find((candidate) => candidate.name === 'Via')
  const value = header && splitValues(header.value)[0]
  if (value === undefined) throw malformed('The message has no Via.')
  return parseVia(value)
}

/** The headers with the topmost Via value replaced; the others of the same line stay behind it. */
export function withTopVia(headers: readonly SipHeader[], via: Via): SipHeader[] {
  const at = headers.findIndex((candidate) => candidate.name === 'Via')
  const header = headers[at]
  if (!header) return [{ name: 'Via', value: formatVia(via) }, ...headers]
  const others = splitValues(header.value).slice(1)
  return headers.with(at, { name: 'Via', value: [formatVia(via), ...others].join(', ') })
}

function firstBlank(text: string): number {
  for (let at = 0; at < text.length; at += 1) if (text[at] === ' ' || text[at] === '\t') return at
  return -1
}
