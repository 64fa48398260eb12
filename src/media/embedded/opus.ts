// The one importer of @evan/opus: opus (RFC 6716) as telephones use it, mono, 16 kHz inside, with in-band FEC.
import { Decoder, Encoder } from '@evan/opus/wasm/index.mjs'

const rate = 16_000
/** opus_defines.h: requests of opus_encoder_ctl. */
const setBitrate = 4002
const setComplexity = 4010
const setInbandFec = 4012
const setPacketLoss = 4014
const setDtx = 4016
/** Wideband speech sounds clean from 20 kbit/s (RFC 7587 §3.1.1); FEC takes its share. */
const bitsPerSecond = 28_000
/** Of ten: above, ears find no difference in speech and the CPU does. */
const complexity = 5
/** Without an expectation of loss the encoder adds no FEC. */
const expectedLossPercent = 5
/** RFC 6716 §3.2.1: a frame has at most so many bytes; RFC 6716 §3.2.5: a packet at most 120 ms. */
const maxFrameBytes = 1275
const maxPacketTicks = 5760
/** Samples of 48 kHz per frame by the configuration in the first byte: SILK, hybrid, CELT (RFC 6716 §3.1, table 2). */
const silkTicks = [480, 960, 1920, 2880]
const hybridTicks = [480, 960]
const celtTicks = [120, 240, 480, 960]

export class OpusEncoder implements Disposable {
  readonly #encoder = new Encoder({ channels: 1, sample_rate: rate, application: 'voip' })

  constructor() {
    this.#encoder.ctl(setBitrate, bitsPerSecond)
    this.#encoder.ctl(setComplexity, complexity)
    this.#encoder.ctl(setInbandFec, 1)
    this.#encoder.ctl(setPacketLoss, expectedLossPercent)
    this.#encoder.ctl(setDtx, 0)
  }

  /** Turns 20 ms (320 samples) into a packet at to[at]; its bytes. */
  encode(samples: Int16Array, to: Uint8Array, at: number): number {
    const packet = this.#encoder.encode(samples)
    to.set(packet, at)
    return packet.length
  }

  [Symbol.dispose](): void {
    this.#encoder.drop()
  }
}

export class OpusDecoder implements Disposable {
  readonly #decoder = new Decoder({ channels: 1, sample_rate: rate })

  /** Turns the packet bytes[start..end) into samples at to[0], which has room for 120 ms; how many, 0 when it is none. */
  decode(bytes: Uint8Array, start: number, end: number, to: Int16Array): number {
    if (opusTicks(bytes, start, end) === 0) return 0
    try {
      const made = this.#decoder.decode(bytes.subarray(start, end))
      const samples = new Int16Array(made.buffer, made.byteOffset, made.length / 2)
      to.set(samples)
      return samples.length
    } catch {
      // Well formed outside, broken inside: the far end's matter, counted as dropped.
      return 0
    }
  }

  [Symbol.dispose](): void {
    this.#decoder.drop()
  }
}

/** How long a packet lasts at 48 kHz, by its own word; 0 when it is malformed (RFC 6716 §3.4, R1 to R7). */
export function opusTicks(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length < 1) return 0
  const first = bytes[start] ?? 0
  const ticks = frameTicks(first >> 3)
  const body = length - 1
  switch (first & 3) {
    case 0:
      return body <= maxFrameBytes ? ticks : 0
    case 1:
      return body % 2 === 0 && body <= 2 * maxFrameBytes ? 2 * ticks : 0
    case 2: {
      const size = frameSize(bytes, start + 1, end)
      const rest = body - size.header - size.bytes
      return size.header > 0 && rest >= 0 && rest <= maxFrameBytes ? 2 * ticks : 0
    }
    default:
      return manyTicks(bytes, start + 1, end, ticks)
  }
}

/** A packet that says itself how many frames it has. */
function manyTicks(bytes: Uint8Array, start: number, end: number, ticks: number): number {
  if (start >= end) return 0
  const head = bytes[start] ?? 0
  const frames = head & 0x3f
  if (frames === 0 || frames * ticks > maxPacketTicks) return 0
  let at = start + 1
  let rest = end - at
  if (head & 0x40) {
    for (let more = 255; more === 255; ) {
      if (at >= end) return 0
      more = bytes[at] ?? 0
      at += 1
      rest -= 1 + (more === 255 ? 254 : more)
    }
  }
  if (rest < 0) return 0
  if (!(head & 0x80)) return rest % frames === 0 && rest / frames <= maxFrameBytes ? frames * ticks : 0
  for (let n = 1; n < frames; n += 1) {
    const size = frameSize(bytes, at, end)
    if (size.header === 0) return 0
    at += size.header
    rest -= size.header + size.bytes
  }
  return rest >= 0 && rest <= maxFrameBytes ? frames * ticks : 0
}

/** RFC 6716 §3.2.1; header 0: cut off. */
function frameSize(bytes: Uint8Array, at: number, end: number): { header: number; bytes: number } {
  if (at >= end) return { header: 0, bytes: 0 }
  const first = bytes[at] ?? 0
  if (first < 252) return { header: 1, bytes: first }
  if (at + 1 >= end) return { header: 0, bytes: 0 }
  return { header: 2, bytes: first + 4 * (bytes[at + 1] ?? 0) }
}

function frameTicks(configuration: number): number {
  if (configuration < 12) return silkTicks[configuration & 3] ?? 0
  return (configuration < 16 ? hybridTicks[configuration & 1] : celtTicks[configuration & 3]) ?? 0
}
