// Notices when a far end is first heard and when it fell silent: FreeSWITCH tells neither, so its counters are asked.
import type { Clock, Timer } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { MediaEvent } from '#media/engine.ts'
import type { Channel } from './channel.ts'
import { packetsHeard } from './statistics.ts'

export interface SilenceWatchOptions {
  readonly channel: Channel
  /** 0: silence is never told. */
  readonly mediaTimeoutMs: number
  readonly clock: Clock
  readonly log: Log
  readonly tell: (event: MediaEvent) => void
}

/** How soon after the first packet it is told, at first; asking thins out to once a second while nobody speaks. */
const firstAskMs = 100
const slowAskMs = 1_000
const mostAskMs = 10_000

export class SilenceWatch {
  readonly #o: SilenceWatchOptions
  #timer: Timer | undefined
  #askMs = firstAskMs
  #heard = 0
  #heardAt: number
  #expected = false
  #told = false
  #stopped = false

  constructor(options: SilenceWatchOptions) {
    this.#o = options
    this.#heardAt = options.clock.monotonic()
    this.#plan()
  }

  /** Whether the far end should send now: silence on hold is no fault. */
  expect(on: boolean): void {
    if (on && !this.#expected) this.#heardAt = this.#o.clock.monotonic()
    this.#expected = on
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #plan(): void {
    if (this.#stopped) return
    this.#timer = this.#o.clock.after(
      this.#nextMs(),
      guard(this.#o.log, 'silence watch', () => this.#ask()),
    )
  }

  #nextMs(): number {
    const { mediaTimeoutMs } = this.#o
    const third =
      mediaTimeoutMs === 0 ? mostAskMs : Math.min(mostAskMs, Math.max(firstAskMs, mediaTimeoutMs / 3))
    if (this.#heard > 0) return third
    this.#askMs = Math.min(slowAskMs, this.#askMs * 1.3)
    return Math.min(third, this.#askMs)
  }

  async #ask(): Promise<void> {
    try {
      this.#compare(await packetsHeard(this.#o.channel))
    } catch (err) {
      this.#o.log.debug({ reason: messageOf(err) }, 'the counters of a leg cannot be read')
    }
    if (this.#heard === 0 || this.#o.mediaTimeoutMs > 0) this.#plan()
  }

  #compare(heard: number): void {
    const { clock, mediaTimeoutMs, tell } = this.#o
    if (this.#stopped) return
    if (heard > this.#heard) {
      if (this.#heard === 0) tell({ kind: 'first-packet' })
      this.#heard = heard
      this.#heardAt = clock.monotonic()
      this.#told = false
      return
    }
    const silentMs = clock.monotonic() - this.#heardAt
    if (mediaTimeoutMs === 0 || !this.#expected || this.#told || silentMs < mediaTimeoutMs) return
    this.#told = true
    tell({ kind: 'media-timeout', silentMs: Math.round(silentMs) })
  }
}
