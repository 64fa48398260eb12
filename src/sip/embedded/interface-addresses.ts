// Which of this machine's addresses a far end sees, when a listener is bound to all of them.
import { BlockList, isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Clock } from '#lib/clock.ts'

interface Own {
  readonly address: string
  readonly internal: boolean
  readonly six: boolean
  readonly subnet: BlockList
}

// Addresses change with DHCP and VPNs; looking them up costs some 50 µs.
const freshMs = 10_000

/** Finds the own address in the far end's subnet, else the first that is no loopback. */
export class InterfaceAddresses {
  readonly #clock: Clock
  #own: readonly Own[] = []
  #readAt = Number.NEGATIVE_INFINITY
  readonly #answers = new Map<string, string>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  towards(far: string): string {
    const now = this.#clock.monotonic()
    if (now - this.#readAt > freshMs) {
      this.#own = readOwn()
      this.#readAt = now
      this.#answers.clear()
    }
    const known = this.#answers.get(far)
    if (known !== undefined) return known
    const answer = this.#choose(far)
    // Strangers must not fill the memory.
    if (this.#answers.size < 1_000) this.#answers.set(far, answer)
    return answer
  }

  #choose(far: string): string {
    const six = isIPv6(far)
    // A name is not resolved yet; a zone (fe80::1%eth0) is no part of the address.
    const address = isIP(far) === 0 ? undefined : far.replace(/%.*/, '')
    const own = this.#own.filter((candidate) => candidate.six === six)
    const near = address && own.find((candidate) => candidate.subnet.check(address, six ? 'ipv6' : 'ipv4'))
    const chosen = (near || own.find((candidate) => !candidate.internal)) ?? own[0]
    return chosen?.address ?? (six ? '::1' : '127.0.0.1')
  }
}

function readOwn(): Own[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .flatMap(({ address, internal, family, cidr }) => {
      const prefix = Number(cidr?.split('/')[1])
      if (!Number.isInteger(prefix)) return []
      const six = family === 'IPv6'
      const subnet = new BlockList()
      subnet.addSubnet(address, prefix, six ? 'ipv6' : 'ipv4')
      return [{ address, internal, six, subnet }]
    })
}
