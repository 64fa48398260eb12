// Which SRTP packets were here (RFC 3711 §3.3): guesses the 48-bit index from 16 bits, and tells a replay.

/** RFC 3711 §3.3.2 asks for 64 at least; late packets further back are no use to a call. */
const windowPackets = 64
const half = 32_768
const circle = 65_536

export class SourceWindow {
  #highest = -1
  #low = 0
  #high = 0

  /** The index that a packet with this sequence number most likely has (RFC 3711 §3.3.1). */
  guess(sequence: number): number {
    if (this.#highest < 0) return sequence
    const roll = Math.floor(this.#highest / circle)
    const last = this.#highest % circle
    if (last < half) return (sequence - last > half && roll > 0 ? roll - 1 : roll) * circle + sequence
    return (last - half > sequence ? roll + 1 : roll) * circle + sequence
  }

  /** Whether that packet was here, or is too old to know. */
  has(index: number): boolean {
    const back = this.#highest - index
    if (this.#highest < 0 || back < 0) return false
    if (back >= windowPackets) return true
    return ((back < 32 ? this.#low >>> back : this.#high >>> (back - 32)) & 1) === 1
  }

  /** Only for packets whose tag is right: a forger must not move the window. */
  add(index: number): void {
    const ahead = this.#highest < 0 ? windowPackets : index - this.#highest
    if (ahead <= 0) {
      const back = -ahead
      if (back < 32) this.#low |= 1 << back
      else if (back < windowPackets) this.#high |= 1 << (back - 32)
      return
    }
    if (ahead >= windowPackets) {
      this.#low = 0
      this.#high = 0
    } else if (ahead >= 32) {
      this.#high = ahead === 32 ? this.#low : this.#low << (ahead - 32)
      this.#low = 0
    } else {
      this.#high = (this.#high << ahead) | (this.#low >>> (32 - ahead))
      this.#low <<= ahead
    }
    this.#low |= 1
    this.#highest = index
  }
}

/** The rollover counter of what we send; a packet sent late (its number lies back) keeps that of its round. */
export class Sent {
  #last = -1
  #roll = 0

  rollOf(sequence: number): number {
    if (this.#last < 0) {
      this.#last = sequence
      return this.#roll
    }
    const ahead = ((sequence - this.#last + half) & 0xffff) - half
    const wraps = ahead > 0 && sequence < this.#last
    if (ahead <= 0) return sequence > this.#last && this.#roll > 0 ? this.#roll - 1 : this.#roll
    if (wraps) this.#roll += 1
    this.#last = sequence
    return this.#roll
  }
}
