// A call of one person with the house itself: echo test, parking, a status by star code. It has one leg, and ends with it.
import { startCall } from '#calls/call.ts'
import { LiveCall } from '#calls/live-call.ts'
import { momentOf } from '#calls/moment.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { newId } from '#lib/id.ts'
import { answerInto, type FromPhone } from './answer-into.ts'
import { Visit } from './visit.ts'

/** What is spoken to our own people; prompts exist in it. */
const language = 'en'

/**
 * The person as a visitor of the house; undefined when the phone gave up or could not be answered, and then the call is over.
 * @throws CordboardError when the row cannot be written
 */
export async function openHouseCall(
  switchboard: Switchboard,
  from: FromPhone,
  name: string,
): Promise<Visit | undefined> {
  const { incoming, origin } = from
  const details = {
    id: newId(),
    direction: 'internal',
    party: { number: incoming.dialled, name },
    number: undefined,
    trunkId: undefined,
    skills: [],
    placedBy: origin.userId,
    taskId: undefined,
  } as const
  const tenant = switchboard.tenant(origin.tenantId)
  const call = LiveCall.open(switchboard, tenant, startCall(details, momentOf(switchboard.clock)))
  const leg = await answerInto(switchboard, call, from)
  if (!leg) {
    call.end({ by: 'caller', sentence: 'Not answered.', outcome: 'failed' })
    return undefined
  }
  call.own(leg, 'caller')
  const visit = new Visit(switchboard, { call, leg, language })
  await call.enter(visit)
  call.apply({ kind: 'answered', userId: origin.userId })
  return visit
}
