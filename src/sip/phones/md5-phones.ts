// Phones that give up when a challenge names an algorithm they do not know, though MD5 stands first: libre before 2.0,
// and so baresip 1.0 of Debian 12, seen 2026-11. They are offered MD5 alone.
import type { Clock } from '#lib/clock.ts'
import type { ReceivedRequest } from '#sip/sip-server.ts'

export interface Md5Phones {
  /** Should this request be offered MD5 alone? Counts the challenge that follows. */
  needsMd5(request: ReceivedRequest): boolean
  /** It answered a challenge: it understands what it was offered. */
  answered(request: ReceivedRequest): void
}

const known = /^baresip v?[01]\./i
/** One challenge may be lost on the way; a phone that leaves two unanswered does not understand them. */
const unanswered = 2
const spanMs = 3_600_000
/** Addresses are a stranger's to choose: the oldest are forgotten. */
const maxEntries = 10_000

export function openMd5Phones(clock: Clock): Md5Phones {
  const challenges = new Map<string, { count: number; since: number }>()
  return {
    needsMd5: (request) => {
      const key = keyOf(request)
      const entry = challenges.get(key)
      const fresh = entry !== undefined && clock.now() - entry.since <= spanMs
      const count = fresh ? entry.count : 0
      const [oldest] = challenges.keys()
      if (entry === undefined && challenges.size >= maxEntries && oldest !== undefined)
        challenges.delete(oldest)
      challenges.set(key, { count: count + 1, since: clock.now() })
      return count >= unanswered || known.test(request.header('User-Agent') ?? '')
    },
    answered: (request) => {
      // Once it is known to need MD5 alone it stays so for the span, or every refresh would begin anew.
      const entry = challenges.get(keyOf(request))
      if (entry !== undefined && entry.count <= unanswered) challenges.delete(keyOf(request))
    },
  }
}

function keyOf(request: ReceivedRequest): string {
  return `${request.source.address} ${request.header('From')?.replace(/;tag=.*$/, '') ?? ''}`
}
