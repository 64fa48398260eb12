// Changes the sample rate of a stream by a windowed sinc, cut off below half the lower rate. For files, not for calls.

/** Zero crossings of the sinc on each side: over 60 dB of stop band with the Blackman window. */
const crossings = 16
/** Telephone sound ends at 3.4 kHz: the filter may start to fall at 0.9 of the band. */
const bandShare = 0.9

export class Resampler {
  readonly #step: number
  readonly #cutoff: number
  readonly #reach: number
  /** Input still needed, beginning at input position `#start`. */
  #held: Float32Array
  #start: number
  #next = 0
  readonly #same: boolean

  constructor(fromRate: number, toRate: number) {
    this.#step = fromRate / toRate
    this.#cutoff = Math.min(1, toRate / fromRate) * bandShare
    this.#reach = Math.ceil(crossings / this.#cutoff)
    this.#same = fromRate === toRate
    // Silence before the first sample.
    this.#held = new Float32Array(this.#reach)
    this.#start = -this.#reach
  }

  outputLength(inputLength: number): number {
    return this.#same ? inputLength : Math.floor(inputLength / this.#step)
  }

  /** Takes more input, writes what can be made of it at `at`; returns how many samples. */
  push(input: Float32Array, output: Int16Array, at: number): number {
    if (this.#same) {
      for (let i = 0; i < input.length; i += 1) output[at + i] = clamp(input[i] ?? 0)
      return input.length
    }
    const all = new Float32Array(this.#held.length + input.length)
    all.set(this.#held)
    all.set(input, this.#held.length)
    const end = this.#start + all.length
    let made = 0
    for (; this.#next + this.#reach < end && at + made < output.length; this.#next += this.#step) {
      output[at + made] = clamp(this.#at(all, this.#next))
      made += 1
    }
    const keepFrom = Math.max(0, Math.floor(this.#next) - this.#reach - this.#start)
    this.#held = all.slice(keepFrom)
    this.#start += keepFrom
    return made
  }

  /** Writes the samples that waited for input that does not come any more. */
  flush(output: Int16Array, at: number): number {
    return this.#same ? 0 : this.push(new Float32Array(2 * this.#reach), output, at)
  }

  #at(all: Float32Array, position: number): number {
    const first = Math.ceil(position - this.#reach)
    const last = Math.floor(position + this.#reach)
    let sum = 0
    for (let n = first; n <= last; n += 1) {
      sum += (all[n - this.#start] ?? 0) * this.#kernel(n - position)
    }
    return sum
  }

  #kernel(distance: number): number {
    const x = distance * this.#cutoff
    const window = distance / this.#reach
    if (Math.abs(window) >= 1) return 0
    const blackman = 0.42 + 0.5 * Math.cos(Math.PI * window) + 0.08 * Math.cos(2 * Math.PI * window)
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    return sinc * blackman * this.#cutoff
  }
}

function clamp(value: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(value)))
}
