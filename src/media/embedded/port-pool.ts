// Even RTP ports of the configured range: handed out at random, used again only after strays of the old call are gone.
import { randomInt } from 'node:crypto'
import type { Clock } from '#lib/clock.ts'

/** A far end that has not seen our BYE goes on sending for about as long as SIP retransmits (64*T1). */
const quarantineMs = 32_000

export class PortPool {
  readonly #clock: Clock
  readonly #free: number[] = []
  /** Oldest first. */
  readonly #resting: { readonly port: number; readonly until: number }[] = []

  constructor(range: readonly [number, number], clock: Clock) {
    this.#clock = clock
    for (let port = range[0] + (range[0] % 2); port + 1 <= range[1]; port += 2) this.#free.push(port)
  }

  get room(): number {
    return this.#free.length + this.#resting.length
  }

  /** A random port; one still resting only when there is no other. Undefined: all are in use. */
  take(): number | undefined {
    const now = this.#clock.monotonic()
    for (let oldest = this.#resting[0]; oldest && oldest.until <= now; oldest = this.#resting[0]) {
      this.#free.push(oldest.port)
      this.#resting.shift()
    }
    if (this.#free.length === 0) return this.#resting.shift()?.port
    const at = randomInt(this.#free.length)
    const port = this.#free[at]
    const last = this.#free.pop()
    if (last !== undefined && at < this.#free.length) this.#free[at] = last
    return port
  }

  release(port: number): void {
    this.#resting.push({ port, until: this.#clock.monotonic() + quarantineMs })
  }
}
