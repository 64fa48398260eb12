// Dialogs whose SIP server is gone, until one that is up takes them in, or nobody did for too long.
import type { Clock, Timer } from '#lib/clock.ts'
import { Events, type Source } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { LinkDialog } from './link-dialog.ts'

/** Sound goes on without SIP, but nobody can hang up by it: longer than a restart takes, and than a machine boots. */
const shelterMs = 120_000

export class Shelter implements Disposable {
  readonly #clock: Clock
  readonly #log: Log
  readonly #arrivals: Events<void>
  #dialogs: readonly LinkDialog[] = []
  #limit: Timer | undefined

  constructor(options: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = options.clock
    this.#log = options.log
    this.#arrivals = new Events(options.log)
  }

  /** Told when there is somebody to take in. */
  get arrivals(): Source<void> {
    return this.#arrivals
  }

  put(dialogs: readonly LinkDialog[]): void {
    if (dialogs.length === 0) return
    this.#dialogs = [...this.#dialogs, ...dialogs]
    this.#limit ??= this.#clock.after(
      shelterMs,
      guard(this.#log, 'end of a shelter', () => this[Symbol.dispose]()),
    )
    this.#arrivals.emit()
  }

  get size(): number {
    return this.#dialogs.length
  }

  /** The first `count` of those who wait. */
  take(count = this.size): readonly LinkDialog[] {
    const taken = this.#dialogs.slice(0, count)
    this.#dialogs = this.#dialogs.slice(count)
    if (this.size === 0) {
      this.#limit?.cancel()
      this.#limit = undefined
    }
    return taken
  }

  /** Whoever is still here is lost. */
  [Symbol.dispose](): void {
    for (const dialog of this.take()) dialog.lose()
  }
}
