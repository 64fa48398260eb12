// The addresses a carrier's host name stands for, looked up again every few minutes: who may call in from where.
import { lookup, resolveSrv } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Clock, Timer } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import type { TrunkTransport } from './trunk.ts'

export interface CarrierAddresses extends Disposable {
  /** Known so far; an address that was once resolved stays until the next successful look-up. */
  readonly addresses: ReadonlySet<string>
}

const againMs = 300_000
const againAfterFailureMs = 30_000

export type HostLookup = (host: string, transport: TrunkTransport) => Promise<readonly string[]>

export function watchCarrierAddresses(options: {
  readonly hosts: readonly string[]
  readonly transport: TrunkTransport
  readonly clock: Clock
  readonly log: Log
  readonly resolve?: HostLookup
}): CarrierAddresses {
  const resolve = options.resolve ?? lookUpHost
  let addresses: ReadonlySet<string> = new Set(options.hosts.filter((host) => isIP(host) !== 0))
  let timer: Timer | undefined
  let stopped = false
  const names = options.hosts.filter((host) => isIP(host) === 0)
  const look = async (): Promise<void> => {
    let wait = againMs
    try {
      const found = await Promise.all(names.map((host) => resolve(host, options.transport)))
      addresses = new Set([...options.hosts.filter((host) => isIP(host) !== 0), ...found.flat()])
    } catch (err) {
      wait = againAfterFailureMs
      options.log.warn({ names, reason: messageOf(err) }, "a provider's name could not be resolved")
    }
    if (!stopped) timer = options.clock.after(wait, () => void look())
  }
  if (names.length > 0) void look()
  return {
    get addresses() {
      return addresses
    },
    [Symbol.dispose]: () => {
      stopped = true
      timer?.cancel()
    },
  }
}

/** All addresses of the name and of the hosts its SRV records name (RFC 3263 §4.1). */
async function lookUpHost(host: string, transport: TrunkTransport): Promise<readonly string[]> {
  const srv = await resolveSrv(
    transport === 'tls' ? `_sips._tcp.${host}` : `_sip._${transport}.${host}`,
  ).catch(() => [])
  const names = [host, ...srv.map((record) => record.name)]
  const found = await Promise.allSettled(names.map((name) => lookup(name, { all: true })))
  const addresses = found.flatMap((one) =>
    one.status === 'fulfilled' ? one.value.map((entry) => entry.address) : [],
  )
  if (addresses.length > 0) return addresses
  const [first] = found
  throw first?.status === 'rejected' ? first.reason : new Error(`${host} has no address`)
}
