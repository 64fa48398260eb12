// Steps of a plan that ring somebody outside of any queue: a person of ours, or a number through a trunk.
import { decide } from '#calls/dialling/decide.ts'
import type { PlanStep } from '#calls/plan/plan-step.ts'
import type { RingResult } from '#calls/ring.ts'
import { connect } from './connect.ts'
import { dialOut } from './dial-out.ts'
import { offer } from './offer.ts'
import { shownParty } from './queue.ts'
import { Ringback, ringingTone } from './ringback.ts'
import type { StepEnd } from './step-end.ts'
import type { Visit } from './visit.ts'

type PersonStep = Extract<PlanStep, { kind: 'person' }>
type NumberStep = Extract<PlanStep, { kind: 'number' }>

/** The same caller on the same number so often at once: the call came back to us from where it was sent. */
const mostAtOnce = 3

export async function reachPerson(visit: Visit, step: PersonStep): Promise<StepEnd> {
  const { switchboard, call, left } = visit
  const { userId } = step
  const person = switchboard.staff.find(call.tenant, userId)
  if (!person) return otherwise(visit, step, 'The person of the plan is not here any more.')
  if (switchboard.readiness.isBusy(userId))
    return otherwise(visit, step, `${person.name} is on another call.`)
  using _engaged = switchboard.readiness.engage(userId)
  call.apply({ kind: 'offered', userId, reason: 'the plan of the number says so' })
  const tone = visit.play(ringingTone)
  const offered = offer(switchboard, call, { userId, from: shownParty(call), ringTimeoutMs: step.ringMs })
  const cancel = () => offered.cancel('caller-gone')
  left.addEventListener('abort', cancel, { once: true })
  call.decline = (decliner) => {
    if (decliner === userId) offered.decline()
  }
  const result = await offered.result
  left.removeEventListener('abort', cancel)
  call.decline = undefined
  tone.stop()
  if (result.kind === 'answered') {
    if (left.aborted) {
      await result.leg.close('SIP;cause=487;text="The caller hung up"')
      return { kind: 'taken' }
    }
    connect(visit, result.leg, { userId: result.userId })
    return { kind: 'taken' }
  }
  const why = result.kind === 'ended' ? result.sentence : 'stopped'
  call.apply({ kind: 'offer-ended', userId, why })
  return otherwise(visit, step, `${person.name} was not reached: ${why}.`)
}

export async function reachNumber(visit: Visit, step: NumberStep): Promise<StepEnd> {
  const { switchboard, call, leg } = visit
  if (comesBack(visit)) return otherwise(visit, step, `${step.number} leads back here: not called again.`)
  const decision = decide(switchboard, call.tenant, { dialled: step.number, userId: undefined })
  if (decision.kind === 'refused')
    return otherwise(visit, step, `${step.number} was not called: ${decision.sentence}`)
  call.note(`Calls ${step.number}, as the plan of the number says.`)
  const ringback = new Ringback({ media: switchboard.media, log: call.log, ear: leg.media, toneByUs: true })
  const until = AbortSignal.any([visit.left, timeUp(visit, step.ringMs)])
  const result = await dialOut(switchboard, call, {
    ways: decision.ways,
    until,
    onProgress: (progress, media) => ringback.heard(progress, media),
  })
  ringback.stop()
  if (result.kind === 'answered') {
    if (visit.left.aborted) await result.leg.close('SIP;cause=487;text="The caller hung up"')
    else connect(visit, result.leg, { userId: undefined })
    return { kind: 'taken' }
  }
  return otherwise(visit, step, `${step.number} was not reached: ${wordsOf(result)}.`)
}

function otherwise(visit: Visit, step: PersonStep | NumberStep, sentence: string): StepEnd {
  if (visit.left.aborted) return { kind: 'taken' }
  visit.call.note(sentence)
  return { kind: 'instead', steps: step.otherwise }
}

function wordsOf(result: Exclude<RingResult, { kind: 'answered' }>): string {
  return result.kind === 'cancelled' ? 'no answer' : result.sentence
}

function timeUp(visit: Visit, ms: number): AbortSignal {
  const up = new AbortController()
  const timer = visit.switchboard.clock.after(ms, () => up.abort())
  visit.left.addEventListener('abort', () => timer.cancel(), { once: true })
  return up.signal
}

function comesBack({ call, switchboard }: Visit): boolean {
  const { number, party } = call.call
  const same = switchboard.openCalls
    .ofTenant(call.tenant.id)
    .filter((other) => other.call.number === number && other.call.party.number === party.number)
  return same.length > mostAtOnce
}
