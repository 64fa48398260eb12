// The present as calls need it: wall clock and monotonic clock at once.
import type { Clock } from '#lib/clock.ts'
import type { Moment } from './call.ts'

export function momentOf(clock: Clock): Moment {
  return { at: clock.now(), tick: clock.monotonic() }
}
