// Reads a Range header (RFC 9110 §14.2): one range of bytes; anything else means the whole file, as the RFC allows.

export interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') {
    const wanted = Number(last)
    return wanted === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - wanted), end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start >= size) return 'unsatisfiable'
  // A range whose end lies before its start is not valid and so is ignored (§14.1.1).
  return end < start ? undefined : { start, end }
}
