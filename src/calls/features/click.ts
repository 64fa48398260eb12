// A number clicked on the desk: the person's own phones ring first, then the number is dialled (C7, T11).
import { startCall } from '#calls/call.ts'
import type { CallLeg } from '#calls/call-leg.ts'
import { decide } from '#calls/dialling/decide.ts'
import { keepRefused } from '#calls/dialling/refused-call.ts'
import { LiveCall } from '#calls/live-call.ts'
import { momentOf } from '#calls/moment.ts'
import type { WayOut } from '#calls/neighbours.ts'
import { partyOfNumber } from '#calls/party.ts'
import { isReachable } from '#calls/reach.ts'
import { outcomeOfNoAnswer } from '#calls/refusal.ts'
import type { RingResult } from '#calls/ring.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import { newId } from '#lib/id.ts'
import type { Tenant } from '#store/store.ts'
import { talk } from './bridge.ts'
import { dialOut } from './dial-out.ts'
import { noteDecision } from './note-decision.ts'
import { offer } from './offer.ts'
import { busyTone, Ringback } from './ringback.ts'

export interface ClickOptions {
  readonly userId: string
  /** As written on the page. */
  readonly number: string
  readonly taskId?: string | undefined
}

/** A tone that does not end does not keep the call open. */
const longestToneMs = 5_000

/**
 * Starts the call and returns at once; what comes of it is told by facts.
 * @throws CordboardError `calls.bad-number`, `calls.busy`, `calls.no-phone`, `calls.no-way-out`, `calls.not-allowed`, `store.full` and its kin
 */
export function click(switchboard: Switchboard, tenant: Tenant, options: ClickOptions): LiveCall {
  const { userId } = options
  const decision = decide(switchboard, tenant, { dialled: options.number, userId })
  const { dialled } = decision
  if (dialled.kind === 'invalid')
    throw refused('calls.bad-number', `${options.number} is not a phone number.`)
  if (decision.kind === 'refused') {
    keepRefused(switchboard, tenant, { decision, text: options.number, userId, taskId: options.taskId })
    throw refused(decision.status === 503 ? 'calls.no-way-out' : 'calls.not-allowed', decision.sentence)
  }
  if (switchboard.readiness.isBusy(userId)) throw refused('calls.busy', 'You are on a call already.')
  if (!isReachable(switchboard, tenant, userId))
    throw refused('calls.no-phone', 'None of your phones is connected: connect one, then call again.')
  const { ways } = decision
  const details = {
    id: newId(),
    direction: 'out',
    party: partyOfNumber(switchboard, tenant, dialled.number),
    number: ways[0]?.from,
    trunkId: ways[0]?.trunkId,
    skills: [],
    placedBy: userId,
    taskId: options.taskId,
  } as const
  const urgent = dialled.kind === 'emergency'
  const start = startCall(details, momentOf(switchboard.clock))
  const call = LiveCall.open(switchboard, tenant, start, { urgent })
  call.occupy(userId)
  noteDecision(switchboard, call, { decision, userId })
  guard(call.log, 'a clicked call', () => place(switchboard, call, { userId, ways }))()
  return call
}

function refused(code: string, sentence: string): CordboardError {
  return new CordboardError(code, sentence, {
    blame: 'user',
    retry: code !== 'calls.bad-number' && code !== 'calls.not-allowed',
  })
}

interface Placing {
  readonly userId: string
  readonly ways: readonly WayOut[]
}

async function place(switchboard: Switchboard, call: LiveCall, { userId, ways }: Placing): Promise<void> {
  const own = await ringOwnPhones(switchboard, call, userId)
  if (!own) return
  call.own(own, 'caller')
  call.apply({ kind: 'dialled' })
  const ringback = new Ringback({ media: switchboard.media, log: call.log, ear: own.media, toneByUs: true })
  const result = await dialOut(switchboard, call, {
    ways,
    onProgress: (progress, media) => ringback.heard(progress, media),
  })
  ringback.stop()
  if (result.kind !== 'answered') return await tellFailure(switchboard, call, own, result)
  call.own(result.leg, 'callee')
  await talk(switchboard, call, {
    caller: own,
    callee: result.leg,
    userId,
    customer: 'callee',
  })
}

/** The person's answered leg; undefined when they did not answer: the call is over then. */
async function ringOwnPhones(
  switchboard: Switchboard,
  call: LiveCall,
  userId: string,
): Promise<CallLeg | undefined> {
  const { number, name } = call.call.party
  const offered = offer(switchboard, call, {
    userId,
    from: { number: number ?? 'anonymous', ...(name === undefined ? {} : { displayName: name }) },
    ringTimeoutMs: switchboard.timeouts.ringMs,
  })
  const cancel = () => offered.cancel('caller-gone')
  call.over.addEventListener('abort', cancel, { once: true })
  const result = await offered.result
  call.over.removeEventListener('abort', cancel)
  if (result.kind === 'answered') return result.leg
  const sentence = result.kind === 'ended' ? result.sentence : 'stopped'
  call.end({ by: 'caller', sentence: `Not dialled: the caller's own phone: ${sentence}.`, outcome: 'failed' })
  return undefined
}

async function tellFailure(
  switchboard: Switchboard,
  call: LiveCall,
  own: CallLeg,
  result: Exclude<RingResult, { kind: 'answered' }>,
): Promise<void> {
  if (result.kind === 'cancelled' || call.over.aborted) return
  const outcome = result.kind === 'no-answer' ? outcomeOfNoAnswer(result.why) : 'failed'
  const verdict = { outcome, sentence: `Not connected: ${result.sentence}` }
  call.verdict = verdict
  const late = Promise.withResolvers<void>()
  const timer = switchboard.clock.after(longestToneMs, () => late.resolve())
  const stop = () => late.resolve()
  call.over.addEventListener('abort', stop, { once: true })
  await Promise.race([own.media.play(busyTone).ended, late.promise])
  timer.cancel()
  call.end({ by: outcome === 'failed' ? 'system' : 'callee', ...verdict })
}
