// Measures sound in tests: how strong a tone is, at which frequency, how loud the rest, what a WAV holds.
import { readFileSync } from 'node:fs'
import { type Companding, pcma, pcmu } from '#media/embedded/g711.ts'
import { zeroDbm0Peak } from '#media/embedded/tone.ts'
import { readWavFormat } from '#media/wav-header.ts'

export const sampleRate = 8000

/** Level of the sine at `hz` in dBm0 (Goertzel, Hann window); -Infinity for digital silence. */
export function levelAt(samples: Int16Array, hz: number, rate = sampleRate): number {
  const step = (2 * Math.PI * hz) / rate
  let real = 0
  let imaginary = 0
  let windowSum = 0
  for (let i = 0; i < samples.length; i += 1) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / samples.length)
    real += (samples[i] ?? 0) * window * Math.cos(step * i)
    imaginary += (samples[i] ?? 0) * window * Math.sin(step * i)
    windowSum += window
  }
  return 20 * Math.log10((2 * Math.hypot(real, imaginary)) / windowSum / zeroDbm0Peak)
}

/** Level of everything in dBm0 (a full sine of 0 dBm0 reads 0). */
export function loudness(samples: Int16Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return 10 * Math.log10(sum / samples.length / (zeroDbm0Peak ** 2 / 2))
}

/** The strongest frequency between 100 and 3600 Hz, to about 1 Hz for a second of sound. */
export function strongestHz(samples: Int16Array, rate = sampleRate): number {
  let best = bestOf(samples, rate, { from: 100, to: Math.min(3600, rate / 2 - 200), step: 10 })
  for (const step of [2, 0.5])
    best = bestOf(samples, rate, { from: best - step * 6, to: best + step * 6, step })
  return best
}

function bestOf(
  samples: Int16Array,
  rate: number,
  range: { from: number; to: number; step: number },
): number {
  let best = range.from
  let bestLevel = Number.NEGATIVE_INFINITY
  for (let hz = range.from; hz <= range.to; hz += range.step) {
    const level = levelAt(samples.subarray(0, rate), hz, rate)
    if (level > bestLevel) [best, bestLevel] = [hz, level]
  }
  return best
}

/** A sine of `seconds` at `dbm0` (default -10). */
export function sine(
  hz: number,
  seconds: number,
  options: { dbm0?: number; rate?: number } = {},
): Int16Array {
  const rate = options.rate ?? sampleRate
  const peak = zeroDbm0Peak * 10 ** ((options.dbm0 ?? -10) / 20)
  return Int16Array.from({ length: Math.round(seconds * rate) }, (_, i) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * i) / rate)),
  )
}

export function toLaw(samples: Int16Array, law: Companding): Uint8Array {
  return Uint8Array.from(samples, (sample) => law.fromLinear[sample & 0xffff] ?? 0)
}

export function fromLaw(bytes: Uint8Array, law: Companding): Int16Array {
  return Int16Array.from(bytes, (byte) => law.toLinear[byte] ?? 0)
}

export function lawOf(payloadType: number): Companding {
  return payloadType === 8 ? pcma : pcmu
}

export interface Wav {
  readonly rate: number
  /** One array per channel. */
  readonly channels: readonly Int16Array[]
  readonly seconds: number
}

/** Reads a PCM 16 bit WAV, strictly: the header must promise no more than there is. */
export function readWav(path: string): Wav {
  const bytes = readFileSync(path)
  const format = readWavFormat(bytes)
  if (format?.encoding !== 'pcm16') throw new Error(`${path} is no 16 bit WAV`)
  if (format.dataStart + format.dataBytes > bytes.length) {
    throw new Error(`${path} promises ${format.dataBytes} bytes and holds ${bytes.length - format.dataStart}`)
  }
  const frames = format.dataBytes / 2 / format.channels
  const channels = Array.from({ length: format.channels }, (_, channel) =>
    Int16Array.from({ length: frames }, (_unused, i) =>
      bytes.readInt16LE(format.dataStart + (i * format.channels + channel) * 2),
    ),
  )
  return { rate: format.rate, channels, seconds: frames / format.rate }
}

/** The part between two moments in seconds. */
export function between(samples: Int16Array, from: number, to: number, rate = sampleRate): Int16Array {
  return samples.subarray(Math.round(from * rate), Math.round(to * rate))
}
