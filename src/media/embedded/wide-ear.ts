// What comes in G.722 or opus: decoded to 16 kHz and cut into 20 ms frames, each with its place in time at 8 kHz.
import type { MediaCodec } from '#media/engine.ts'
import { G722Decoder } from './g722.ts'
import { OpusDecoder, opusTicks } from './opus.ts'
import { frameSamples, type RtpView, rtpView, sequenceDelta, timestampDelta } from './rtp.ts'

export type WideCodec = 'G722' | 'opus'

export function isWide(codec: MediaCodec): codec is WideCodec {
  return codec === 'G722' || codec === 'opus'
}

/** 16 kHz. */
export const wideFrameSamples = 320
/** The longest packet, 200 ms of G.722. */
const maxSamples = 3200
/** RTP clock (RFC 3551 §4.5.2, RFC 7587 §4.1) in units of 8 kHz. */
export const clockScale: Readonly<Record<WideCodec, number>> = { G722: 1, opus: 6 }
/** A second: more is no loss but a sender that started over. */
const maxGapSamples = 8000

const decoded = new Int16Array(maxSamples)

export class WideEar implements Disposable {
  readonly codec: WideCodec
  readonly #decoder: G722Decoder | OpusDecoder
  readonly #frame = new Int16Array(wideFrameSamples)
  #filled = 0
  /** Of the frame in hand; sequence and timestamp are ours. */
  readonly #view = rtpView()
  #ssrc: number | undefined
  #sequence = 0
  /** The far end's timestamp behind what is decoded. */
  #next = 0
  #pressed = false

  constructor(codec: WideCodec) {
    this.codec = codec
    this.#decoder = codec === 'opus' ? new OpusDecoder() : new G722Decoder()
  }

  /** Tells each frame that is whole with this packet; the frame is reused. False when the packet cannot be read. */
  hear(bytes: Uint8Array, from: RtpView, tell: (frame: Int16Array, view: RtpView) => void): boolean {
    if (this.#ssrc === from.ssrc && sequenceDelta(from.sequence, this.#sequence) <= 0) return true
    const made = this.#decoder.decode(bytes, from.start, from.end, decoded)
    if (made === 0) return false
    this.#place(from)
    this.#sequence = from.sequence
    this.#next = (from.timestamp + (made / 2) * clockScale[this.codec]) >>> 0
    for (let at = 0; at < made; ) {
      const count = Math.min(made - at, wideFrameSamples - this.#filled)
      this.#frame.set(decoded.subarray(at, at + count), this.#filled)
      this.#filled += count
      at += count
      if (this.#filled === wideFrameSamples) this.#tell(tell)
    }
    return true
  }

  /** The sender started over: what comes next follows nothing. */
  restart(): void {
    this.#ssrc = undefined
  }

  /** A key was pressed: sound that is missing meanwhile is no loss. */
  pressed(): void {
    this.#pressed = true
  }

  [Symbol.dispose](): void {
    if (this.#decoder instanceof OpusDecoder) this.#decoder[Symbol.dispose]()
  }

  #tell(tell: (frame: Int16Array, view: RtpView) => void): void {
    const view = this.#view
    tell(this.#frame, view)
    this.#filled = 0
    view.sequence = (view.sequence + 1) & 0xffff
    view.timestamp = (view.timestamp + frameSamples) >>> 0
  }

  /** A packet that does not follow the one before: loss is a hole in our numbers too. */
  #place(from: RtpView): void {
    const view = this.#view
    if (this.#ssrc === from.ssrc) {
      const gap = Math.round(timestampDelta(from.timestamp, this.#next) / clockScale[this.codec])
      if (gap > 0 && gap <= maxGapSamples) {
        if (!this.#pressed) view.sequence = (view.sequence + Math.ceil(gap / frameSamples)) & 0xffff
        view.timestamp = (view.timestamp + gap) >>> 0
        this.#filled = 0
      }
      this.#pressed = false
      return
    }
    this.#ssrc = from.ssrc
    this.#filled = 0
    view.ssrc = from.ssrc
    view.sequence = from.sequence
    view.timestamp = from.timestamp
  }
}

/** How long the packet lasts in its RTP clock; 0 when it is malformed. */
export function packetTicks(codec: WideCodec, bytes: Uint8Array, start: number, end: number): number {
  return codec === 'opus' ? opusTicks(bytes, start, end) : end - start
}
