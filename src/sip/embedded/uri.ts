// SIP, SIPS and tel URIs (RFC 3261 §19.1, RFC 3966); parts are kept escaped, as they stood.
import { isIPv6 } from 'node:net'
import { malformed } from './malformed.ts'
import { findParam, formatParams, type Params, parseParams, parsePort } from './params.ts'

export interface SipUri {
  readonly scheme: 'sip' | 'sips'
  readonly user?: string
  readonly password?: string
  /** A name, IPv4, or IPv6 without brackets. */
  readonly host: string
  readonly port?: number
  readonly params: Params
  /** What follows `?`, as it stood. */
  readonly headers?: string
}

export interface TelUri {
  readonly scheme: 'tel'
  readonly number: string
  readonly params: Params
}

export interface OtherUri {
  readonly scheme: 'other'
  readonly text: string
}

export type Uri = SipUri | TelUri | OtherUri

/** @throws MalformedMessage when it is no URI, or a sip: one with a broken host, port or escape. */
export function parseUri(text: string): Uri {
  const colon = text.indexOf(':')
  if (colon < 1 || !isScheme(text, colon)) throw malformed(`"${short(text)}" is no URI.`)
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code <= 32 || code === 60 || code === 62 || code === 34 || code === 127)
      throw malformed(`The URI "${short(text)}" holds a character that must be escaped.`)
  }
  const scheme = text.slice(0, colon).toLowerCase()
  const rest = text.slice(colon + 1)
  if (scheme === 'sip' || scheme === 'sips') return parseSip(scheme, rest)
  if (scheme === 'tel') return parseTel(rest)
  if (rest === '') throw malformed(`"${short(text)}" is no URI.`)
  return { scheme: 'other', text }
}

/** A SIP URI, or undefined for tel: and other schemes. @throws as parseUri */
export function sipUri(text: string): SipUri | undefined {
  const uri = parseUri(text)
  return uri.scheme === 'sip' || uri.scheme === 'sips' ? uri : undefined
}

/** The user part of a SIP URI, undefined where there is none or it cannot be read; never throws. */
export function userIn(text: string): string | undefined {
  try {
    return sipUri(text)?.user
  } catch {
    return undefined
  }
}

export function formatUri(uri: Uri): string {
  if (uri.scheme === 'other') return uri.text
  if (uri.scheme === 'tel') return `tel:${uri.number}${formatParams(uri.params)}`
  const password = uri.password === undefined ? '' : `:${uri.password}`
  const user = uri.user === undefined ? '' : `${uri.user}${password}@`
  const headers = uri.headers === undefined ? '' : `?${uri.headers}`
  return `${uri.scheme}:${user}${hostPort(uri.host, uri.port)}${formatParams(uri.params)}${headers}`
}

/** `host:port` with brackets around IPv6. */
export function hostPort(host: string, port?: number): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === undefined ? name : `${name}:${port}`
}

/** The user part with its %-escapes undone: `%2B420` is `+420`. */
export function unescapeUser(user: string): string {
  try {
    return decodeURIComponent(user)
  } catch {
    // Escapes that are no UTF-8 stay as they are: still the same user, only less pretty.
    return user
  }
}

/** Makes any text a legal user part (RFC 3261 §25.1 user-unreserved). */
export function escapeUser(user: string): string {
  return encodeURIComponent(user).replace(/%(24|26|2B|2C|2F|3B|3D|3F)/g, (code) => decodeURIComponent(code))
}

/** Reads `host`, `host:port`, `[v6]`, `[v6]:port`. */
export function parseHostPort(text: string): { host: string; port?: number } {
  let host = text
  let port: string | undefined
  if (text.startsWith('[')) {
    const close = text.indexOf(']')
    if (close === -1) throw malformed(`The host "${short(text)}" lacks its closing bracket.`)
    host = text.slice(1, close)
    const after = text.slice(close + 1).trim()
    if (after !== '' && !after.startsWith(':')) throw malformed(`The host "${short(text)}" cannot be read.`)
    if (after !== '') port = after.slice(1)
    if (!isIPv6(host)) throw malformed(`The host "${short(text)}" is no IPv6 address.`)
  } else {
    const colon = text.indexOf(':')
    if (colon !== -1) {
      host = text.slice(0, colon).trimEnd()
      port = text.slice(colon + 1)
    }
    if (!isHostText(host)) throw malformed(`The host "${short(text)}" cannot be read.`)
  }
  if (port === undefined) return { host }
  const number = parsePort(port)
  if (number === undefined) throw malformed(`The port "${short(port)}" is not between 1 and 65535.`)
  return { host, port: number }
}

/** Whether the URI asks for loose routing (RFC 3261 §16.12). */
export function isLoose(uri: SipUri): boolean {
  return findParam(uri.params, 'lr') !== undefined
}

function parseSip(scheme: 'sip' | 'sips', rest: string): SipUri {
  // The user part may hold `;` and `?`, so the @ comes first (RFC 3261 §19.1.1); the last one before any `>`.
  const at = rest.lastIndexOf('@', firstOf(rest, rest.indexOf('@') + 1))
  const userInfo = at === -1 ? undefined : rest.slice(0, at)
  let tail = rest.slice(at + 1)
  const question = tail.indexOf('?')
  const headers = question === -1 ? undefined : tail.slice(question + 1)
  if (question !== -1) tail = tail.slice(0, question)
  const semicolon = tail.indexOf(';')
  const params = semicolon === -1 ? [] : parseParams(tail.slice(semicolon + 1))
  const where = parseHostPort(semicolon === -1 ? tail : tail.slice(0, semicolon))
  return {
    scheme,
    ...(userInfo === undefined ? {} : parseUserInfo(userInfo)),
    ...where,
    params,
    ...(headers === undefined ? {} : { headers }),
  }
}

function parseUserInfo(text: string): { user: string; password?: string } {
  checkEscapes(text)
  const colon = text.indexOf(':')
  const user = colon === -1 ? text : text.slice(0, colon)
  if (user === '') throw malformed('A SIP URI has an empty user.')
  return colon === -1 ? { user } : { user, password: text.slice(colon + 1) }
}

function parseTel(rest: string): TelUri {
  const semicolon = rest.indexOf(';')
  const number = semicolon === -1 ? rest : rest.slice(0, semicolon)
  if (number === '') throw malformed('A tel URI has no number.')
  return { scheme: 'tel', number, params: semicolon === -1 ? [] : parseParams(rest.slice(semicolon + 1)) }
}

/** Where the host's tail begins: an @ after it belongs to URI headers (`?to=sip%3Aa@b` written badly). */
function firstOf(rest: string, from: number): number {
  const question = rest.indexOf('?', from)
  const semicolon = rest.indexOf(';', from)
  if (question === -1) return semicolon === -1 ? rest.length : semicolon
  return semicolon === -1 ? question : Math.min(question, semicolon)
}

function checkEscapes(text: string): void {
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at + 1)) {
    if (!isHex(text.charCodeAt(at + 1)) || !isHex(text.charCodeAt(at + 2)))
      throw malformed(`The URI holds a broken escape "${short(text.slice(at, at + 3))}".`)
  }
}

function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)
}

function isAlnum(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

function isScheme(text: string, end: number): boolean {
  for (let at = 0; at < end; at += 1) {
    const code = text.charCodeAt(at)
    if (!isAlnum(code) && code !== 43 && code !== 45 && code !== 46) return false
  }
  return true
}

// Underscores are no part of a host name in the RFC, yet real phones and containers have them.
function isHostText(host: string): boolean {
  if (host === '' || host.length > 253) return false
  for (let at = 0; at < host.length; at += 1) {
    const code = host.charCodeAt(at)
    if (!isAlnum(code) && code !== 45 && code !== 46 && code !== 95) return false
  }
  return true
}

/** At most 60 characters of what came in, for a sentence in the log. */
function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
