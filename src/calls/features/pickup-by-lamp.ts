// A blinking lamp is pressed: the phone names the call in the words its lamp was told (INVITE with Replaces, RFC 3891), and gets
// it as if it had dialled the code of pickup.
import type { Switchboard } from '#calls/switchboard.ts'
import { answerInto, type FromPhone, turnAway } from './answer-into.ts'
import { listRinging, takeRinging } from './pickup.ts'

/** Settles the INVITE. */
export async function takeNamed(switchboard: Switchboard, from: FromPhone, callId: string): Promise<void> {
  const { incoming, origin } = from
  const tenant = switchboard.tenant(origin.tenantId)
  const call = listRinging(switchboard, tenant, origin.userId).find(({ id }) => id === callId)
  // RFC 3891 §3: the phone shall not go on as if it were a new call.
  if (!call) return incoming.reject(481, 'It rings no more')
  const leg = await answerInto(switchboard, call, from)
  if (leg && !takeRinging(switchboard, call, leg, origin.userId))
    await turnAway(call, leg, 'Somebody else was faster')
}
