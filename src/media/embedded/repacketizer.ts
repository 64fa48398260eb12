// Cuts packets of other lengths (ptime 10, 30, 40, 60 ms) into the 20 ms frames we send.
import { frameSamples } from './rtp.ts'

/** Room for the longest packet we read and a rest of the one before. */
const roomBytes = 2048

export class Repacketizer {
  readonly #bytes = new Uint8Array(roomBytes)
  #length = 0

  /** Adds bytes[start..end), through `table` when they are of the other law. */
  add(bytes: Uint8Array, start: number, end: number, table: Uint8Array | undefined): void {
    if (this.#length + end - start > roomBytes) this.#length = 0
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i] ?? 0
      this.#bytes[this.#length] = table ? (table[byte] ?? 0) : byte
      this.#length += 1
    }
  }

  /** Moves one whole frame into `to`; false when there is none. */
  take(to: Uint8Array, at: number): boolean {
    if (this.#length < frameSamples) return false
    to.set(this.#bytes.subarray(0, frameSamples), at)
    this.#bytes.copyWithin(0, frameSamples, this.#length)
    this.#length -= frameSamples
    return true
  }

  reset(): void {
    this.#length = 0
  }
}
