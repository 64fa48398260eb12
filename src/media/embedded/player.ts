// What a leg is played: fills 20 ms frames from samples, the shared music, a tone or silence.
import { frameSamples } from './rtp.ts'
import { type ToneShape, ToneSource } from './tone.ts'

/** A Sound as the worker gets it: files are read and converted to 8 kHz mono already, in shared memory. */
export type WorkerSound =
  | { readonly kind: 'samples'; readonly samples: Int16Array; readonly repeat: boolean }
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
      return samples(sound.samples, sound.repeat)
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

function samples(all: Int16Array, repeat: boolean): Fill {
  let at = 0
  return (frame) => {
    if (repeat && all.length > 0) {
      copyLooped(all, at, frame)
      at = (at + frame.length) % all.length
      return true
    }
    const made = Math.min(frame.length, all.length - at)
    for (let i = 0; i < made; i += 1) frame[i] = all[at + i] ?? 0
    at += made
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
