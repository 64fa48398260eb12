// What strangers may do: nothing, and not often. Scanners get no answer at all; everyone else has a budget per address.
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import { sipUri } from './embedded/uri.ts'
import type { ReceivedRequest } from './sip-server.ts'

export interface DoorCounters {
  scanners: number
  overBudget: number
  strangers: number
}

export interface Doorkeeper {
  readonly counters: Readonly<DoorCounters>
  /** False: the request was dropped and is none of anybody's business any more. */
  admit(request: ReceivedRequest): boolean
  /** Someone at this address knew a password: its budget is full again. */
  proved(address: string): void
  /** Refuses who is known to nobody. */
  refuse(request: ReceivedRequest): void
}

// Requests from one address that proved nothing: a phone or trunk that starts needs a handful, a scanner hundreds.
const budget = 60
const refillPerS = 2
const maxAddresses = 20_000

/** Names the known tools give themselves; nobody's phone is called so. */
const scanner =
  /friendly-?scanner|sipvicious|sundayddr|iwar|sipsak|sip-?scan|sipcli|sip-cli|pplsip|vaxsipuseragent|svmap|svwar|gulp|eyebeam-scan|^voip$/i

export function openDoorkeeper(options: { clock: Clock; log: Log }): Doorkeeper {
  const { clock, log } = options
  const counters: DoorCounters = { scanners: 0, overBudget: 0, strangers: 0 }
  const buckets = new Map<string, { left: number; at: number }>()
  const take = (address: string): boolean => {
    const now = clock.now()
    const bucket = buckets.get(address) ?? { left: budget, at: now }
    bucket.left = Math.min(budget, bucket.left + ((now - bucket.at) / 1_000) * refillPerS)
    bucket.at = now
    // Re-inserted, so that the first of the map is the one not heard of for longest.
    buckets.delete(address)
    buckets.set(address, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > maxAddresses && oldest !== undefined) buckets.delete(oldest)
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }
  return {
    counters,
    admit: (request) => {
      if (isScanner(request)) {
        counters.scanners += 1
        request.drop()
        return false
      }
      if (take(request.source.address)) return true
      counters.overBudget += 1
      request.drop()
      return false
    },
    proved: (address) => {
      const bucket = buckets.get(address)
      if (bucket) bucket.left = budget
    },
    refuse: (request) => {
      counters.strangers += 1
      log.info(
        { from: request.source, method: request.method, uri: request.uri.slice(0, 100) },
        'a stranger was refused',
      )
      request.reply(403)
    },
  }
}

function isScanner(request: ReceivedRequest): boolean {
  if (scanner.test((request.header('User-Agent') ?? '').trim())) return true
  if (/sipvicious/i.test(request.header('To') ?? '')) return true
  // nmap's probe asks for sip:nm.
  return request.method === 'OPTIONS' && uriUserOrHost(request.uri) === 'nm'
}

function uriUserOrHost(uri: string): string | undefined {
  try {
    const read = sipUri(uri)
    return read?.user ?? read?.host
  } catch {
    return undefined
  }
}
