// How long to wait before the next try: doubling from `firstMs`, capped, spread by ±20 %.
import { spread } from './clock.ts'

export interface Backoff {
  /** The wait in ms before the next try; grows with each call. */
  next(): number
  /** After a success: the next failure waits `firstMs` again. */
  reset(): void
}

export function backoff(options: { firstMs: number; maxMs: number }): Backoff {
  let failures = 0
  return {
    next: () => {
      const wait = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(failures, 30))
      failures += 1
      return spread(wait, 0.2)
    },
    reset: () => {
      failures = 0
    },
  }
}
