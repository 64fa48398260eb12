// What DNS says of a SIP domain: NAPTR and SRV records, and addresses with the time they hold (RFC 3263 §4, RFC 2782).
import { Resolver } from 'node:dns/promises'
import { systemCodeOf } from '#lib/errors.ts'

export interface NaptrRecord {
  readonly order: number
  readonly preference: number
  readonly flags: string
  /** `SIP+D2U`, `SIP+D2T`, `SIPS+D2T` and others that are not SIP. */
  readonly service: string
  readonly replacement: string
}

export interface SrvRecord {
  readonly priority: number
  readonly weight: number
  readonly port: number
  /** Empty: there is decidedly no such service. */
  readonly name: string
}

export interface Found<T> {
  readonly values: readonly T[]
  readonly ttlMs: number
}

export interface DnsRecords {
  /** No records are an answer too: an empty list. */
  naptr(domain: string): Promise<Found<NaptrRecord>>
  srv(name: string): Promise<Found<SrvRecord>>
  addresses(host: string): Promise<Found<string>>
}

// Node tells the TTL of addresses only. A minute follows a carrier's change soon enough.
const recordsMs = 60_000
// A name server that is away must not be asked for each message, nor be taken as away for long.
const failedMs = 10_000
const longestMs = 3_600_000

/** DNS by the system's name servers, or by those given. */
export function dnsRecords(servers?: readonly string[]): DnsRecords {
  // The whole wait is within what a caller bears in silence.
  const resolver = new Resolver({ timeout: 1_000, tries: 2 })
  if (servers) resolver.setServers(servers)
  const found = async <T>(asking: Promise<readonly T[]>): Promise<Found<T>> => {
    try {
      return { values: await asking, ttlMs: recordsMs }
    } catch (err) {
      const code = systemCodeOf(err)
      return { values: [], ttlMs: code === 'ENODATA' || code === 'ENOTFOUND' ? recordsMs : failedMs }
    }
  }
  return {
    naptr: (domain) => found(resolver.resolveNaptr(domain)),
    srv: (name) => found(resolver.resolveSrv(name)),
    addresses: async (host) => {
      const [four, six] = await Promise.allSettled([
        resolver.resolve4(host, { ttl: true }),
        resolver.resolve6(host, { ttl: true }),
      ])
      const records = [four, six].flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
      if (records.length === 0 && four.status === 'rejected') throw four.reason
      const ttlMs = Math.min(longestMs, ...records.map(({ ttl }) => ttl * 1_000))
      return { values: records.map(({ address }) => address), ttlMs }
    },
  }
}

/** For who has nothing but addresses. */
export const noRecords: DnsRecords = {
  naptr: () => Promise.resolve({ values: [], ttlMs: recordsMs }),
  srv: () => Promise.resolve({ values: [], ttlMs: recordsMs }),
  addresses: () => Promise.resolve({ values: [], ttlMs: recordsMs }),
}

/** The order to try SRV records in: by priority, within one at random by weight (RFC 2782). */
export function inSrvOrder(records: readonly SrvRecord[], random: () => number = Math.random): SrvRecord[] {
  const left = records.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight)
  const ordered: SrvRecord[] = []
  while (left[0]) {
    const { priority } = left[0]
    const peers = left.filter((record) => record.priority === priority)
    let draw = random() * peers.reduce((sum, { weight }) => sum + weight, 0)
    // Records without weight stand first and are drawn only by a zero: seldom, as the RFC wants it.
    const at = Math.max(
      0,
      peers.findIndex(({ weight }) => {
        draw -= weight
        return draw < 0 || (weight === 0 && draw === 0)
      }),
    )
    ordered.push(...left.splice(at, 1))
  }
  return ordered
}
