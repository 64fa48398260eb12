// From a hop to the places to try, best first (RFC 3263 §4): NAPTR says how, SRV where, and places that just failed
// come last.
import { isIP } from 'node:net'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { DnsCache } from './dns-cache.ts'
import { type DnsRecords, type Found, inSrvOrder, type NaptrRecord, type SrvRecord } from './dns-records.ts'
import type { Hop } from './next-hop.ts'
import type { Resolver } from './resolve.ts'
import type { Endpoint, Protocol } from './stack.ts'

// A domain with more servers is somebody's joke; each costs the caller four seconds.
const mostPlaces = 10
/** How long a place that failed stands behind the others. */
const failedMs = 30_000
const mostFailed = 1_000

interface Server {
  readonly protocol: Protocol
  readonly host: string
  readonly port: number
}

export interface LocatorOptions {
  readonly clock: Clock
  /** Plain host names, as the system knows them. */
  readonly resolver: Resolver
  readonly records: DnsRecords
  readonly random?: () => number
}

export class Locator {
  readonly #options: LocatorOptions
  readonly #naptr: DnsCache<Found<NaptrRecord>>
  readonly #srv: DnsCache<Found<SrvRecord>>
  readonly #addresses: DnsCache<Found<string>>
  readonly #failed = new Map<string, number>()

  constructor(options: LocatorOptions) {
    this.#options = options
    this.#naptr = new DnsCache(options.clock)
    this.#srv = new DnsCache(options.clock)
    this.#addresses = new DnsCache(options.clock)
  }

  /** The place when no name has to be looked up. */
  now(hop: Hop): readonly Endpoint[] | undefined {
    if (isIP(hop.host) === 0) return undefined
    return [{ protocol: hop.protocol, address: hop.host, port: hop.port }]
  }

  /** `spoken` are the protocols we have, favourite first. @throws CordboardError `sip.unresolvable` */
  async locate(hop: Hop, spoken: readonly Protocol[]): Promise<readonly Endpoint[]> {
    const servers = await this.#servers(hop, spoken)
    const places = servers.length === 0 ? await this.#plain(hop) : await this.#placesOf(servers, hop.host)
    return this.#lastFailed(places.slice(0, mostPlaces))
  }

  /** A request got no answer there, or 503; `forMs` is what the far end asked for. */
  failed(place: Endpoint, forMs = failedMs): void {
    const key = keyOf(place)
    this.#failed.delete(key)
    this.#failed.set(key, this.#options.clock.monotonic() + Math.min(forMs, failedMs * 10))
    for (const oldest of this.#failed.keys()) {
      if (this.#failed.size <= mostFailed) break
      this.#failed.delete(oldest)
    }
  }

  /** Servers as DNS names them; none where only addresses are left to ask for. */
  async #servers(hop: Hop, spoken: readonly Protocol[]): Promise<readonly Server[]> {
    // A port decides (§4.2), and names of one label are hosts of this network.
    if (hop.portGiven || !hop.host.replace(/\.$/, '').includes('.') || hop.host.endsWith('.localhost'))
      return []
    if (hop.fixed || hop.secure) return await this.#bySrv(hop.protocol, srvName(hop.protocol, hop.host))
    const favoured = [hop.protocol, ...spoken.filter((protocol) => protocol !== hop.protocol)]
    const asking = this.#naptrOf(hop.host, spoken)
    // §4.1: without NAPTR records each protocol is asked for; all at once, because a caller waits.
    const all = Promise.all(favoured.map((protocol) => this.#bySrv(protocol, srvName(protocol, hop.host))))
    const ways = await asking
    for (const { protocol, name } of ways) {
      const servers = await this.#bySrv(protocol, name)
      if (servers.length > 0) return servers
    }
    if (ways.length > 0) return []
    return (await all).find((servers) => servers.length > 0) ?? []
  }

  async #naptrOf(
    domain: string,
    spoken: readonly Protocol[],
  ): Promise<readonly { protocol: Protocol; name: string }[]> {
    const { values } = await this.#naptr.get(domain.toLowerCase(), () => this.#options.records.naptr(domain))
    return values
      .toSorted((a, b) => a.order - b.order || a.preference - b.preference)
      .flatMap(({ flags, service, replacement }) => {
        const protocol = services.get(service.toUpperCase())
        const usable = protocol !== undefined && spoken.includes(protocol) && flags.toLowerCase() === 's'
        return usable && replacement !== '' ? [{ protocol, name: replacement }] : []
      })
  }

  async #bySrv(protocol: Protocol, name: string): Promise<readonly Server[]> {
    const { values } = await this.#srv.get(name.toLowerCase(), () => this.#options.records.srv(name))
    return inSrvOrder(values, this.#options.random)
      .filter((record) => record.name !== '' && record.name !== '.' && record.port > 0)
      .slice(0, mostPlaces)
      .map((record) => ({ protocol, host: record.name, port: record.port }))
  }

  async #placesOf(servers: readonly Server[], domain: string): Promise<readonly Endpoint[]> {
    const found = await Promise.allSettled(servers.map(({ host }) => this.#addressesOf(host)))
    const places = servers.flatMap(({ protocol, port }, index) => {
      const one = found[index]
      const addresses = one?.status === 'fulfilled' ? one.value : []
      return addresses.map((address) => place({ protocol, address, port }, domain))
    })
    const lost = found.find((one) => one.status === 'rejected')
    if (places.length === 0 && lost) throw lost.reason
    return places
  }

  async #plain({ protocol, host, port }: Hop): Promise<readonly Endpoint[]> {
    const addresses = await this.#options.resolver.resolve(host)
    return addresses.map((address) => place({ protocol, address, port }, host))
  }

  /** Of a server SRV named: by DNS, whose TTL counts, else as the system knows it. */
  async #addressesOf(host: string): Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host]
    try {
      const { values } = await this.#addresses.get(host.toLowerCase(), () =>
        this.#options.records.addresses(host),
      )
      if (values.length > 0) return values
    } catch (err) {
      if (err instanceof CordboardError) throw err
    }
    return await this.#options.resolver.resolve(host)
  }

  #lastFailed(places: readonly Endpoint[]): readonly Endpoint[] {
    if (this.#failed.size === 0 || places.length < 2) return places
    const now = this.#options.clock.monotonic()
    const hasFailed = (one: Endpoint) => (this.#failed.get(keyOf(one)) ?? 0) > now
    return [...places.filter((one) => !hasFailed(one)), ...places.filter(hasFailed)]
  }
}

const services = new Map<string, Protocol>([
  ['SIP+D2U', 'udp'],
  ['SIP+D2T', 'tcp'],
  ['SIPS+D2T', 'tls'],
])

function srvName(protocol: Protocol, domain: string): string {
  return protocol === 'tls' ? `_sips._tcp.${domain}` : `_sip._${protocol}.${domain}`
}

/** RFC 5922 §7: over TLS the far end proves to be the domain that was asked for, whatever its SRV records say. */
function place(at: Endpoint, domain: string): Endpoint {
  return at.protocol === 'tls' && isIP(domain) === 0 ? { ...at, name: domain } : at
}

function keyOf({ protocol, address, port }: Endpoint): string {
  return `${protocol} ${address} ${port}`
}
