// An extension that rings several people: everybody at once, or one after the other; then who stands in for them. The first
// answer wins.

import { startCall } from '#calls/call.ts'
import type { CallLeg } from '#calls/call-leg.ts'
import { LiveCall } from '#calls/live-call.ts'
import { momentOf } from '#calls/moment.ts'
import { refusalOfNoAnswer } from '#calls/refusal.ts'
import type { RingResult } from '#calls/ring.ts'
import type { RingGroup } from '#calls/ring-group.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { readTarget } from '#calls/transfer-target.ts'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import type { Tenant } from '#store/store.ts'
import { answerInto, type FromPhone, turnAway } from './answer-into.ts'
import { talk } from './bridge.ts'
import { type Offer, type OfferResult, offer } from './offer.ts'
import { reach } from './reach-target.ts'

/** A person's phone dials the group. @throws CordboardError when its row cannot be written */
export async function dialGroup(
  switchboard: Switchboard,
  tenant: Tenant,
  from: FromPhone,
  group: RingGroup,
): Promise<void> {
  const { incoming, origin } = from
  const base = { id: newId(), number: undefined, trunkId: undefined, skills: [], taskId: undefined }
  const party = { number: group.extension, name: group.name }
  const details = { ...base, direction: 'internal', party, placedBy: origin.userId } as const
  const call = LiveCall.open(switchboard, tenant, startCall(details, momentOf(switchboard.clock)))
  call.occupy(origin.userId)
  const gone = () => call.end({ by: 'caller', sentence: 'Given up before an answer.' })
  incoming.abandoned.addEventListener('abort', gone, { once: true })
  if (incoming.abandoned.aborted) gone()
  incoming.ring()
  const result = await ringAll(switchboard, call, { group, callerId: origin.userId })
  incoming.abandoned.removeEventListener('abort', gone)
  if (result.kind === 'answered') return await connect(switchboard, call, from, result.leg)
  const { status, reason } = refusalOfNoAnswer(
    result.kind === 'no-answer' ? result.why : { kind: 'unreachable', status: 480 },
  )
  if (!incoming.abandoned.aborted) incoming.reject(status, reason)
  call.end({ by: 'callee', sentence: `Nobody of ${group.name} answered.`, outcome: 'no-answer' })
}

async function connect(
  switchboard: Switchboard,
  call: LiveCall,
  from: FromPhone,
  far: CallLeg,
): Promise<void> {
  call.own(far, 'callee')
  const leg = await answerInto(switchboard, call, from)
  if (!leg) return call.end({ by: 'caller', sentence: 'Given up before an answer.' })
  if (call.over.aborted) return await turnAway(call, leg, 'The call has ended')
  call.own(leg, 'caller')
  const userId = far.userId ?? from.origin.userId
  await talk(switchboard, call, { caller: leg, callee: far, userId, customer: 'callee' })
}

async function ringAll(
  switchboard: Switchboard,
  call: LiveCall,
  { group, callerId }: { readonly group: RingGroup; readonly callerId: string },
): Promise<RingResult> {
  const members = group.members.filter((id) => id !== callerId && switchboard.staff.find(call.tenant, id))
  const rounds = group.act === 'all' ? [members] : members.map((id) => [id])
  for (const round of rounds) {
    if (call.over.aborted) return { kind: 'cancelled' }
    const free = round.filter((id) => !switchboard.readiness.isBusy(id))
    const result = await ringRound(switchboard, call, { people: free, group, callerId })
    if (result) return result
  }
  call.note(`Nobody of ${group.name} answered`)
  if (group.overflow === null || call.over.aborted) return nobody
  return await ringOverflow(switchboard, call, { number: group.overflow, callerId })
}

const nobody: RingResult = { kind: 'no-answer', why: { kind: 'timeout' }, sentence: 'nobody answered' }

interface Round {
  readonly people: readonly string[]
  readonly group: RingGroup
  readonly callerId: string
}

/** Undefined when nobody answered. */
async function ringRound(
  switchboard: Switchboard,
  call: LiveCall,
  { people, group, callerId }: Round,
): Promise<RingResult | undefined> {
  const [first] = people
  if (first === undefined) return undefined
  const caller = switchboard.staff.find(call.tenant, callerId)
  using engaged = new DisposableStack()
  for (const userId of people) engaged.use(switchboard.readiness.engage(userId))
  call.apply({ kind: 'offered', userId: first, reason: `${group.name} was dialled` })
  const offers = people.map((userId) =>
    offer(switchboard, call, {
      userId,
      from: { number: caller?.extension ?? 'anonymous', displayName: `${group.name}: ${caller?.name ?? ''}` },
      ringTimeoutMs: group.ringMs,
    }),
  )
  const stop = () => stopAll(offers, 'caller-gone')
  call.over.addEventListener('abort', stop, { once: true })
  call.decline = (userId) => offers.find((one) => one.userId === userId)?.decline()
  const answers = await Promise.all(offers.map((one) => firstOf(one, offers)))
  call.over.removeEventListener('abort', stop)
  call.decline = undefined
  const [winner, ...late] = answers.filter((result) => result.kind === 'answered')
  for (const { leg } of late) await turnAway(call, leg, 'Somebody else was faster')
  if (winner) return { kind: 'answered', leg: winner.leg }
  call.apply({ kind: 'offer-ended', userId: first, why: 'nobody answered' })
  return undefined
}

async function firstOf(one: Offer, all: readonly Offer[]): Promise<OfferResult> {
  const result = await one.result
  if (result.kind === 'answered')
    stopAll(
      all.filter((other) => other !== one),
      'elsewhere',
    )
  return result
}

function stopAll(offers: readonly Offer[], why: Parameters<Offer['cancel']>[0]): void {
  for (const one of offers) one.cancel(why)
}

async function ringOverflow(
  switchboard: Switchboard,
  call: LiveCall,
  { number, callerId }: { readonly number: string; readonly callerId: string },
): Promise<RingResult> {
  try {
    const target = readTarget(switchboard, call.tenant, {
      wish: { kind: 'number', number },
      userId: callerId,
    })
    if (target.kind === 'skills') return nobody
    call.note(`Rings ${target.shown.name} instead`)
    const caller = switchboard.staff.find(call.tenant, callerId)
    using reaching = reach(switchboard, call, {
      target,
      shownAs: { number: caller?.extension ?? 'anonymous', displayName: caller?.name ?? '' },
      onProgress: () => {},
      onRinging: () => {},
    })
    return await reaching.result
  } catch (err) {
    if (!(err instanceof CordboardError)) throw err
    call.note(`${number} was not rung instead: ${err.message}`)
    return nobody
  }
}
