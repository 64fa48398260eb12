// A caller's leg on its way through the plan of a number: what each step needs to speak, to listen and to know that the
// caller is gone. It is the call's stage until somebody answers.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { musicOf } from '#calls/prompts/music.ts'
import { type Speech, speechOf } from '#calls/prompts/say.ts'
import { soundPaths } from '#calls/prompts/sound-path.ts'
import type { Stage } from '#calls/stage.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Playback, Sound } from '#media/engine.ts'
import { Keys } from './keys.ts'

/** Uploads are limited to less. */
const longestWordsMs = 30 * 60_000

export interface VisitOptions {
  readonly call: LiveCall
  /** The caller's; it belongs to the call. */
  readonly leg: CallLeg
  readonly language: string
}

export class Visit implements Stage {
  readonly name = 'plan'
  readonly switchboard: Switchboard
  readonly call: LiveCall
  readonly leg: CallLeg
  readonly language: string
  readonly speech: Speech
  readonly keys: Keys
  readonly #left = new AbortController()
  #playing: Playback | undefined
  #music: Sound | undefined
  #joinedAt: number | undefined
  /** A dialogue with the caller is going on, beside what else happens in the line. */
  isTalkedTo = false

  constructor(switchboard: Switchboard, options: VisitOptions) {
    this.switchboard = switchboard
    this.call = options.call
    this.leg = options.leg
    this.language = options.language
    this.speech = speechOf(options.language)
    this.keys = new Keys(options.leg, { clock: switchboard.clock, left: this.left })
    const over = () => this.#leave()
    if (this.call.over.aborted) over()
    else this.call.over.addEventListener('abort', over, { once: true })
  }

  /** Aborted when the caller hung up, or the call does something else by now. */
  get left(): AbortSignal {
    return this.#left.signal
  }

  legGone(): 'ends' {
    return 'ends'
  }

  async leave(): Promise<void> {
    this.#leave()
  }

  /** Plays instead of what plays now. */
  play(sound: Sound): Playback {
    if (this.left.aborted) return { ended: Promise.resolve('closed'), stop: () => {} }
    this.#playing = this.leg.media.play(sound)
    return this.#playing
  }

  /** From now on, and again after each thing that is said: see `resumeMusic`. */
  playMusic(choice: string | null): void {
    this.#music = musicOf(this.call.tenant, choice)
    this.resumeMusic()
  }

  stopMusic(): void {
    this.#music = undefined
    this.#playing?.stop()
  }

  resumeMusic(): void {
    if (this.#music) this.play(this.#music)
  }

  /** Since when the caller is in line, through every queue of the plan. */
  joinedAt(): number {
    this.#joinedAt ??= this.switchboard.clock.now()
    return this.#joinedAt
  }

  /** Says prompts and uploaded sounds, one after another; what is no sound any more is left out. */
  say(...choices: readonly string[]): Playback {
    const paths = soundPaths(this.call.tenant, choices, this.language)
    if (paths.length > 0) return this.play({ kind: 'files', paths })
    this.call.log.warn({ choices }, 'there is no such sound to play')
    return { ended: Promise.resolve('done'), stop: () => {} }
  }

  /** Says something and waits for a key; one pressed meanwhile ends the words. */
  async askKey(choices: readonly string[], timeoutMs: number): Promise<string | undefined> {
    const playback = this.say(...choices)
    const told = new AbortController()
    void playback.ended.then(() => told.abort())
    const during = await this.keys.next(longestWordsMs, told.signal)
    playback.stop()
    return during ?? (timeoutMs > 0 ? await this.keys.next(timeoutMs) : undefined)
  }

  #leave(): void {
    this.#left.abort()
    this.stopMusic()
    this.keys[Symbol.dispose]()
  }
}
