// G.711 companding by tables (ITU-T G.711, the reference algorithm of ITU-T G.191): bytes to 16-bit linear and back.
import type { MediaCodec } from '#media/engine.ts'

export interface Companding {
  readonly codec: MediaCodec
  /** RFC 3551 §6 static payload type. */
  readonly payloadType: number
  /** 256 entries: byte -> linear. */
  readonly toLinear: Int16Array
  /** 65536 entries, indexed by the linear sample & 0xffff. */
  readonly fromLinear: Uint8Array
  /** 256 entries: this codec's byte -> the other law's byte. */
  readonly toOther: Uint8Array
  /** The byte of a sample of value 0. */
  readonly silence: number
}

function ulawToLinear(byte: number): number {
  const code = ~byte & 0xff
  const exponent = (code >> 4) & 7
  const magnitude = (((code & 0x0f) << 3) + 0x84) << exponent
  return code & 0x80 ? 0x84 - magnitude : magnitude - 0x84
}

function linearToUlaw(sample: number): number {
  const magnitude = Math.min(0x1fff, ((sample < 0 ? ~sample : sample) >> 2) + 33)
  let segment = 1
  for (let rest = magnitude >> 6; rest !== 0; rest >>= 1) segment += 1
  const code = ((8 - segment) << 4) | (0x0f - ((magnitude >> segment) & 0x0f))
  return sample < 0 ? code : code | 0x80
}

function alawToLinear(byte: number): number {
  const code = (byte ^ 0x55) & 0x7f
  const exponent = code >> 4
  let magnitude = ((code & 0x0f) << 4) + 8
  if (exponent > 0) magnitude += 0x100
  if (exponent > 1) magnitude <<= exponent - 1
  return byte & 0x80 ? magnitude : -magnitude
}

function linearToAlaw(sample: number): number {
  let mantissa = (sample < 0 ? ~sample : sample) >> 4
  if (mantissa > 15) {
    let exponent = 1
    for (; mantissa > 31; mantissa >>= 1) exponent += 1
    mantissa = mantissa - 16 + (exponent << 4)
  }
  return (sample < 0 ? mantissa : mantissa | 0x80) ^ 0x55
}

function encodeTable(encode: (sample: number) => number): Uint8Array {
  const table = new Uint8Array(65536)
  for (let sample = -32768; sample < 32768; sample += 1) table[sample & 0xffff] = encode(sample)
  return table
}

const linearFromUlaw = Int16Array.from({ length: 256 }, (_, byte) => ulawToLinear(byte))
const linearFromAlaw = Int16Array.from({ length: 256 }, (_, byte) => alawToLinear(byte))

export const pcmu: Companding = {
  codec: 'PCMU',
  payloadType: 0,
  toLinear: linearFromUlaw,
  fromLinear: encodeTable(linearToUlaw),
  toOther: Uint8Array.from(linearFromUlaw, linearToAlaw),
  silence: 0xff,
}

export const pcma: Companding = {
  codec: 'PCMA',
  payloadType: 8,
  toLinear: linearFromAlaw,
  fromLinear: encodeTable(linearToAlaw),
  toOther: Uint8Array.from(linearFromAlaw, linearToUlaw),
  silence: 0xd5,
}

export function companding(codec: MediaCodec): Companding {
  if (codec === 'PCMU') return pcmu
  if (codec === 'PCMA') return pcma
  throw new Error(`${codec} is not G.711`)
}

/** Encodes `count` samples of `from` into `to` at `at`. */
export function encode(law: Companding, from: Int16Array, to: Uint8Array, at: number, count: number): void {
  const table = law.fromLinear
  for (let i = 0; i < count; i += 1) to[at + i] = table[(from[i] ?? 0) & 0xffff] ?? 0
}

/** Decodes `count` bytes of `from` beginning at `start` into `to`. */
export function decode(
  law: Companding,
  from: Uint8Array,
  start: number,
  to: Int16Array,
  count: number,
): void {
  const table = law.toLinear
  for (let i = 0; i < count; i += 1) to[i] = table[from[start + i] ?? 0] ?? 0
}

/** Mean of squares of bytes[start..end). */
export function power(law: Companding, bytes: Uint8Array, start: number, end: number): number {
  const table = law.toLinear
  let sum = 0
  for (let i = start; i < end; i += 1) sum += (table[bytes[i] ?? 0] ?? 0) ** 2
  return sum / Math.max(1, end - start)
}
