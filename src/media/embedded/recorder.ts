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
/** Frames handed to the sink at once: copied in one piece they cost a fifth. They fit the ring beside what may come early. */
const handTicks = 10
/** So many late packets in a row are not late, the stream has moved. */
const lateInRow = 5

/** A ring of samples that a lane writes: alone, or every second sample of a stereo one. */
interface Ring {
  readonly samples: Int16Array
  readonly channels: 1 | 2
  readonly channel: 0 | 1
}

function ring(channels: 1 | 2): Int16Array {
  return new Int16Array(ringSamples * channels)
}

/** One direction: a ring of samples addressed by RTP timestamp. */
export class Lane {
  readonly #ring: Ring
  #anchored = false
  /** Position on the timeline = timestamp + shift. */
  #shift = 0
  #late = 0
  #drift = 0
  /** Positions below this are read; `now` is where sound of this moment belongs. */
  read: number
  now = 0

  /** Read `lead` frames behind what comes in. */
  constructor(lead = leadFrames, into: Ring = { samples: ring(1), channels: 1, channel: 0 }) {
    this.read = -lead * frameSamples
    this.#ring = into
  }

  /** Puts the samples bytes[start..end) said at `timestamp` in their place; how far that was from `now`. */
  put(timestamp: number, law: Companding, bytes: Uint8Array, start: number, end: number): number {
    const offset = this.#placeOf(timestamp)
    if (offset < this.read - this.now) return offset
    const { samples, channels, channel } = this.#ring
    const table = law.toLinear
    let at = ((this.now + offset) & (ringSamples - 1)) * channels + channel
    for (let i = start; i < end; i += 1) {
      samples[at] = table[bytes[i] ?? 0] ?? 0
      at += channels
      if (at >= samples.length) at -= samples.length
    }
    return offset
  }

  /** The same for samples. */
  putFrame(timestamp: number, frame: Int16Array): number {
    const offset = this.#placeOf(timestamp)
    if (offset < this.read - this.now) return offset
    const { samples, channels, channel } = this.#ring
    let at = ((this.now + offset) & (ringSamples - 1)) * channels + channel
    for (let i = 0; i < frame.length; i += 1) {
      samples[at] = frame[i] ?? 0
      at += channels
      if (at >= samples.length) at -= samples.length
    }
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

  /** Reads the next 20 ms without moving on; false when all is read. For a lane with a ring of its own. */
  drain(frame: Int16Array): boolean {
    if (this.read >= this.now) return false
    const at = this.read
    this.read += frameSamples
    if (at < 0) return false
    const { samples } = this.#ring
    for (let i = 0; i < frameSamples; i += 1) {
      const place = (at + i) & (ringSamples - 1)
      frame[i] = samples[place] ?? 0
      samples[place] = 0
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
  /** Stereo samples[start..end), left first; they are reused after the call. */
  append(samples: Int16Array, start: number, end: number): void
}

/** A running recording: `left` what the far end says, `right` what it hears. */
export class Recorder {
  readonly #ring = ring(2)
  readonly left = new Lane(leadFrames, { samples: this.#ring, channels: 2, channel: 0 })
  readonly right = new Lane(leadFrames, { samples: this.#ring, channels: 2, channel: 1 })
  readonly #sink: FrameSink
  /** Pauses asked for but not reached by the reading position yet, in order. */
  readonly #switches: { readonly at: number; readonly on: boolean }[] = []
  #paused = false
  /** Up to here the sink has it. */
  #handed = 0
  #sinceHanded = 0

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  tick(): void {
    this.left.now += frameSamples
    this.right.now += frameSamples
    this.left.read += frameSamples
    this.right.read += frameSamples
    this.#sinceHanded += 1
    if (this.#sinceHanded === handTicks) this.#hand(this.left.read)
  }

  /** Takes effect for sound of this moment: what was said before is still written. */
  pause(on: boolean): void {
    this.#switches.push({ at: this.left.now, on })
  }

  /** Hands the last samples to the sink. */
  finish(): void {
    this.#hand(this.left.now)
  }

  /** What both said up to `until`, which stands side by side in the ring. */
  #hand(until: number): void {
    this.#sinceHanded = 0
    while (this.#handed < until) {
      const next = this.#switches[0]
      if (next && next.at <= this.#handed) {
        this.#paused = next.on
        this.#switches.shift()
        continue
      }
      const place = this.#handed & (ringSamples - 1)
      const end = Math.min(until, next?.at ?? until, this.#handed + ringSamples - place)
      this.#write(place * 2, (place + end - this.#handed) * 2)
      this.#handed = end
    }
  }

  #write(start: number, end: number): void {
    if (!this.#paused) this.#sink.append(this.#ring, start, end)
    this.#ring.fill(0, start, end)
  }
}
