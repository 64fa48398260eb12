// A typed emitter whose subscriptions are disposables; one throwing listener does not silence the others.
import { guard } from './guard.ts'
import type { Log } from './log.ts'

type Listener<T> = (event: T) => void

/** Something that tells listeners about events of one type (usually a discriminated union). */
export interface Source<T> {
  /** Calls `listener` for each later event until the result is disposed. */
  on(listener: Listener<T>): Disposable
}

export class Events<T> implements Source<T> {
  readonly #listeners = new Set<Listener<T>>()
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  on(listener: Listener<T>): Disposable {
    const guarded = guard(this.#log, 'event listener', listener)
    this.#listeners.add(guarded)
    return { [Symbol.dispose]: () => void this.#listeners.delete(guarded) }
  }

  emit(event: T): void {
    for (const listener of [...this.#listeners]) listener(event)
  }

  get listenerCount(): number {
    return this.#listeners.size
  }
}
