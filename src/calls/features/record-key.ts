// `*1` pressed during a talk: pauses the recording, or lets it go on.
import type { CallLeg } from '#calls/call-leg.ts'
import type { Clock } from '#lib/clock.ts'

/** Between the two keys. */
const longestMs = 2_000

export class RecordKey implements Disposable {
  readonly #clock: Clock
  readonly #pressed: (leg: CallLeg) => void
  readonly #listening = new DisposableStack()
  readonly #known = new Set<CallLeg>()
  #star: { readonly leg: CallLeg; readonly at: number } | undefined

  constructor(clock: Clock, pressed: (leg: CallLeg) => void) {
    this.#clock = clock
    this.#pressed = pressed
  }

  [Symbol.dispose](): void {
    this.#listening.dispose()
  }

  listen(leg: CallLeg): void {
    if (this.#known.has(leg) || this.#listening.disposed) return
    this.#known.add(leg)
    for (const source of [leg.events, leg.media.events])
      this.#listening.use(
        source.on((event) => {
          if (event.kind === 'digit') this.#press(leg, event.digit)
        }),
      )
  }

  #press(leg: CallLeg, digit: string): void {
    const star = this.#star
    const now = this.#clock.monotonic()
    this.#star = digit === '*' ? { leg, at: now } : undefined
    if (digit === '1' && star?.leg === leg && now - star.at <= longestMs) this.#pressed(leg)
  }
}
