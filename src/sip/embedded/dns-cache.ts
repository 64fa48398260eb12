// Answers kept as long as they hold; everybody who asks meanwhile waits for the same question.
import type { Clock } from '#lib/clock.ts'

interface Known<T> {
  until: number
  readonly answer: Promise<T>
}

export class DnsCache<T extends { readonly ttlMs: number }> {
  readonly #clock: Clock
  readonly #most: number
  readonly #known = new Map<string, Known<T>>()

  constructor(clock: Clock, most = 1_000) {
    this.#clock = clock
    this.#most = most
  }

  /** A failure is not kept: the next one asks again. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key)
    if (known && this.#clock.monotonic() < known.until) return known.answer
    const answer = ask()
    const entry: Known<T> = { until: Number.POSITIVE_INFINITY, answer }
    this.#known.delete(key)
    this.#known.set(key, entry)
    answer.then(
      ({ ttlMs }) => {
        entry.until = this.#clock.monotonic() + ttlMs
      },
      () => this.#forget(key, entry),
    )
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#most) break
      this.#known.delete(oldest)
    }
    return answer
  }

  #forget(key: string, entry: Known<T>): void {
    if (this.#known.get(key) === entry) this.#known.delete(key)
  }
}
