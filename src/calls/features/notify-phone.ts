// A phone that asked by REFER is told what came of it before it is hung up; one that does not answer is not waited for long.
import { within } from '#calls/within.ts'
import type { Clock } from '#lib/clock.ts'

const notifyTimeoutMs = 2_000

/** Resolves when the phone has taken note, or did not in time. */
export async function notified(clock: Clock, told: Promise<void>): Promise<void> {
  await within(clock, notifyTimeoutMs, told)
}
