// An address as its 4 or 16 bytes.
import { isIPv4 } from 'node:net'

/** The bytes of a numeric address; an IPv6 zone (`%eth0`) is left out. */
export function ip(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const plain = address.replace(/%.*$/, '')
  const [head = '', tail] = plain.split('::')
  const first = wordsOf(head)
  const last = tail === undefined ? [] : wordsOf(tail)
  const gap = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => 0)
  const words = [...first, ...(tail === undefined ? [] : gap), ...last]
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]))
}

function wordsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((word) => {
    if (!word.includes('.')) return [Number.parseInt(word, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = word.split('.').map(Number)
    return [(a << 8) | b, (c << 8) | d]
  })
}
