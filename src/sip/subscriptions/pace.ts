// How often one subscriber is told: three times at once, then once a second on the average. What comes sooner waits, and only
// the last of it is told.
// Deviates from RFC 4235 §3.10: three at once, because a call rings, is answered and ends faster than that, since 2026.
import type { Clock } from '#lib/clock.ts'

const atOnce = 3
const everyMs = 1_000

export interface Pace {
  /** 0: now, and it is counted; else how long to wait before asking again. */
  take(): number
}

export function pace(clock: Pick<Clock, 'monotonic'>): Pace {
  let left = atOnce
  let at = clock.monotonic()
  return {
    take: () => {
      const now = clock.monotonic()
      left = Math.min(atOnce, left + (now - at) / everyMs)
      at = now
      if (left < 1) return Math.ceil((1 - left) * everyMs)
      left -= 1
      return 0
    },
  }
}
