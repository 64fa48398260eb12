// Why a call goes out as it does, in its log; for help, the admins are told too.
import type { Decision } from '#calls/dialling/decide.ts'
import { tellEmergency } from '#calls/dialling/emergency-call.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'

export function noteDecision(
  switchboard: Switchboard,
  call: LiveCall,
  placed: { readonly decision: Extract<Decision, { kind: 'allowed' }>; readonly userId: string },
): void {
  const { decision, userId } = placed
  const { dialled, rule, ways } = decision
  const [first, ...others] = ways
  const shown = first?.withheld ? 'withholding our number' : `showing ${first?.from ?? "the trunk's account"}`
  const next = others.length > 0 ? `, then ${others.map(({ label = 'another' }) => label).join(', ')}` : ''
  call.note(`${rule}: goes out through ${first?.label ?? 'a trunk'}${next}, ${shown}.`, userId)
  if (dialled.kind === 'emergency') tellEmergency(switchboard, call, { userId, number: dialled.number, ways })
}
