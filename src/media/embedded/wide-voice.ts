// What goes out in G.722 or opus: 20 ms frames of 8 or 16 kHz, encoded.
import { G722Encoder } from './g722.ts'
import { Doubler, Halver } from './half-band.ts'
import { OpusEncoder } from './opus.ts'
import { frameSamples } from './rtp.ts'
import { clockScale, type WideCodec, wideFrameSamples } from './wide-ear.ts'

const wide = new Int16Array(wideFrameSamples)

export class WideVoice implements Disposable {
  readonly codec: WideCodec
  /** Its RTP clock in units of 8 kHz. */
  readonly scale: number
  readonly #encoder: G722Encoder | OpusEncoder
  readonly #doubler = new Doubler()

  constructor(codec: WideCodec) {
    this.codec = codec
    this.scale = clockScale[codec]
    this.#encoder = codec === 'opus' ? new OpusEncoder() : new G722Encoder()
  }

  /** Puts the frame at to[at]; its bytes. */
  encode(frame: Int16Array, to: Uint8Array, at: number): number {
    if (frame.length === wideFrameSamples) return this.#encoder.encode(frame, to, at)
    this.#doubler.push(frame, wide)
    return this.#encoder.encode(wide, to, at)
  }

  [Symbol.dispose](): void {
    if (this.#encoder instanceof OpusEncoder) this.#encoder[Symbol.dispose]()
  }
}

/** A stream of frames at 8 kHz, whichever they are made at. The result is reused. */
export class Narrowing {
  readonly #halver = new Halver()
  readonly #frame = new Int16Array(frameSamples)

  narrow(frame: Int16Array): Int16Array {
    if (frame.length === frameSamples) return frame
    this.#halver.push(frame, this.#frame)
    return this.#frame
  }
}
