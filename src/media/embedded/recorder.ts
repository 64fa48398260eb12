// Puts both directions of a leg on one timeline: packets at their timestamps, gaps as silence, 20 ms a tick.
import type { Companding } from './g711.ts'
import { frameSamples } from './rtp.ts'

/** A power of two: a second of sound that may arrive out of order. */
const ringSamples = 8192
/** Packets may come this late and still find their place; the file is written that much behind. */
const leadFrames = 6
/** A stream that is off its place by more than 40 ms on average (clock drift, changed path) is moved back. */
const driftSamples = 320
const driftShare = 1 / 256
/** So many late packets in a row are not late, the stream has moved. */
const lateInRow = 5

/** One direction: a ring of samples addressed by RTP timestamp. */
export class Lane {
  readonly #ring = new Int16Array(ringSamples)
  #anchored = false
  /** Position on the timeline = timestamp + shift. */
  #shift = 0
  #late = 0
  #drift = 0
  /** Positions below this are read; `now` is where sound of this moment belongs. */
  read: number
  now = 0

  /** Read `lead` frames behind what comes in. */
  constructor(lead = leadFrames) {
    this.read = -lead * frameSamples
  }

  /** Puts the samples bytes[start..end) said at `timestamp` in their place; how far that was from `now`. */
  put(timestamp: number, law: Companding, bytes: Uint8Array, start: number, end: number): number {
    const offset = this.#placeOf(timestamp)
    if (offset < this.read - this.now) return offset
    const table = law.toLinear
    let at = this.now + offset
    for (let i = start; i < end; i += 1) {
      this.#ring[at & (ringSamples - 1)] = table[bytes[i] ?? 0] ?? 0
      at += 1
    }
    return offset
  }

  /** The same for samples. */
  putFrame(timestamp: number, frame: Int16Array): number {
    const offset = this.#placeOf(timestamp)
    if (offset < this.read - this.now) return offset
    const at = this.now + offset
    for (let i = 0; i < frame.length; i += 1) this.#ring[(at + i) & (ringSamples - 1)] = frame[i] ?? 0
    return offset
  }

  /** How far from `now` the sample of `timestamp` belongs; what is below the reading position came too late. */
  #placeOf(timestamp: number): number {
    if (!this.#anchored) this.#anchor(timestamp)
    let offset = (timestamp + this.#shift - this.now) | 0
    if (offset < this.read - this.now) {
      this.#late += 1
      if (this.#late < lateInRow) return offset
      this.#anchor(timestamp)
      offset = 0
    } else if (offset > ringSamples / 2) {
      this.#anchor(timestamp)
      offset = 0
    }
    this.#late = 0
    this.#followDrift(offset)
    return offset
  }

  /** A new source: its first packet belongs to the moment it comes. */
  unanchor(): void {
    this.#anchored = false
  }

  /** Moves on 20 ms; false while nothing is old enough to be read, else `frame` holds the next samples. */
  tick(frame: Int16Array): boolean {
    this.now += frameSamples
    return this.drain(frame)
  }

  /** Reads the next 20 ms without moving on; false when all is read. */
  drain(frame: Int16Array, all = false): boolean {
    if (this.read >= this.now) return false
    const at = this.read
    this.read += frameSamples
    if (at < 0 && !all) return false
    if (at < 0) return this.drain(frame, all)
    const from = at & (ringSamples - 1)
    for (let i = 0; i < frameSamples; i += 1) {
      const place = (from + i) & (ringSamples - 1)
      frame[i] = this.#ring[place] ?? 0
      this.#ring[place] = 0
    }
    return true
  }

  #anchor(timestamp: number): void {
    this.#anchored = true
    this.#shift = (this.now - timestamp) | 0
    this.#drift = 0
  }

  #followDrift(offset: number): void {
    this.#drift += (offset - this.#drift) * driftShare
    if (Math.abs(this.#drift) < driftSamples) return
    this.#shift = (this.#shift - Math.round(this.#drift)) | 0
    this.#drift = 0
  }
}

/** Where the frames go; `RecordingFile` in the worker. */
export interface FrameSink {
  append(left: Int16Array, right: Int16Array, count: number): void
}

/** A running recording: `left` what the far end says, `right` what it hears. */
export class Recorder {
  readonly left = new Lane()
  readonly right = new Lane()
  readonly #sink: FrameSink
  readonly #leftFrame = new Int16Array(frameSamples)
  readonly #rightFrame = new Int16Array(frameSamples)
  /** Pauses asked for but not reached by the reading position yet, in order. */
  readonly #switches: { readonly at: number; readonly on: boolean }[] = []
  #paused = false

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  tick(): void {
    const at = this.left.read
    const ready = this.left.tick(this.#leftFrame)
    this.right.tick(this.#rightFrame)
    if (ready) this.#write(at)
  }

  /** Takes effect for sound of this moment: what was said before is still written. */
  pause(on: boolean): void {
    this.#switches.push({ at: this.left.now, on })
  }

  /** Hands the last samples to the sink. */
  finish(): void {
    for (;;) {
      const ready = this.left.drain(this.#leftFrame, true)
      const at = this.left.read - frameSamples
      if (!ready) return
      this.right.drain(this.#rightFrame, true)
      this.#write(at)
    }
  }

  #write(at: number): void {
    for (let next = this.#switches[0]; next && next.at <= at; next = this.#switches[0]) {
      this.#paused = next.on
      this.#switches.shift()
    }
    if (!this.#paused) this.#sink.append(this.#leftFrame, this.#rightFrame, frameSamples)
  }
}
