// When a UDP request is long enough to go by TCP (RFC 3261 §18.1.1), and which targets turned out to have none.
import type { Clock } from '#lib/clock.ts'
import type { Endpoint } from './stack.ts'

// RFC 3261 §18.1.1: 1,300 bytes when the path MTU is unknown.
const longRequestBytes = 1_300
// A target without TCP costs the connect timeout; it is asked again after an hour.
const rememberedMs = 3_600_000
const maxRemembered = 1_000

export class TcpFallback {
  readonly #clock: Clock
  readonly #withoutTcp = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  prefersTcp(target: Endpoint, raw: string): boolean {
    if (raw.length <= longRequestBytes && Buffer.byteLength(raw) <= longRequestBytes) return false
    const failedAt = this.#withoutTcp.get(keyOf(target))
    return failedAt === undefined || this.#clock.monotonic() - failedAt > rememberedMs
  }

  /** A message to `target` could not be sent. */
  failed(target: Endpoint): void {
    if (target.protocol !== 'tcp') return
    if (this.#withoutTcp.size >= maxRemembered) this.#withoutTcp.clear()
    this.#withoutTcp.set(keyOf(target), this.#clock.monotonic())
  }
}

function keyOf(target: Endpoint): string {
  return `${target.address} ${target.port}`
}
