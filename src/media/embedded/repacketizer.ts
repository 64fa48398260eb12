// Cuts packets of other lengths (ptime 10, 30, 40, 60 ms) into the 20 ms frames we send, each with its own place in time.
import { frameSamples, type RtpView, timestampDelta } from './rtp.ts'

/** Room for the longest packet we read and a rest of the one before. */
const roomBytes = 2048

export class Repacketizer {
  readonly #bytes = new Uint8Array(roomBytes)
  #length = 0
  /** Timestamp of the first byte held. */
  #timestamp = 0
  #ssrc = 0
  #started = false
  #sequence = 0
  #afterPress = false

  /** Adds the payload of the packet `view` describes, through `table` when it is of the other law. */
  add(bytes: Uint8Array, view: RtpView, table: Uint8Array | undefined): void {
    const length = view.end - view.start
    if (!this.#joins(view) || this.#length + length > roomBytes) return
    for (let i = 0; i < length; i += 1) {
      const byte = bytes[view.start + i] ?? 0
      this.#bytes[this.#length + i] = table ? (table[byte] ?? 0) : byte
    }
    this.#length += length
  }

  /** Moves one whole frame into `to` and says in `as` when and after which one it was said; false when there is none. */
  take(to: Uint8Array, at: number, as: RtpView): boolean {
    if (this.#length < frameSamples) return false
    for (let i = 0; i < frameSamples; i += 1) to[at + i] = this.#bytes[i] ?? 0
    this.#bytes.copyWithin(0, frameSamples, this.#length)
    this.#length -= frameSamples
    as.sequence = this.#sequence
    as.timestamp = this.#timestamp
    as.ssrc = this.#ssrc
    as.marker = false
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#timestamp = (this.#timestamp + frameSamples) >>> 0
    return true
  }

  /** Frames are being cut: the numbers of what is sent on are ours, not the sender's. */
  get active(): boolean {
    return this.#started
  }

  /** Gives a key press between the frames its number; the sound after it follows without loss. */
  number(view: RtpView, as: RtpView): void {
    as.sequence = this.#sequence
    as.timestamp = view.timestamp
    as.ssrc = view.ssrc
    as.marker = view.marker
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#afterPress = true
  }

  reset(): void {
    this.#length = 0
    this.#started = false
  }

  /** Whether the packet goes on behind what is held. After a loss it begins anew; one that comes too late is left out. */
  #joins(view: RtpView): boolean {
    const next = (this.#timestamp + this.#length) >>> 0
    const ahead = timestampDelta(view.timestamp, next)
    if (this.#started && view.ssrc === this.#ssrc) {
      if (ahead === 0) return true
      // Half a second back is no reordering but a sender that started over.
      if (ahead < 0 && ahead > -4000) return false
      const isLoss = ahead > 0 && ahead < 80_000 && !this.#afterPress
      if (isLoss)
        this.#sequence = (this.#sequence + Math.round((ahead + this.#length) / frameSamples)) & 0xffff
    }
    this.#afterPress = false
    this.#started = true
    this.#ssrc = view.ssrc
    this.#timestamp = view.timestamp
    this.#length = 0
    return true
  }
}
