// Bytes -> SipMessage, in one pass; whatever is wrong becomes one MalformedMessage, never a crash.
import { parseCSeq } from './cseq.ts'
import { canonicalName } from './header.ts'
import { MalformedMessage } from './malformed.ts'
import type { SipHeader, SipMessage } from './message.ts'
import { parseNameAddr } from './name-addr.ts'
import { parseDigits } from './params.ts'
import { parseUri } from './uri.ts'
import { topVia } from './via.ts'

export interface MessageLimits {
  /** The largest UDP datagram is 65,535 bytes; a SIP message has no reason to be larger over TCP. */
  readonly maxMessageBytes: number
  /** Real messages carry 10 to 40 headers; long Via and Record-Route chains stay far below 200. */
  readonly maxHeaders: number
  /** Identity (RFC 8224) and Authorization are the longest seen, at 1 to 3 KiB. */
  readonly maxHeaderChars: number
}

export const defaultLimits: MessageLimits = {
  maxMessageBytes: 65_536,
  maxHeaders: 200,
  maxHeaderChars: 8_192,
}

type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string }

/**
 * Reads one whole message. Bytes after Content-Length are ignored (RFC 3261 §18.3).
 * @throws MalformedMessage with the status to answer with, when it is a request that can be answered
 */
export function parseMessage(input: Buffer | string, limits: MessageLimits = defaultLimits): SipMessage {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input
  const start = skipLineBreaks(bytes)
  const head = endOfHead(bytes, start)
  const oversized = bytes.length > limits.maxMessageBytes
  if (!head) throw new MalformedMessage('sip.malformed', 'The message has no end of headers.')
  const text = bytes.toString('utf8', start, head.end)
  const headers: SipHeader[] = []
  let line: StartLine | undefined
  try {
    const firstEnd = lineEnd(text, 0)
    const first = text.slice(0, firstEnd)
    // The headers come first: without them a wrong start line could not be answered.
    readHeaders(text, firstEnd, headers, limits)
    line = parseStartLine(first)
    if (oversized) throw new MalformedMessage('sip.oversized', 'The message is too large.', { status: 513 })
    checkHeaders(line, headers)
    const length = contentLength(headers)
    const available = bytes.length - head.bodyStart
    if (length !== undefined && length > available) throw fault('The body is shorter than Content-Length.')
    const body = bytes.toString('utf8', head.bodyStart, head.bodyStart + (length ?? available))
    return { ...line, headers, body }
  } catch (cause) {
    throw withAnswer(cause, line, headers, text)
  }
}

/** The value of Content-Length, undefined when there is none. @throws MalformedMessage */
export function contentLength(headers: readonly SipHeader[]): number | undefined {
  let length: number | undefined
  for (const header of headers) {
    if (header.name !== 'Content-Length') continue
    const value = parseDigits(header.value)
    if (value === undefined || (length !== undefined && length !== value))
      throw fault('The Content-Length cannot be read.')
    length = value
  }
  return length
}

/** Where the headers end and the body starts, from `start`; undefined while the blank line is missing. */
export function endOfHead(bytes: Buffer, start: number): { end: number; bodyStart: number } | undefined {
  const crlf = bytes.indexOf('\r\n\r\n', start, 'latin1')
  const lf = bytes.indexOf('\n\n', start, 'latin1')
  // Bare line feeds are no SIP, but some scripts send them: read them, write CRLF.
  if (lf !== -1 && (crlf === -1 || lf < crlf)) return { end: lf + 1, bodyStart: lf + 2 }
  return crlf === -1 ? undefined : { end: crlf + 2, bodyStart: crlf + 4 }
}

/** RFC 3261 §7.5: line breaks before the start line are ignored. */
export function skipLineBreaks(bytes: Buffer): number {
  let start = 0
  while (bytes[start] === 13 || bytes[start] === 10) start += 1
  return start
}

function parseStartLine(line: string): StartLine {
  if (line.startsWith('SIP/')) return parseStatusLine(line)
  const first = line.indexOf(' ')
  const last = line.lastIndexOf(' ')
  const method = line.slice(0, first)
  const uri = line.slice(first + 1, last)
  if (first < 1 || last <= first || !isToken(method)) throw fault('The start line cannot be read.')
  const version = line.slice(last + 1).toUpperCase()
  if (!version.startsWith('SIP/')) throw fault('The start line names no SIP version.')
  if (version !== 'SIP/2.0')
    throw new MalformedMessage('sip.malformed', 'Only SIP/2.0 is spoken here.', { status: 505 })
  if (uri === '' || uri.includes(' ') || uri.includes('<') || !uri.includes(':'))
    throw fault('The Request-URI cannot be read.')
  return { kind: 'request', method, uri }
}

function parseStatusLine(line: string): StartLine {
  const status = parseDigits(line.slice(8, 11))
  const blank = line.charCodeAt(11)
  if (!line.startsWith('SIP/2.0 ') || status === undefined || status < 100 || status > 699)
    throw fault('The status line cannot be read.')
  if (line.length > 11 && blank !== 32) throw fault('The status line cannot be read.')
  return { kind: 'response', status, reason: line.slice(12) }
}

// What is wrong with one header is told at the end: the others are needed to answer.
function readHeaders(text: string, from: number, headers: SipHeader[], limits: MessageLimits): void {
  let wrong: unknown
  let at = nextLine(text, from)
  while (at < text.length) {
    const [line, next] = unfolded(text, at, limits.maxHeaderChars)
    at = next
    if (headers.length >= limits.maxHeaders) throw tooLong()
    try {
      if (line.length > limits.maxHeaderChars) throw tooLong()
      headers.push(parseHeader(line))
    } catch (fault) {
      wrong ??= fault
    }
  }
  if (wrong !== undefined) throw wrong
}

/** The header line that starts at `from` with its continuations, and where the next one starts. */
function unfolded(text: string, from: number, maxChars: number): [line: string, next: number] {
  let end = lineEnd(text, from)
  let line = text.slice(from, end)
  let at = nextLine(text, end)
  while (at < text.length && isBlank(text.charCodeAt(at))) {
    end = lineEnd(text, at)
    // Beyond the limit the rest is skipped, not joined: joining would take quadratic time.
    if (line.length <= maxChars) line = `${line.trimEnd()} ${text.slice(at, end).trim()}`
    at = nextLine(text, end)
  }
  return [line, at]
}

function tooLong(): MalformedMessage {
  return new MalformedMessage('sip.oversized', 'A header is too long, or there are too many.', {
    status: 513,
  })
}

function parseHeader(line: string): SipHeader {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0)).trimEnd()
  if (!isToken(name)) throw fault('A header has no name.')
  const value = line.slice(colon + 1).trim()
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at)
    // Stray control characters would be line breaks or worse for somebody downstream; escaped in quotes they are right.
    const stray = (code < 32 && code !== 9) || code === 127
    if (stray && (code === 10 || code === 13 || value.charCodeAt(at - 1) !== 92))
      throw fault('A header holds a control character.')
  }
  return { name: canonicalName(name), value }
}

// RFC 3261 §8.1.1: what every message must carry; From, To, Call-ID and CSeq exactly once.
function checkHeaders(line: StartLine, headers: readonly SipHeader[]): void {
  const from = single(headers, 'From')
  const to = single(headers, 'To')
  if (single(headers, 'Call-ID') === '') throw fault('The Call-ID is empty.')
  const cseq = parseCSeq(single(headers, 'CSeq'))
  topVia(headers)
  if (line.kind === 'response') return
  if (cseq.method !== line.method) throw fault('The CSeq names another method than the start line.')
  parseUri(line.uri)
  parseNameAddr(from)
  parseNameAddr(to)
  const hops = headers.find((header) => header.name === 'Max-Forwards')
  if (hops && (parseDigits(hops.value) ?? 256) > 255) throw fault('Max-Forwards is not between 0 and 255.')
}

function single(headers: readonly SipHeader[], name: string): string {
  let found: string | undefined
  for (const header of headers) {
    if (header.name !== name) continue
    if (found !== undefined) throw fault(`The message has more than one ${name}.`)
    found = header.value
  }
  if (found === undefined) throw fault(`The message has no ${name}.`)
  return found
}

function withAnswer(
  cause: unknown,
  line: StartLine | undefined,
  headers: readonly SipHeader[],
  text: string,
): unknown {
  if (!(cause instanceof MalformedMessage)) return cause
  // A broken response is never answered, nor is an ACK (RFC 3261 §17).
  const first = text.slice(0, 4)
  if (line?.kind === 'response' || first === 'SIP/' || first === 'ACK ') return cause
  const code = cause.code === 'sip.oversized' ? 'sip.oversized' : 'sip.malformed'
  return new MalformedMessage(code, cause.message, { status: cause.status ?? 400, headers })
}

function fault(sentence: string): MalformedMessage {
  return new MalformedMessage('sip.malformed', sentence)
}

function lineEnd(text: string, from: number): number {
  const lf = text.indexOf('\n', from)
  if (lf === -1) return text.length
  return lf > from && text.charCodeAt(lf - 1) === 13 ? lf - 1 : lf
}

function nextLine(text: string, end: number): number {
  const lf = text.indexOf('\n', end)
  return lf === -1 ? text.length : lf + 1
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

// RFC 3261 §25.1 token: letters, digits and -.!%*_+`'~
function isToken(text: string): boolean {
  if (text === '') return false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    const alnum = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
    if (!alnum && !"-.!%*_+`'~".includes(text.charAt(at))) return false
  }
  return true
}
