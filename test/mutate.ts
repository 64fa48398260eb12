// Seeded damage to texts: the same seed makes the same bytes, so that whatever breaks can be broken again.
export interface Mutator {
  /** 0 up to, not including, `below`. */
  pick(below: number): number
  from<T>(list: readonly [T, ...T[]]): T
  /** One to four wounds. */
  mutate(text: string): Buffer
}

const tokens = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  ';',
  ';;',
  ',',
  ',,',
  '"',
  '\\',
  '<',
  '>',
  '<>',
  '%',
  '%00',
  '%zz',
  ':',
  '=',
  '@',
  '[',
  ']',
  '[::1]',
  '\0',
  '\x7f',
  '\t',
  ' ',
  '*',
  '-1',
  '0',
  '4294967296',
  '99999999999999999999',
  'sip:',
  'sips:',
  'tel:',
  'SIP/2.0',
  'Via: ',
  'Route: <sip:127.0.0.1;lr>\r\n',
  'Require: x\r\n',
  'Content-Length: 5\r\n',
  'é',
  '☎',
  '|',
  '#',
  'a'.repeat(300),
] as const

/** mulberry32: small, fast, and good enough for damage. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function mutator(seed: number): Mutator {
  const next = random(seed)
  const pick = (below: number) => Math.floor(next() * below)
  const wound = (bytes: Buffer): Buffer => {
    const at = pick(bytes.length + 1)
    const until = Math.min(bytes.length, at + 1 + pick(40))
    switch (pick(8)) {
      case 0: // One byte is another.
        return Buffer.concat([bytes.subarray(0, at), Buffer.from([pick(256)]), bytes.subarray(at + 1)])
      case 1: // Some are missing.
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(until)])
      case 2: // Some are there twice.
        return Buffer.concat([bytes.subarray(0, until), bytes.subarray(at)])
      case 3: // Cut off.
        return bytes.subarray(0, at)
      case 4: {
        // Two lines change places.
        const lines = bytes.toString('latin1').split('\r\n')
        const [one, two] = [pick(lines.length), pick(lines.length)]
        const kept = lines[one] ?? ''
        lines[one] = lines[two] ?? ''
        lines[two] = kept
        return Buffer.from(lines.join('\r\n'), 'latin1')
      }
      case 5: {
        // A number is another.
        const text = bytes.toString('latin1')
        const numbers = [...text.matchAll(/\d+/g)]
        const found = numbers[pick(Math.max(1, numbers.length))]
        if (!found) return bytes
        const other = ['0', '1', '65536', '2147483648', '-7', String(pick(100_000))][pick(6)] ?? ''
        return Buffer.from(
          text.slice(0, found.index) + other + text.slice(found.index + found[0].length),
          'latin1',
        )
      }
      default: // Something is in between.
        return Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from(tokens[pick(tokens.length)] ?? ''),
          bytes.subarray(at),
        ])
    }
  }
  return {
    pick,
    from: (list) => list[pick(list.length)] ?? list[0],
    mutate: (text) => {
      let bytes = Buffer.from(text)
      for (let wounds = 1 + pick(4); wounds > 0; wounds -= 1) bytes = Buffer.from(wound(bytes))
      return bytes
    },
  }
}
