// What a leg receives, measured: loss and jitter (RFC 3550 §A.3, §A.8) and from them a MOS (ITU-T G.107 E-model).
import { frameMs, sequenceDelta, timestampDelta } from './rtp.ts'

const usualClockPerMs = 8
/** RFC 3550 §A.1: a larger jump than this is a restarted sender, not loss. */
const maxSequenceJump = 3000
/** A timestamp that jumps further than this between packets says nothing about jitter. */
const maxTransitJumpMs = 1000
/** MOS of a handful of packets is noise. */
const packetsForMos = 50

export type Arrival = 'new' | 'late' | 'duplicate' | 'restart'

export class ReceiveStats {
  received = 0
  dropped = 0
  jitter = 0
  maxJitter = 0
  ssrc = 0
  #clockPerMs = usualClockPerMs
  #started = false
  #highest = 0
  #cycles = 0
  #base = 0
  #receivedSinceBase = 0
  /** Loss of streams before the sender restarted. */
  #lostBefore = 0
  #transit = 0
  #hasTransit = false
  #expectedAtReport = 0
  #receivedAtReport = 0
  /** Which of the 64 sequence numbers up to the highest have come: two 32-bit words. */
  #seenLow = 0
  #seenHigh = 0

  /** Counts one packet. `isAudio` false (a key press) leaves jitter alone: its timestamp stands still. */
  arrived(sequence: number, timestamp: number, ssrc: number, nowMs: number, isAudio: boolean): Arrival {
    const kind = this.#sequence(sequence, ssrc)
    if (kind === 'duplicate') {
      this.dropped += 1
      return kind
    }
    this.received += 1
    this.#receivedSinceBase += 1
    if (isAudio) this.#measureJitter(timestamp, nowMs)
    return kind
  }

  /** The RTP clock of what comes from now on. */
  set clockPerMs(value: number) {
    if (value === this.#clockPerMs) return
    this.jitter *= value / this.#clockPerMs
    this.maxJitter *= value / this.#clockPerMs
    this.#clockPerMs = value
    this.#hasTransit = false
  }

  get lost(): number {
    return this.#lostBefore + Math.max(0, this.#expected - this.#receivedSinceBase)
  }

  get lossRatio(): number {
    const all = this.received + this.lost
    return all === 0 ? 0 : this.lost / all
  }

  get highestExtended(): number {
    return (this.#cycles * 65536 + this.#highest) >>> 0
  }

  get jitterMs(): number {
    return this.jitter / this.#clockPerMs
  }

  get maxJitterMs(): number {
    return this.maxJitter / this.#clockPerMs
  }

  /** Share of packets lost since the last call, as the 8-bit fraction of a report block (RFC 3550 §A.3). */
  takeFractionLost(): number {
    const expected = this.#expected - this.#expectedAtReport
    const received = this.#receivedSinceBase - this.#receivedAtReport
    this.#expectedAtReport = this.#expected
    this.#receivedAtReport = this.#receivedSinceBase
    if (expected <= 0 || received >= expected) return 0
    return Math.min(255, Math.floor(((expected - received) * 256) / expected))
  }

  mos(rttMs: number | undefined): number | undefined {
    if (this.received < packetsForMos) return undefined
    return mosOf({ lossRatio: this.lossRatio, jitterMs: this.jitterMs, rttMs: rttMs ?? 0 })
  }

  get #expected(): number {
    return this.#started ? this.#cycles * 65536 + this.#highest - this.#base + 1 : 0
  }

  #sequence(sequence: number, ssrc: number): Arrival {
    if (!this.#started || ssrc !== this.ssrc) return this.#restart(sequence, ssrc)
    const ahead = sequenceDelta(sequence, this.#highest)
    if (Math.abs(ahead) > maxSequenceJump) return this.#restart(sequence, ssrc)
    if (ahead <= 0) return this.#markLate(-ahead)
    if (sequence < this.#highest) this.#cycles += 1
    this.#highest = sequence
    this.#shiftSeen(ahead)
    return 'new'
  }

  #restart(sequence: number, ssrc: number): Arrival {
    this.#lostBefore = this.lost
    this.#started = true
    this.ssrc = ssrc
    this.#highest = sequence
    this.#base = sequence
    this.#cycles = 0
    this.#receivedSinceBase = 0
    this.#expectedAtReport = 0
    this.#receivedAtReport = 0
    this.#hasTransit = false
    this.#seenLow = 1
    this.#seenHigh = 0
    return 'restart'
  }

  #markLate(back: number): Arrival {
    if (back >= 64) return 'late'
    const bit = 1 << (back & 31)
    const seen = back < 32 ? this.#seenLow : this.#seenHigh
    if (seen & bit) return 'duplicate'
    if (back < 32) this.#seenLow |= bit
    else this.#seenHigh |= bit
    return 'late'
  }

  #shiftSeen(by: number): void {
    if (by >= 64) {
      this.#seenHigh = 0
      this.#seenLow = 0
    } else if (by >= 32) {
      this.#seenHigh = this.#seenLow << (by - 32)
      this.#seenLow = 0
    } else {
      this.#seenHigh = (this.#seenHigh << by) | (this.#seenLow >>> (32 - by))
      this.#seenLow <<= by
    }
    this.#seenLow |= 1
  }

  #measureJitter(timestamp: number, nowMs: number): void {
    const transit = (Math.round(nowMs * this.#clockPerMs) - timestamp) | 0
    const moved = Math.abs(timestampDelta(transit, this.#transit))
    if (this.#hasTransit && moved < maxTransitJumpMs * this.#clockPerMs) {
      this.jitter += (moved - this.jitter) / 16
      if (this.jitter > this.maxJitter) this.maxJitter = this.jitter
    }
    this.#transit = transit
    this.#hasTransit = true
  }
}

/**
 * MOS by the E-model with its default values (G.107 §7): G.711 has Ie 0 and, with packet loss concealment,
 * Bpl 25.1 (G.113 table I.3). Delay is half the round trip, a frame and a jitter buffer of twice the jitter.
 */
export function mosOf(heard: { lossRatio: number; jitterMs: number; rttMs: number }): number {
  const delayMs = heard.rttMs / 2 + frameMs + 2 * heard.jitterMs
  const delayImpairment = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0)
  const lossPercent = Math.min(100, Math.max(0, heard.lossRatio * 100))
  const lossImpairment = (95 * lossPercent) / (lossPercent + 25.1)
  const rating = Math.max(0, Math.min(100, 93.2 - delayImpairment - lossImpairment))
  const mos = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
  return Math.max(1, Math.min(4.5, mos))
}
