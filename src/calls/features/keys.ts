// Keys a caller presses, from the sound (RFC 4733) and from signalling (SIP INFO) alike, kept until somebody asks for them.
import type { CallLeg } from '#calls/call-leg.ts'
import type { Clock } from '#lib/clock.ts'

/** A caller may type ahead, not for ever. */
const mostKept = 50

export class Keys implements Disposable {
  readonly #clock: Clock
  readonly #left: AbortSignal
  readonly #listening = new DisposableStack()
  #pressed: string[] = []
  #waiting: ((key: string) => void) | undefined

  constructor(leg: CallLeg, options: { readonly clock: Clock; readonly left: AbortSignal }) {
    this.#clock = options.clock
    this.#left = options.left
    for (const source of [leg.events, leg.media.events])
      this.#listening.use(
        source.on((event) => {
          if (event.kind === 'digit') this.#press(event.digit)
        }),
      )
  }

  [Symbol.dispose](): void {
    this.#listening.dispose()
  }

  /** Forgets what was pressed ahead. */
  clear(): void {
    this.#pressed = []
  }

  /** The next key, one pressed already first; undefined when none comes in time or the caller left. `until` ends it early. */
  next(timeoutMs: number, until?: AbortSignal): Promise<string | undefined> {
    const kept = this.#pressed.shift()
    if (kept !== undefined) return Promise.resolve(kept)
    const signals = until ? [this.#left, until] : [this.#left]
    if (signals.some((signal) => signal.aborted)) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const stack = new DisposableStack()
      const settle = (key: string | undefined) => {
        stack.dispose()
        this.#waiting = undefined
        resolve(key)
      }
      const stop = () => settle(undefined)
      stack.use(this.#clock.after(timeoutMs, stop))
      for (const signal of signals) {
        signal.addEventListener('abort', stop)
        stack.defer(() => signal.removeEventListener('abort', stop))
      }
      this.#waiting = settle
    })
  }

  #press(key: string): void {
    if (this.#waiting) this.#waiting(key)
    else if (this.#pressed.length < mostKept) this.#pressed.push(key)
  }
}
