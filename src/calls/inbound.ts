// A call from a trunk: whose number it is, its row, its plan, the answer, and on into the plan's first step.
import { CordboardError, messageOf } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import type { MediaLeg } from '#media/engine.ts'
import type { IncomingLeg } from '#sip/leg.ts'
import type { Tenant } from '#store/store.ts'
import { answer, LateOfferFault, openSound } from './answer.ts'
import { startCall } from './call.ts'
import type { CallLeg } from './call-leg.ts'
import type { Line } from './features/step-end.ts'
import { Visit } from './features/visit.ts'
import { walk } from './features/walk.ts'
import { LiveCall } from './live-call.ts'
import { momentOf } from './moment.ts'
import type { OurNumber } from './neighbours.ts'
import { numberPlan } from './number-plan.ts'
import { partyOf } from './party.ts'
import { findHours } from './plan/opening-hours.ts'
import { type Refusal, refusalOf, stopping, unknownNumber } from './refusal.ts'
import { type Plan, route, skillsOf } from './route.ts'
import type { Switchboard } from './switchboard.ts'

export interface InboundOptions {
  readonly incoming: IncomingLeg
  readonly trunkId: string
  readonly lineOf: (tenant: Tenant) => Line
}

/** Takes the call or refuses it. @throws CordboardError when its row cannot be written; it is refused then */
export async function takeInbound(switchboard: Switchboard, options: InboundOptions): Promise<void> {
  const { incoming, trunkId, lineOf } = options
  const found = switchboard.numbers.findInbound(trunkId, incoming.dialled)
  if (!found) {
    switchboard.log.info({ trunk: trunkId, dialled: incoming.dialled }, 'a call to a number nobody here has')
    return refuse(incoming, unknownNumber)
  }
  const tenant = switchboard.tenant(found.tenantId)
  const settings = numberPlan(tenant.db, found.number)
  const { hoursId } = settings.plan
  const hours = hoursId === null ? undefined : findHours(tenant.db, hoursId)
  const plan = route({ settings, hours, at: switchboard.clock.now(), timeZone: tenant.timeZone })
  const call = open(switchboard, tenant, { incoming, trunkId, found, plan })
  const leg = await takeLeg(switchboard, call, { incoming, trunkId })
  if (!leg) return
  call.own(leg, 'caller')
  if (plan.reason !== undefined) call.note(`${plan.reason}.`)
  const visit = new Visit(switchboard, { call, leg, language: plan.language })
  await call.enter(visit)
  try {
    await walk(visit, plan.steps, lineOf(tenant))
  } catch (err) {
    call.log.error({ err }, 'the plan of a number failed')
    call.end({ by: 'system', sentence: 'The plan of the number failed.', outcome: 'failed' })
  }
}

export function refuse(incoming: IncomingLeg, refusal: Refusal): void {
  incoming.reject(refusal.status, refusal.reason, refusal.headers)
}

interface Arrival {
  readonly incoming: IncomingLeg
  readonly trunkId: string
  readonly found: OurNumber
  readonly plan: Plan
}

function open(switchboard: Switchboard, tenant: Tenant, arrival: Arrival): LiveCall {
  const { incoming, trunkId, found, plan } = arrival
  const details = {
    id: newId(),
    direction: 'in',
    party: partyOf(switchboard, tenant, incoming.from),
    number: found.number,
    trunkId,
    skills: skillsOf(plan),
    placedBy: undefined,
    taskId: undefined,
  } as const
  const call = LiveCall.open(switchboard, tenant, startCall(details, momentOf(switchboard.clock)))
  call.legLog.started(incoming.callId, 'in', { kind: 'outside', trunkId })
  return call
}

/** The answered leg of the caller; undefined when it came to nothing, and then the call is over. */
async function takeLeg(
  switchboard: Switchboard,
  call: LiveCall,
  options: { readonly incoming: IncomingLeg; readonly trunkId: string },
): Promise<CallLeg | undefined> {
  const { incoming, trunkId } = options
  const gone = () => call.end({ by: 'caller', sentence: 'The caller hung up before we answered.' })
  incoming.abandoned.addEventListener('abort', gone, { once: true })
  let sound: MediaLeg | undefined
  try {
    sound = await openSound(switchboard, call, incoming)
    if (incoming.abandoned.aborted) gone()
    else if (call.over.aborted) refuse(incoming, stopping)
    else return await answer(switchboard, call, { incoming, sound, owner: { kind: 'outside', trunkId } })
  } catch (err) {
    if (isGone(incoming, err)) gone()
    else fail(call, incoming, err)
  } finally {
    incoming.abandoned.removeEventListener('abort', gone)
  }
  call.legLog.unanswered(incoming.callId, 'not answered')
  await sound?.close()
  return undefined
}

function isGone(incoming: IncomingLeg, err: unknown): boolean {
  return incoming.abandoned.aborted || (err instanceof CordboardError && err.code === 'sip.abandoned')
}

function fail(call: LiveCall, incoming: IncomingLeg, err: unknown): void {
  call.log.warn({ err }, 'a call could not be answered')
  if (!(err instanceof LateOfferFault)) refuse(incoming, refusalOf(err))
  call.end({ by: 'system', sentence: `The call could not be answered: ${messageOf(err)}`, outcome: 'failed' })
}
