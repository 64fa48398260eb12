// Pickup: somebody takes a call that rings at a colleague. The ringing stops there, and goes on as if they had been rung.

import type { CallLeg } from '#calls/call-leg.ts'
import { featureSettings } from '#calls/feature-settings.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Tenant } from '#store/store.ts'

/** Calls that ring at somebody else and that this person may take: of who shares a skill first, then the longest ringing. */
export function listRinging(switchboard: Switchboard, tenant: Tenant, userId: string): readonly LiveCall[] {
  const skillsOf = skillsByPerson(switchboard, tenant)
  const mine = [...(skillsOf.get(userId) ?? [])]
  const shares = (other: string) => mine.some((skill) => skillsOf.get(other)?.has(skill))
  const { pickup } = featureSettings(tenant.db)
  const may = (other: string) => other !== userId && (pickup === 'everybody' || shares(other))
  const rank = (call: LiveCall) => ([...call.ringing.keys()].some(shares) ? 0 : 1)
  const since = (call: LiveCall) => Math.min(...[...call.ringing.values()].map((one) => one.since))
  return switchboard.openCalls
    .ofTenant(tenant.id)
    .filter((call) => isForAnybody(call) && !call.ringing.has(userId) && [...call.ringing.keys()].some(may))
    .sort((a, b) => rank(a) - rank(b) || since(a) - since(b))
}

/** False: nothing rings there any more, and the leg is nobody's. */
export function takeRinging(switchboard: Switchboard, call: LiveCall, leg: CallLeg, userId: string): boolean {
  if (call.over.aborted) return false
  for (const [ringingAt, ringing] of call.ringing) {
    if (ringingAt === userId || !ringing.take(leg, userId)) continue
    const { staff } = switchboard
    const [taker, other] = [staff.find(call.tenant, userId), staff.find(call.tenant, ringingAt)]
    call.note(`${taker?.name ?? 'A colleague'} took the call that rang at ${other?.name ?? 'a colleague'}`)
    return true
  }
  return false
}

// Somebody's own phones that ring for a click of theirs, or who is called in for a word, are nobody else's.
function isForAnybody({ call, ringing, over }: LiveCall): boolean {
  const waits = call.state.kind === 'offered' || call.state.kind === 'passing'
  return waits && ringing.size > 0 && !over.aborted
}

function skillsByPerson(switchboard: Switchboard, tenant: Tenant): Map<string, ReadonlySet<string>> {
  return new Map(switchboard.staff.candidates(tenant).map(({ userId, skills }) => [userId, skills]))
}
