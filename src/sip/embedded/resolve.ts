// Host names to addresses as the system knows them, remembered for a short while; locate.ts asks for SRV and NAPTR.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'

/** All addresses of a name, in the order to try them. */
export type LookUp = (host: string) => Promise<readonly string[]>

export const systemLookUp: LookUp = async (host) => {
  const found = await lookup(host, { all: true })
  return found.map((entry) => entry.address)
}

// The system's resolver tells no TTL. Thirty seconds spare it a question per message and follow a failover soon enough.
const freshMs = 30_000
const maxNames = 1_000

interface Known {
  readonly at: number
  readonly addresses: Promise<readonly string[]>
}

export class Resolver {
  readonly #clock: Clock
  readonly #lookUp: LookUp
  readonly #known = new Map<string, Known>()

  constructor(clock: Clock, lookUp: LookUp) {
    this.#clock = clock
    this.#lookUp = lookUp
  }

  /** The addresses when they need no waiting: the host is numeric. */
  now(host: string): readonly string[] | undefined {
    return isIP(host) === 0 ? undefined : [host]
  }

  /** @throws CordboardError `sip.unresolvable` */
  resolve(host: string): Promise<readonly string[]> {
    const name = host.toLowerCase()
    const now = this.#clock.monotonic()
    const known = this.#known.get(name)
    if (known && now - known.at < freshMs) return known.addresses
    const addresses = this.#ask(name)
    this.#known.delete(name)
    this.#known.set(name, { at: now, addresses })
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxNames) break
      this.#known.delete(oldest)
    }
    return addresses
  }

  async #ask(name: string): Promise<readonly string[]> {
    try {
      const addresses = await this.#lookUp(name)
      if (addresses.length > 0) return addresses
      throw new Error('the name has no address')
    } catch (cause) {
      // A failure is not remembered: the next request asks again.
      this.#known.delete(name)
      throw new CordboardError('sip.unresolvable', `The host name "${name}" cannot be resolved.`, {
        blame: 'setup',
        retry: true,
        cause,
      })
    }
  }
}
