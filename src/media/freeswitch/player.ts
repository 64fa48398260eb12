// What one leg plays: a wish that call control may change at any time, and one application at FreeSWITCH at a time.
// `uuid_break` before an application began, or a second one behind the first, would end the wrong one.
import type { Clock } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { Playback, PlayEnd, Sound } from '#media/engine.ts'
import type { Channel } from './channel.ts'
import { type Playable, playable } from './playable.ts'

interface Wish {
  readonly sound: Playable
  readonly end: (how: PlayEnd) => void
}

/** Breaking is repeated: the one that comes in the instant an application begins is forgotten by FreeSWITCH. */
const breakAgainMs = 200
const maxBreaks = 10
const frameMs = 20

export class Player {
  readonly #channel: Channel
  readonly #clock: Clock
  readonly #log: Log
  #wish: Wish | undefined
  /** The wish whose application runs or is about to. */
  #running: Wish | undefined
  #begun = false
  readonly #waiting = new Set<() => void>()
  #working = false
  #paused = 0
  #closed = false

  constructor(channel: Channel, options: { clock: Clock; log: Log }) {
    this.#channel = channel
    this.#clock = options.clock
    this.#log = options.log
    channel.on('CHANNEL_EXECUTE', (header) => {
      if (/playback$/.test(header('Application'))) {
        this.#begun = true
        this.#changed()
      }
    })
  }

  play(sound: Sound): Playback {
    this.#drop('stopped')
    const { promise, resolve } = Promise.withResolvers<PlayEnd>()
    if (this.#closed) {
      resolve('closed')
      return { ended: promise, stop: () => {} }
    }
    const found = playable(sound)
    if (found === undefined) {
      this.#log.error({ sound }, 'a sound cannot be played')
      resolve('done')
      return { ended: promise, stop: () => {} }
    }
    const wish: Wish = { sound: found, end: resolve }
    this.#wish = wish
    this.#work()
    return {
      ended: promise,
      stop: () => {
        if (this.#wish === wish) this.#drop('stopped')
      },
    }
  }

  /** Ends what FreeSWITCH plays now, and plays again when the result is disposed: a bridge is being made under it. */
  async interrupt(): Promise<Disposable> {
    this.#paused += 1
    this.#work()
    await this.#idle()
    return {
      [Symbol.dispose]: () => {
        this.#paused -= 1
        this.#work()
      },
    }
  }

  close(): void {
    this.#closed = true
    this.#drop('closed')
    this.#changed()
  }

  #drop(how: PlayEnd): void {
    const wish = this.#wish
    if (!wish) return
    this.#wish = undefined
    wish.end(how)
    this.#work()
  }

  get #wanted(): Wish | undefined {
    return this.#paused > 0 || this.#closed ? undefined : this.#wish
  }

  async #idle(): Promise<void> {
    while (this.#running && !this.#closed) await this.#change(breakAgainMs)
  }

  #work(): void {
    this.#changed()
    if (this.#working) return
    this.#working = true
    guard(this.#log, 'player', () => this.#loop())()
  }

  async #loop(): Promise<void> {
    try {
      for (;;) {
        const wish = this.#wanted
        if (!wish) return
        await this.#run(wish)
        if (this.#closed) return
      }
    } finally {
      // At once: a sound wished in the very moment after the last look must find nobody at work.
      this.#working = false
    }
  }

  async #run(wish: Wish): Promise<void> {
    this.#running = wish
    this.#begun = false
    let over = false
    const done = this.#channel
      .play(wish.sound.path)
      .catch((err: unknown) => `failed: ${messageOf(err)}`)
      .then((response) => {
        over = true
        this.#changed()
        return response
      })
    for (let breaks = 0; !over && !this.#closed && breaks < maxBreaks; ) {
      if (this.#wanted === wish) {
        await this.#change()
        continue
      }
      breaks += 1
      // One that has not begun yet cannot be broken; one that never begins is not waited for longer.
      if (this.#begun) await this.#break()
      if (!over) await this.#change(breakAgainMs)
    }
    this.#running = undefined
    if (over && this.#wanted === wish) await this.#ended(wish, await done)
  }

  async #ended(wish: Wish, response: string): Promise<void> {
    const played = response === 'FILE PLAYED'
    if (played && wish.sound.repeat) {
      // An empty file must not be played as fast as it can be asked for.
      await this.#change(frameMs)
      return
    }
    // A missing announcement is as if it was played: the call must go on.
    if (!played) this.#log.error({ sound: wish.sound.path, response }, 'a sound could not be played')
    this.#wish = undefined
    wish.end('done')
  }

  async #break(): Promise<void> {
    await this.#channel.api('uuid_break', `${this.#channel.uuid} all`).catch((err: unknown) => {
      this.#log.debug({ reason: messageOf(err) }, 'a sound could not be stopped')
    })
  }

  #changed(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  /** Until something changed, at most `ms`. */
  async #change(ms?: number): Promise<void> {
    const changed = Promise.withResolvers<void>()
    this.#waiting.add(changed.resolve)
    const limit = ms === undefined ? undefined : this.#clock.after(ms, () => changed.resolve())
    await changed.promise
    limit?.cancel()
    this.#waiting.delete(changed.resolve)
  }
}
