// A phone that dialled is answered as a leg of a call: one that goes on already, or one that begins with it. Whoever asked owns
// the leg.
import { answer, LateOfferFault, openSound } from '#calls/answer.ts'
import type { CallLeg, LegOwner } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { refusalOf } from '#calls/refusal.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { MediaLeg } from '#media/engine.ts'
import type { IncomingLeg, LegOrigin } from '#sip/leg.ts'

export interface FromPhone {
  readonly incoming: IncomingLeg
  readonly origin: Extract<LegOrigin, { kind: 'phone' }>
}

/** Undefined when no dialog came of it: the phone has its refusal then, or has given up. Never rejects. */
export async function answerInto(
  switchboard: Switchboard,
  call: LiveCall,
  { incoming, origin }: FromPhone,
): Promise<CallLeg | undefined> {
  const { userId, phoneId } = origin
  const owner: LegOwner = { kind: 'person', userId, phoneId }
  call.legLog.started(incoming.callId, 'in', owner)
  let sound: MediaLeg | undefined
  try {
    sound = await openSound(switchboard, call, incoming)
    if (!incoming.abandoned.aborted && !call.over.aborted)
      return await answer(switchboard, call, { incoming, sound, owner })
    if (!incoming.abandoned.aborted) incoming.reject(480, 'The call has ended')
  } catch (err) {
    if (!incoming.abandoned.aborted) {
      call.log.warn({ err }, 'a phone could not be answered')
      const { status, reason, headers } = refusalOf(err)
      if (!(err instanceof LateOfferFault)) incoming.reject(status, reason, headers)
    }
  }
  call.legLog.unanswered(incoming.callId, 'not answered')
  await sound?.close()
  return undefined
}

/** An answered leg that came too late for what it was for. */
export async function turnAway(call: LiveCall, leg: CallLeg, why: string): Promise<void> {
  call.legLog.unanswered(leg.sipCallId, why)
  await leg.close(`SIP;cause=480;text="${why}"`)
}
