// A call for help is told to the admins at once: who, which number, from where.
import type { LiveCall } from '#calls/live-call.ts'
import type { WayOut } from '#calls/neighbours.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { appendFact } from '#store/facts.ts'
import { callerSettings } from './caller-settings.ts'
import { callingRules } from './calling-rules.ts'

export function tellEmergency(
  switchboard: Pick<Switchboard, 'clock' | 'journalOf'>,
  call: LiveCall,
  emergency: { readonly userId: string; readonly number: string; readonly ways: readonly WayOut[] },
): void {
  const { userId, number, ways } = emergency
  const { tenant } = call
  const at = switchboard.clock.now()
  const shown = ways[0]?.from
  switchboard.journalOf(tenant).write((db) => {
    const location = callerSettings(db, userId).location || callingRules(db).emergency.location
    const body = { callId: call.id, at, userId, number, location, ...(shown === undefined ? {} : { shown }) }
    appendFact(db, { kind: 'emergency-called', at, body })
  })
}
