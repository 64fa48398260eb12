// Ids: UUIDv7 text (RFC 9562 §5.7), so that rows sort by the time they were made.
import { randomBytes } from 'node:crypto'

let lastMs = 0
let counter = 0

/** A new id; ids made by one process sort in the order they were made, also within one millisecond. */
export function newId(nowMs = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs
    counter = randomBytes(2).readUInt16BE() & 0x07ff
  } else {
    // The clock stood still or went back: go on counting from the last millisecond (RFC 9562 §6.2, method 1).
    counter += 1
    if (counter > 0x0fff) {
      lastMs += 1
      counter = 0
    }
  }
  const bytes = randomBytes(16)
  bytes.writeUIntBE(lastMs, 0, 6)
  bytes.writeUInt16BE(0x7000 | counter, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
