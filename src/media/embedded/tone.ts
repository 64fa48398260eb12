// Sines at a level in dBm0, on and off. In µ-law 0 dBm0 is 3.17 dB under the largest sine (ITU-T G.711).

export interface ToneShape {
  readonly hz: readonly number[]
  readonly onMs: number
  readonly offMs: number
  readonly times?: number
  readonly dbm0?: number
}

const rate = 8000
const samplesPerMs = 8
/** A click-free edge: 5 ms of ramp at each end of a burst. */
const rampSamples = 40
const defaultDbm0 = -13
/** Peak of a sine at 0 dBm0 in 16-bit samples; 8159 is where µ-law is full, in 14 bit. A-law differs by 0.06 dB. */
export const zeroDbm0Peak = 4 * 8159 * 10 ** (-3.17 / 20)

/** Fills frames with the tone; `fill` returns how many samples were made, less than asked when the tone ended. */
export class ToneSource {
  readonly #steps: readonly number[]
  readonly #phases: Float64Array
  readonly #peak: number
  readonly #on: number
  readonly #period: number
  #left: number
  #at = 0
  #first = true

  constructor(shape: ToneShape) {
    this.#steps = shape.hz.map((hz) => (2 * Math.PI * hz) / rate)
    this.#phases = new Float64Array(shape.hz.length)
    this.#peak = zeroDbm0Peak * 10 ** ((shape.dbm0 ?? defaultDbm0) / 20)
    this.#on = Math.max(1, Math.round(shape.onMs * samplesPerMs))
    this.#period = this.#on + Math.max(0, Math.round(shape.offMs * samplesPerMs))
    this.#left = shape.times ?? Number.POSITIVE_INFINITY
  }

  fill(frame: Int16Array, count: number): number {
    for (let i = 0; i < count; i += 1) {
      if (this.#left <= 0) return i
      frame[i] = this.#at < this.#on ? this.#sample() : 0
      this.#at += 1
      if (this.#at === this.#period) {
        this.#at = 0
        this.#first = false
        this.#left -= 1
      }
    }
    return count
  }

  #sample(): number {
    let sum = 0
    for (let n = 0; n < this.#steps.length; n += 1) {
      const phase = (this.#phases[n] ?? 0) + (this.#steps[n] ?? 0)
      this.#phases[n] = phase > 2 * Math.PI ? phase - 2 * Math.PI : phase
      sum += Math.sin(phase)
    }
    const value = Math.round(sum * this.#peak * this.#ramp())
    return Math.max(-32768, Math.min(32767, value))
  }

  #ramp(): number {
    // Without a pause bursts run into each other: only the very first and last edge are ramps.
    const joined = this.#period === this.#on
    const sinceEdge = joined && !this.#first ? rampSamples : this.#at
    const untilEdge = joined && this.#left > 1 ? rampSamples : this.#on - 1 - this.#at
    const edge = Math.min(sinceEdge, untilEdge)
    return edge >= rampSamples ? 1 : (edge + 1) / (rampSamples + 1)
  }
}
