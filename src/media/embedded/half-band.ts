// From 8 to 16 kHz and back, frame by frame without a seam: a half-band filter (every second coefficient is zero).

/** Odd coefficients on each side of the middle: flat to 3.4 kHz, 40 dB down from 4.6 kHz on. */
const reach = 16
/** Half of the odd coefficients of a windowed sinc (Blackman), outwards from the middle. */
const side = Float64Array.from({ length: reach }, (_, n) => {
  const distance = 2 * n + 1
  const place = (Math.PI * distance) / (2 * reach)
  const window = 0.42 + 0.5 * Math.cos(place) + 0.08 * Math.cos(2 * place)
  return (Math.sin((Math.PI * distance) / 2) / (Math.PI * distance)) * window
})
/** So that a steady sound keeps its level. */
const gain = 0.5 / (2 * side.reduce((sum, one) => sum + one, 0))
const taps = side.map((one) => one * gain)

export class Doubler {
  /** The last samples before the frame in hand. */
  readonly #before = new Float64Array(2 * reach)

  /** Writes twice as many samples as `from` has into `to`, 2 ms later. */
  push(from: Int16Array, to: Int16Array): void {
    const before = this.#before
    const at = (i: number) => (i < 0 ? (before[2 * reach + i] ?? 0) : (from[i] ?? 0))
    for (let n = 0; n < from.length; n += 1) {
      const middle = n - reach
      to[2 * n] = at(middle)
      let sum = 0
      for (let k = 0; k < reach; k += 1) sum += (taps[k] ?? 0) * (at(middle - k) + at(middle + 1 + k))
      to[2 * n + 1] = clamp(2 * sum)
    }
    for (let i = 0; i < 2 * reach; i += 1) before[i] = from[from.length - 2 * reach + i] ?? 0
  }
}

export class Halver {
  readonly #before = new Float64Array(4 * reach)

  /** Writes half as many samples as `from` has into `to`. */
  push(from: Int16Array, to: Int16Array): void {
    const before = this.#before
    const at = (i: number) => (i < 0 ? (before[4 * reach + i] ?? 0) : (from[i] ?? 0))
    for (let n = 0; n < from.length / 2; n += 1) {
      const middle = 2 * n - 2 * reach
      let sum = 0.5 * at(middle)
      for (let k = 0; k < reach; k += 1)
        sum += (taps[k] ?? 0) * (at(middle - 2 * k - 1) + at(middle + 2 * k + 1))
      to[n] = clamp(sum)
    }
    for (let i = 0; i < 4 * reach; i += 1) before[i] = from[from.length - 4 * reach + i] ?? 0
  }
}

function clamp(value: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(value)))
}
