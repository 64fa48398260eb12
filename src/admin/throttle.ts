// Slows down password guessing. Counts failures by address and by (address, email), never by email alone:
// else a stranger could lock a colleague out by guessing wrong on purpose.
import type { Clock } from '#lib/clock.ts'

export interface Throttle {
  /** How long the caller must wait in ms; 0 when it may try. */
  waitMs(keys: readonly ThrottleKey[]): number
  failed(keys: readonly ThrottleKey[]): void
  /** A success forgets the failures of these keys. */
  succeeded(keys: readonly ThrottleKey[]): void
}

export interface ThrottleKey {
  readonly key: string
  /** Failures within the window after which the key must wait. */
  readonly limit: number
}

/** Failures are forgotten after this time without another. */
const windowMs = 15 * 60_000
/** Memory cap: a flood from many addresses drops the oldest entries first. */
const maxEntries = 10_000

interface Entry {
  failures: number
  lastAt: number
}

/** A person's typos are few; 5 wrong tries for one account, 30 from one office behind one address. */
export function signInKeys(address: string, email: string): readonly ThrottleKey[] {
  const from = networkOf(address)
  return [
    { key: `a ${from}`, limit: 30 },
    { key: `p ${from} ${email.trim().toLowerCase()}`, limit: 5 },
  ]
}

/** IPv6: one customer has a whole /64, so that is what counts (RFC 6177 §2). */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  return address.split(':').slice(0, 4).join(':')
}

export function openThrottle(clock: Clock): Throttle {
  const entries = new Map<string, Entry>()
  const living = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    if (!entry) return undefined
    if (clock.now() - entry.lastAt < windowMs) return entry
    entries.delete(key)
    return undefined
  }
  const waitOf = ({ key, limit }: ThrottleKey): number => {
    const entry = living(key)
    if (!entry || entry.failures < limit) return 0
    // 30 s, then doubling with each further failure, at most the window.
    const pause = Math.min(windowMs, 30_000 * 2 ** Math.min(entry.failures - limit, 10))
    return Math.max(0, entry.lastAt + pause - clock.now())
  }
  return {
    waitMs: (keys) => Math.max(0, ...keys.map(waitOf)),
    failed: (keys) => {
      for (const { key } of keys) {
        const failures = (living(key)?.failures ?? 0) + 1
        // Deleting first keeps the map in order of the last failure.
        entries.delete(key)
        entries.set(key, { failures, lastAt: clock.now() })
        const oldest = entries.keys().next().value
        if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest)
      }
    },
    succeeded: (keys) => {
      for (const { key } of keys) entries.delete(key)
    },
  }
}
