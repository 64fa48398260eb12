// Who guesses passwords is not listened to for a while: by address, and by address and user, never by user alone,
// or a stranger could lock a person out of their own phone.
import type { Clock } from '#lib/clock.ts'

export interface LockOut {
  locked(address: string, user: string): boolean
  failed(address: string, user: string): void
  succeeded(address: string, user: string): void
}

const perUser = 10
/** An office behind one address may have several phones with old passwords. */
const perAddress = 50
const spanMs = 10 * 60_000
const maxEntries = 50_000

interface Entry {
  count: number
  since: number
}

export function openLockOut(clock: Clock): LockOut {
  const failures = new Map<string, Entry>()
  const entryOf = (key: string): Entry | undefined => {
    const entry = failures.get(key)
    if (!entry || clock.now() - entry.since <= spanMs) return entry
    failures.delete(key)
    return undefined
  }
  const count = (key: string): void => {
    const entry = entryOf(key)
    if (entry) entry.count += 1
    else {
      const [oldest] = failures.keys()
      if (failures.size >= maxEntries && oldest !== undefined) failures.delete(oldest)
      failures.set(key, { count: 1, since: clock.now() })
    }
  }
  const both = (address: string, user: string): string => `${address} ${user}`
  return {
    locked: (address, user) =>
      (entryOf(address)?.count ?? 0) >= perAddress || (entryOf(both(address, user))?.count ?? 0) >= perUser,
    failed: (address, user) => {
      count(address)
      count(both(address, user))
    },
    succeeded: (address, user) => {
      failures.delete(both(address, user))
    },
  }
}
