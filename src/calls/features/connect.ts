// The end of a caller's walk through a plan: somebody answered.
import type { CallLeg } from '#calls/call-leg.ts'
import { talk } from './bridge.ts'
import type { Visit } from './visit.ts'

/** A person's answered leg and the caller's hear each other. */
export function connect(
  visit: Visit,
  person: CallLeg,
  options: { readonly userId: string | undefined },
): void {
  const { call, leg, switchboard } = visit
  const { userId } = options
  call.own(person, 'callee')
  void talk(switchboard, call, { caller: leg, callee: person, userId, customer: 'caller' })
}
