// A Source that keeps what happens before the first listener: a BYE or re-INVITE may follow the 200 in the same packet.
import type { Source } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'

export class HeldEvents<T> implements Source<T> {
  readonly #log: Log
  readonly #listeners = new Set<(event: T) => void>()
  #held: T[] | undefined = []

  constructor(log: Log) {
    this.#log = log
  }

  on(listener: (event: T) => void): Disposable {
    const guarded = guard(this.#log, 'leg event', listener)
    this.#listeners.add(guarded)
    const held = this.#held ?? []
    this.#held = undefined
    // Not within on(): the listener's owner may not be ready before on() returned.
    queueMicrotask(() => {
      for (const event of held) guarded(event)
    })
    return { [Symbol.dispose]: () => void this.#listeners.delete(guarded) }
  }

  emit(event: T): void {
    if (this.#held) this.#held.push(event)
    else for (const listener of [...this.#listeners]) listener(event)
  }
}
