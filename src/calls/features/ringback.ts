// What somebody hears while the other side is tried: its early media, or else a ringing tone made by us.
import { messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { MediaEngine, MediaLeg, Playback, Sound } from '#media/engine.ts'
import type { DialProgress } from '#sip/leg.ts'

/** ITU-T E.180: 425 Hz, 1 s on and 4 s off, as most of Europe rings. */
export const ringingTone: Sound = { kind: 'tone', hz: [425], onMs: 1_000, offMs: 4_000 }

/** ITU-T E.180 busy tone, for 3 s. */
export const busyTone: Sound = { kind: 'tone', hz: [425], onMs: 500, offMs: 500, times: 3 }

export interface RingbackOptions {
  readonly media: MediaEngine
  readonly log: Log
  /** Who listens. */
  readonly ear: MediaLeg
  /** The first sound is about to be made: the phone may need a 183. */
  readonly onSound?: () => void
  /** True: it hears a tone by us as soon as the other side rings. False: it is a phone that rings by itself on a 180. */
  readonly toneByUs: boolean
}

export class Ringback {
  readonly #options: RingbackOptions
  #sounding: boolean
  #early: MediaLeg | undefined
  #tone: Playback | undefined
  #done = false

  constructor(options: RingbackOptions) {
    this.#options = options
    this.#sounding = options.toneByUs
  }

  /** For `onProgress` of a leg that rings; `sound` is that leg's. */
  heard(progress: DialProgress, sound: MediaLeg): void {
    if (this.#done) return
    // Another trunk is tried: the early media of the one before is over.
    if (this.#early !== sound) this.#early = undefined
    if (progress.kind === 'ringing') this.#ring()
    else guard(this.#options.log, 'early media', () => this.#hear(progress.sdp, sound))()
  }

  /** The other side rings, without a sound of its own. */
  rings(): void {
    if (!this.#done) this.#ring()
  }

  /** No sound any more. Bridging anew is up to who calls. */
  stop(): void {
    this.#done = true
    this.#tone?.stop()
    this.#tone = undefined
  }

  #ring(): void {
    // Early media says what there is to hear; a phone we sent no sound rings by itself.
    if (this.#early || !this.#sounding || this.#tone) return
    this.#tone = this.#options.ear.play(ringingTone)
  }

  async #hear(sdp: string, sound: MediaLeg): Promise<void> {
    if (this.#early === sound) return
    this.#early = sound
    try {
      await sound.acceptAnswer(sdp)
    } catch (err) {
      this.#options.log.info({ reason: messageOf(err) }, 'early media cannot be used')
      this.#early = undefined
      return
    }
    if (this.#done || this.#early !== sound) return
    this.#tone?.stop()
    this.#tone = undefined
    this.#sounding = true
    this.#options.onSound?.()
    await this.#options.media.bridge(sound, this.#options.ear)
  }
}
