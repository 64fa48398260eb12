// A call for help finds every line of sound taken: another call gives way.
import { isEmergencyNumber } from '#calls/emergency.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { CordboardError } from '#lib/errors.ts'

/** Ends the newest call that gives way and waits until its sound is free; false when none can. */
export async function makeRoom(
  switchboard: Pick<Switchboard, 'openCalls' | 'log'>,
  call: LiveCall,
): Promise<boolean> {
  const newestFirst = switchboard.openCalls.all().toReversed()
  const others = newestFirst.filter((other) => !other.over.aborted && other !== call && !isForHelp(other))
  // Who calls out can call again; who waits can too; who speaks comes last.
  const chosen =
    others.find(({ call: { direction } }) => direction !== 'in') ??
    others.find((other) => other.call.answered === undefined) ??
    others[0]
  if (!chosen) return false
  switchboard.log.warn({ call: call.id, ended: chosen.id }, 'a call was ended for an emergency call')
  call.note('No line of sound was free: another call was ended for this one.')
  chosen.end({
    by: 'system',
    sentence: 'Ended to make room for an emergency call.',
    // RFC 4411 §5.4
    reason: 'Preemption;cause=4;text="Generic preemption"',
  })
  await chosen.closed
  return true
}

/** True for a fault that room would mend. */
export function isNoRoom(err: unknown): boolean {
  return err instanceof CordboardError && err.code === 'media.full'
}

export function isForHelp({ call, tenant }: LiveCall): boolean {
  return call.direction === 'out' && isEmergencyNumber(call.party.number ?? '', tenant.country)
}
