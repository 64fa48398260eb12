// Parameters after a semicolon (`;tag=a;rport`), as URIs, Via and name-addr headers carry them.

/** A parameter as it stood; `value` is missing for a bare name, quotes are kept. */
export interface Param {
  readonly name: string
  readonly value?: string
}

export type Params = readonly Param[]

/** The parameter's value, `''` for a bare name, undefined when it is not there. Names know no case. */
export function findParam(params: Params, name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (const param of params) if (param.name.toLowerCase() === wanted) return param.value ?? ''
  return undefined
}

/** The params with `name` set in place, or added at the end; undefined makes it a bare name. */
export function withParam(params: Params, name: string, value?: string): Params {
  const next: Param = value === undefined ? { name } : { name, value }
  const wanted = name.toLowerCase()
  const at = params.findIndex((param) => param.name.toLowerCase() === wanted)
  return at === -1 ? [...params, next] : params.with(at, next)
}

export function withoutParam(params: Params, name: string): Params {
  const wanted = name.toLowerCase()
  return params.filter((param) => param.name.toLowerCase() !== wanted)
}

/** `;a=b;c`, or nothing when there are none. */
export function formatParams(params: Params): string {
  let text = ''
  for (const { name, value } of params) text += value === undefined ? `;${name}` : `;${name}=${value}`
  return text
}

/** Reads `;a=b;c` or `a=b;c`; empty parts are skipped, a semicolon inside quotes separates nothing. */
export function parseParams(text: string): Params {
  const params: Param[] = []
  let from = 0
  while (from < text.length) {
    const end = endOfPart(text, from, ';')
    const part = text.slice(from, end).trim()
    from = end + 1
    if (part === '') continue
    const equals = part.indexOf('=')
    if (equals === -1) params.push({ name: part })
    else params.push({ name: part.slice(0, equals).trimEnd(), value: part.slice(equals + 1).trimStart() })
  }
  return params
}

/** Where the part that starts at `from` ends: the next `separator` outside of quotes and angle brackets. */
export function endOfPart(text: string, from: number, separator: ',' | ';'): number {
  let quoted = false
  let bracket = false
  for (let at = from; at < text.length; at += 1) {
    const char = text[at]
    if (quoted) {
      if (char === '\\') at += 1
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === '<') bracket = true
    else if (char === '>') bracket = false
    else if (char === separator && !bracket) return at
  }
  return text.length
}

/** An unsigned decimal of at most ten digits; undefined for anything else. */
export function parseDigits(text: string): number | undefined {
  if (text.length === 0 || text.length > 10) return undefined
  let value = 0
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return value
}

/** A port from its text: 1 to 65535. */
export function parsePort(text: string): number | undefined {
  const port = parseDigits(text.trim())
  return port !== undefined && port > 0 && port < 65_536 ? port : undefined
}
