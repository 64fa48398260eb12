// Work that is not waited for longer than told.
import type { Clock } from '#lib/clock.ts'

/** undefined when it takes longer. @throws what the work throws in time */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = clock.after(ms, () => late.resolve(undefined))
  try {
    return await Promise.race([work, late.promise])
  } finally {
    timer.cancel()
  }
}
