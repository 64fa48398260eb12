// What a leg is played: fills 20 ms frames from samples, the shared music, a tone or silence.
import { frameSamples } from './rtp.ts'
import { type ToneShape, ToneSource } from './tone.ts'

/** A Sound as the worker gets it: files are read and converted to 8 kHz mono already, in shared memory. */
export type WorkerSound =
  /** Pieces hold one sample at least. */
  | { readonly kind: 'samples'; readonly pieces: readonly Int16Array[]; readonly repeat: boolean }
  | { readonly kind: 'music' }
  | ({ readonly kind: 'tone' } & ToneShape)
  | { readonly kind: 'silence'; readonly ms: number }

/** Fills a frame; false when the sound ended before this frame's last sample (the rest is silence). */
export type Fill = (frame: Int16Array) => boolean

/** Music that goes on whether heard or not: every leg hears it from where it stands. */
export class MusicClock {
  readonly #samples: Int16Array
  #at = 0

  constructor(samples: Int16Array) {
    this.#samples = samples
  }

  tick(): void {
    if (this.#samples.length > 0) this.#at = (this.#at + frameSamples) % this.#samples.length
  }

  fill(frame: Int16Array): boolean {
    copyLooped(this.#samples, this.#at, frame)
    return true
  }
}

export function fillFrom(sound: WorkerSound, music: MusicClock): Fill {
  switch (sound.kind) {
    case 'music':
      return (frame) => music.fill(frame)
    case 'silence':
      return silence(sound.ms)
    case 'tone': {
      const tone = new ToneSource(sound)
      return (frame) => padded(frame, tone.fill(frame, frame.length))
    }
    case 'samples':
      return samples(sound.pieces, sound.repeat)
  }
}

function silence(ms: number): Fill {
  let left = Math.ceil(ms * 8)
  return (frame) => {
    const made = Math.min(left, frame.length)
    left -= made
    frame.fill(0)
    return made === frame.length
  }
}

/** The pieces one after another: a frame may end one and begin the next. */
function samples(pieces: readonly Int16Array[], repeat: boolean): Fill {
  let [next, at] = [0, 0]
  return (frame) => {
    let made = 0
    for (let piece = pieces[next]; made < frame.length && piece !== undefined; piece = pieces[next]) {
      const count = Math.min(frame.length - made, piece.length - at)
      for (let i = 0; i < count; i += 1) frame[made + i] = piece[at + i] ?? 0
      made += count
      at += count
      if (at < piece.length) continue
      at = 0
      next = repeat ? (next + 1) % pieces.length : next + 1
    }
    return padded(frame, made)
  }
}

function padded(frame: Int16Array, made: number): boolean {
  if (made < frame.length) frame.fill(0, made)
  return made === frame.length
}

function copyLooped(from: Int16Array, at: number, frame: Int16Array): void {
  if (from.length === 0) {
    frame.fill(0)
    return
  }
  let next = at
  for (let i = 0; i < frame.length; i += 1) {
    frame[i] = from[next] ?? 0
    next += 1
    if (next === from.length) next = 0
  }
}
