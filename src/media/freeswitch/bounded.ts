// A promise that settles in time, whatever the other side does.
import type { Clock } from '#lib/clock.ts'

/** `promise`, or after `ms` a rejection with what `late` returns. */
export async function bounded<T>(
  promise: Promise<T>,
  options: { readonly clock: Clock; readonly ms: number; readonly late: () => Error },
): Promise<T> {
  const late = Promise.withResolvers<never>()
  using _limit = options.clock.after(options.ms, () => late.reject(options.late()))
  // Whichever loses may still reject: nobody waits for it then.
  promise.catch(() => {})
  return await Promise.race([promise, late.promise])
}
