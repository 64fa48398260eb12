// G.722 at 64 kbit/s (ITU-T G.722, mode 1): 16 kHz samples to one byte per two of them, and back. Both ends keep state.
// The names of blocks and signals are the Recommendation's.

/** The quadrature mirror filter, its first half; the second mirrors it. */
const qmf = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)
const taps = 24

// Lower band: six bits, of which the predictor sees four.
const q6 = Int32Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714],
  ...[786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
)
const qm4Half = [20456, 12896, 8968, 6288, 4240, 2584, 1200]
const qm4 = Int32Array.of(0, ...qm4Half.map((value) => -value), ...qm4Half, 0)
const qm6Half = [
  ...[24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576],
  ...[6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728],
]
const qm6 = Int32Array.of(
  ...[-136, -136, -136, -136],
  ...qm6Half.map((value) => -value),
  ...qm6Half,
  ...[432, 136, -432, -136],
)
const rl42 = Int32Array.of(0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0)
const wl = Int32Array.of(-60, -30, 58, 172, 334, 538, 1198, 3042)
const lowMost = 18_432
const lowShift = 8
// Upper band: two bits.
const qm2 = Int32Array.of(-7408, -1616, 7408, 1616)
const rh2 = Int32Array.of(2, 1, 2, 1)
const wh = Int32Array.of(0, -214, 798)
const highMost = 22_528
const highShift = 10
const highStep = 564
/** Logarithmic to linear scale factors: 2048 times the 32nd roots of two. */
const ilb = Int32Array.of(
  ...[2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834],
  ...[2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008],
)

function saturate(value: number): number {
  return Math.max(-32768, Math.min(32767, value))
}

/** The adaptive predictor and scale factor of one band, the same at both ends (blocks 3 and 4). */
class Band {
  /** The prediction of the next sample. */
  s = 0
  /** The scale factor. */
  det: number
  #nb = 0
  #sz = 0
  /** Pole section: two coefficients, and the last reconstructed and partially reconstructed samples. */
  #a1 = 0
  #a2 = 0
  #r1 = 0
  #p1 = 0
  #p2 = 0
  /** Zero section: six coefficients and differences. */
  readonly #b = new Int32Array(6)
  readonly #d = new Int32Array(6)

  constructor(det: number) {
    this.det = det
  }

  /** LOGSCL and SCALEL, LOGSCH and SCALEH. */
  scale(step: number, most: number, shift: number): void {
    const nb = ((this.#nb * 127) >> 7) + step
    this.#nb = Math.max(0, Math.min(most, nb))
    const places = shift - (this.#nb >> 11)
    const root = ilb[(this.#nb >> 6) & 31] ?? 0
    this.det = (places < 0 ? root << -places : root >> places) << 2
  }

  /** Takes the quantized difference: adapts both sections and predicts anew. */
  adapt(dx: number): void {
    const r0 = saturate(this.s + dx)
    const p0 = saturate(this.#sz + dx)
    const sg0 = p0 >> 15
    const sg1 = this.#p1 >> 15
    const sg2 = this.#p2 >> 15
    // UPPOL2
    const quad = saturate(this.#a1 << 2)
    const turned = sg0 === sg1 ? Math.min(32767, -quad) : quad
    const a2 = (turned >> 7) + (sg0 === sg2 ? 128 : -128) + ((this.#a2 * 32512) >> 15)
    const ap2 = Math.max(-12288, Math.min(12288, a2))
    // UPPOL1
    const a1 = saturate((sg0 === sg1 ? 192 : -192) + ((this.#a1 * 32640) >> 15))
    const most = saturate(15360 - ap2)
    this.#a1 = Math.max(-most, Math.min(most, a1))
    this.#a2 = ap2
    // UPZERO, DELAYA and FILTEZ
    const gain = dx === 0 ? 0 : 128
    const sign = dx >> 15
    const b = this.#b
    const d = this.#d
    let sz = 0
    let newer = dx
    for (let i = 0; i < 6; i += 1) {
      const di = d[i] ?? 0
      const bi = saturate((di >> 15 === sign ? gain : -gain) + (((b[i] ?? 0) * 32640) >> 15))
      b[i] = bi
      d[i] = newer
      sz += (bi * saturate(newer + newer)) >> 15
      newer = di
    }
    this.#sz = saturate(sz)
    // FILTEP and PREDIC
    const sp = saturate(
      ((this.#a1 * saturate(r0 + r0)) >> 15) + ((this.#a2 * saturate(this.#r1 + this.#r1)) >> 15),
    )
    this.#r1 = r0
    this.#p2 = this.#p1
    this.#p1 = p0
    this.s = saturate(sp + this.#sz)
  }
}

/** What both ends do with the bits of a byte once they are known. */
function adaptLow(band: Band, code: number): void {
  const index = code >> 2
  const difference = (band.det * (qm4[index] ?? 0)) >> 15
  band.scale(wl[rl42[index] ?? 0] ?? 0, lowMost, lowShift)
  band.adapt(difference)
}

function adaptHigh(band: Band, code: number): number {
  const difference = (band.det * (qm2[code] ?? 0)) >> 15
  const reconstructed = band.s + difference
  band.scale(wh[rh2[code] ?? 0] ?? 0, highMost, highShift)
  band.adapt(difference)
  return reconstructed
}

export class G722Encoder {
  readonly #low = new Band(32)
  readonly #high = new Band(8)
  /** The last samples, twice, so that a window of them is always in one piece. */
  readonly #x = new Int32Array(2 * taps)
  #at = 0

  /** Turns `samples` (an even number) into half as many bytes at to[at]. */
  encode(samples: Int16Array, to: Uint8Array, at: number): number {
    for (let i = 0; i + 1 < samples.length; i += 2) {
      this.#push(samples[i] ?? 0, samples[i + 1] ?? 0)
      to[at + (i >> 1)] = this.#byte()
    }
    return samples.length >> 1
  }

  #push(first: number, second: number): void {
    const x = this.#x
    const at = this.#at
    x[at] = first
    x[at + taps] = first
    x[at + 1] = second
    x[at + 1 + taps] = second
    this.#at = at + 2 === taps ? 0 : at + 2
  }

  #byte(): number {
    const x = this.#x
    const at = this.#at
    let odd = 0
    let even = 0
    for (let i = 0; i < taps / 2; i += 1) {
      odd += (x[at + 2 * i] ?? 0) * (qmf[i] ?? 0)
      even += (x[at + 2 * i + 1] ?? 0) * (qmf[11 - i] ?? 0)
    }
    return (this.#codeHigh((even - odd) >> 14) << 6) | this.#codeLow((even + odd) >> 14)
  }

  #codeLow(x: number): number {
    const band = this.#low
    const e = saturate(x - band.s)
    const size = e >= 0 ? e : -(e + 1)
    let i = 1
    while (i < 30 && size >= ((q6[i] ?? 0) * band.det) >> 12) i += 1
    // The two levels nearest to zero have codes of their own on the negative side; the rest count down.
    const code = e >= 0 ? 62 - i : i <= 2 ? 64 - i : 34 - i
    adaptLow(band, code)
    return code
  }

  #codeHigh(x: number): number {
    const band = this.#high
    const e = saturate(x - band.s)
    const size = e >= 0 ? e : -(e + 1)
    const isLarge = size >= (highStep * band.det) >> 12
    const code = e >= 0 ? (isLarge ? 2 : 3) : isLarge ? 0 : 1
    adaptHigh(band, code)
    return code
  }
}

export class G722Decoder {
  readonly #low = new Band(32)
  readonly #high = new Band(8)
  readonly #x = new Int32Array(2 * taps)
  #at = 0

  /** Turns bytes[start..end) into twice as many samples at to[0]; how many. */
  decode(bytes: Uint8Array, start: number, end: number, to: Int16Array): number {
    const x = this.#x
    const low = this.#low
    for (let n = start; n < end; n += 1) {
      const byte = bytes[n] ?? 0
      const code = byte & 0x3f
      const rlow = limit15(low.s + ((low.det * (qm6[code] ?? 0)) >> 15))
      adaptLow(low, code)
      const rhigh = limit15(adaptHigh(this.#high, byte >> 6))
      const at = this.#at
      x[at] = rlow + rhigh
      x[at + taps] = rlow + rhigh
      x[at + 1] = rlow - rhigh
      x[at + 1 + taps] = rlow - rhigh
      this.#at = at + 2 === taps ? 0 : at + 2
      this.#join(to, (n - start) * 2)
    }
    return (end - start) * 2
  }

  #join(to: Int16Array, place: number): void {
    const x = this.#x
    const at = this.#at
    let first = 0
    let second = 0
    for (let i = 0; i < taps / 2; i += 1) {
      second += (x[at + 2 * i] ?? 0) * (qmf[i] ?? 0)
      first += (x[at + 2 * i + 1] ?? 0) * (qmf[11 - i] ?? 0)
    }
    to[place] = saturate(first >> 11)
    to[place + 1] = saturate(second >> 11)
  }
}

function limit15(value: number): number {
  return Math.max(-16384, Math.min(16383, value))
}
