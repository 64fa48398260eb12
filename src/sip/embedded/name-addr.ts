// From, To, Contact, Route, Refer-To: a URI, perhaps a display name, header parameters (RFC 3261 §20.10).
import { malformed } from './malformed.ts'
import { endOfPart, findParam, formatParams, type Params, parseParams } from './params.ts'

export interface NameAddr {
  /** Without quotes and escapes; missing when there is none. */
  readonly display?: string
  /** The URI's text; `parseUri` reads it. `*` in a Contact that unregisters. */
  readonly uri: string
  /** Parameters of the header, not of the URI. */
  readonly params: Params
}

/** Reads one value (split a comma list first). @throws MalformedMessage */
export function parseNameAddr(value: string): NameAddr {
  const open = openingBracket(value)
  if (open === -1) return bareAddress(value)
  const close = value.indexOf('>', open)
  if (close === -1) throw malformed('An address lacks its closing ">".')
  const uri = value.slice(open + 1, close).trim()
  if (uri === '') throw malformed('An address is empty.')
  const after = value.slice(close + 1).trim()
  if (after !== '' && !after.startsWith(';')) throw malformed('An address is followed by stray text.')
  const display = readDisplay(value.slice(0, open).trim())
  return { ...(display === undefined ? {} : { display }), uri, params: parseParams(after) }
}

export function formatNameAddr(address: NameAddr): string {
  const display = address.display === undefined ? '' : `${quote(address.display)} `
  if (address.uri === '*') return '*'
  return `${display}<${address.uri}>${formatParams(address.params)}`
}

/** A quoted-string (RFC 3261 §25.1) with what must be escaped escaped. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`
}

/** The tag of a From or To value. */
export function tagOf(value: string): string | undefined {
  if (!value.includes('tag')) {
    if (!value.toLowerCase().includes('tag')) return undefined
  }
  const open = openingBracket(value)
  const close = open === -1 ? endOfPart(value, 0, ';') : value.indexOf('>', open)
  if (close === -1) return undefined
  const tag = findParam(parseParams(value.slice(open === -1 ? close : close + 1)), 'tag')
  return tag === '' ? undefined : tag
}

/** The From or To value with `;tag=` set (an existing tag is left alone). */
export function withTag(value: string, tag: string): string {
  return tagOf(value) === undefined ? `${value};tag=${tag}` : value
}

// Without brackets, parameters belong to the header, not to the URI (RFC 3261 §20).
function bareAddress(value: string): NameAddr {
  const end = endOfPart(value, 0, ';')
  const uri = value.slice(0, end).trim()
  // RFC 3261 §20: a question mark needs brackets, else nobody knows whose headers those are.
  if (uri === '' || uri.includes(' ') || uri.includes('"') || uri.includes('>') || uri.includes('?'))
    throw malformed('An address cannot be read.')
  return { uri, params: parseParams(value.slice(end)) }
}

/** The `<` outside of a quoted display name, or -1. @throws when a quote stays open */
function openingBracket(value: string): number {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at)
    if (code === 60) return at
    if (code === 59) return -1
    if (code !== 34) continue
    at += 1
    while (at < value.length && value.charCodeAt(at) !== 34) at += value.charCodeAt(at) === 92 ? 2 : 1
    if (at >= value.length) throw malformed('A display name lacks its closing quote.')
  }
  return -1
}

function readDisplay(text: string): string | undefined {
  if (text === '') return undefined
  if (!text.startsWith('"')) return text
  const inner = text.slice(1, text.endsWith('"') ? -1 : text.length)
  return inner.replace(/\\(.)/g, '$1')
}
