// CSeq and RAck: numbers that order requests and provisional responses.
import { malformed } from './malformed.ts'
import { parseDigits } from './params.ts'

export interface CSeq {
  readonly number: number
  readonly method: string
}

/** Reads `1 INVITE`. @throws MalformedMessage when the number is not below 2**31 (RFC 3261 §8.1.1.5) */
export function parseCSeq(value: string): CSeq {
  const gap = blankAt(value)
  const number = parseDigits(value.slice(0, gap))
  const method = value.slice(gap).trim()
  if (number === undefined || number >= 2 ** 31 || method === '' || blankAt(method) !== method.length)
    throw malformed('The CSeq cannot be read.')
  return { number, method }
}

function blankAt(text: string): number {
  for (let at = 0; at < text.length; at += 1) if (text[at] === ' ' || text[at] === '\t') return at
  return text.length
}
