// What a call is: its states, what may follow what, and what is told of each step. Pure; it knows no leg, no sound and no database.
import type { CallFact } from './facts.ts'

export type Direction = 'in' | 'out' | 'internal'
export type EndedBy = Extract<CallFact, { kind: 'call-ended' }>['body']['endedBy']
export type Outcome = Extract<CallFact, { kind: 'call-ended' }>['body']['outcome']
export type Party = Extract<CallFact, { kind: 'call-started' }>['body']['party']
export type Quality = NonNullable<Extract<CallFact, { kind: 'call-ended' }>['body']['quality']>

/** A point in time twice: `at` on the wall for rows and facts, `tick` on the monotonic clock for spans. */
export interface Moment {
  readonly at: number
  readonly tick: number
}

/** How a call ended; who spoke with whom is in the call. */
export interface Ending {
  readonly outcome: Outcome
  readonly by: EndedBy
  readonly sentence: string
}

export type CallState =
  /** The row exists; nothing was answered yet. */
  | { readonly kind: 'started' }
  /** In, waiting with music. */
  | { readonly kind: 'queued'; readonly reason: string | undefined }
  /** A person's devices ring; the caller of an inbound call still hears music. */
  | { readonly kind: 'offered'; readonly userId: string; readonly reason: string }
  /** The outside rings. */
  | { readonly kind: 'dialling' }
  | { readonly kind: 'talking'; readonly userId: string; readonly since: Moment }
  | {
      readonly kind: 'held'
      readonly userId: string
      readonly since: Moment
      /** Who pressed hold. */
      readonly holderId: string
    }
  | ({ readonly kind: 'ended'; readonly at: number } & Ending)

export interface Call {
  readonly id: string
  readonly direction: Direction
  readonly party: Party
  /** Our number it came to or goes out from, E.164. */
  readonly number: string | undefined
  readonly trunkId: string | undefined
  readonly skills: readonly string[]
  /** Who placed it (out, internal). */
  readonly placedBy: string | undefined
  readonly taskId: string | undefined
  readonly started: Moment
  readonly answered: Moment | undefined
  readonly talkMs: number
  readonly heldMs: number
  readonly state: CallState
}

export type CallEvent =
  | { readonly kind: 'queued'; readonly position: number; readonly reason?: string | undefined }
  | { readonly kind: 'offered'; readonly userId: string; readonly reason: string }
  | { readonly kind: 'offer-ended'; readonly userId: string; readonly why: string }
  | { readonly kind: 'dialled' }
  | { readonly kind: 'answered'; readonly userId: string }
  | { readonly kind: 'held'; readonly userId: string; readonly by: 'desk' | 'phone' }
  | { readonly kind: 'resumed'; readonly userId: string }
  | {
      readonly kind: 'ended'
      readonly by: EndedBy
      readonly sentence: string
      /** The outcome of a call nobody answered; worked out from the call unless told. `interrupted` holds for any call. */
      readonly outcome?: Outcome | undefined
      readonly quality?: Quality | undefined
    }

/** A call after a step, and the facts to write with it. The very same call and no fact: the step does not apply. */
export interface Step {
  readonly call: Call
  readonly facts: readonly CallFact[]
}

/** A new call and its first fact. */
export function startCall(
  details: Pick<Call, 'id' | 'direction' | 'party' | 'number' | 'trunkId' | 'skills' | 'placedBy' | 'taskId'>,
  now: Moment,
): Step {
  const call: Call = {
    ...details,
    started: now,
    answered: undefined,
    talkMs: 0,
    heldMs: 0,
    state: { kind: 'started' },
  }
  const body = {
    callId: call.id,
    at: now.at,
    direction: call.direction,
    party: call.party,
    ...(call.number === undefined ? {} : { number: call.number }),
    ...(call.trunkId === undefined ? {} : { trunkId: call.trunkId }),
    skills: [...call.skills],
    ...(call.placedBy === undefined ? {} : { userId: call.placedBy }),
    ...(call.taskId === undefined ? {} : { taskId: call.taskId }),
  }
  return { call, facts: [{ kind: 'call-started', body }] }
}

/** The call after `event`. Late and repeated events (an answer after the end, a second hold) change nothing. */
export function next(call: Call, event: CallEvent, now: Moment): Step {
  const base = { callId: call.id, at: now.at }
  const { state } = call
  if (state.kind === 'ended') return { call, facts: [] }
  switch (event.kind) {
    case 'queued': {
      if (state.kind !== 'started' && state.kind !== 'queued') return same(call)
      const repeated = state.kind === 'queued' && state.reason === event.reason
      if (repeated) return same(call)
      const why = event.reason === undefined ? {} : { reason: event.reason }
      const body = { ...base, skills: [...call.skills], position: event.position, ...why }
      return moved(call, { kind: 'queued', reason: event.reason }, { kind: 'call-queued', body })
    }
    case 'offered': {
      if (state.kind !== 'started' && state.kind !== 'queued') return same(call)
      const { userId, reason } = event
      const body = { ...base, userId, reason }
      return moved(call, { kind: 'offered', userId, reason }, { kind: 'call-offered', body })
    }
    case 'offer-ended': {
      if (state.kind !== 'offered' || state.userId !== event.userId) return same(call)
      const body = { ...base, userId: event.userId, why: event.why }
      return moved(call, { kind: 'queued', reason: undefined }, { kind: 'call-offer-ended', body })
    }
    case 'dialled':
      return state.kind === 'started' ? moved(call, { kind: 'dialling' }) : same(call)
    case 'answered':
      return answered(call, event.userId, now)
    case 'held': {
      if (state.kind !== 'talking') return same(call)
      const held = { kind: 'held', userId: state.userId, since: now, holderId: event.userId } as const
      const spoken = { ...call, talkMs: call.talkMs + span(state.since, now) }
      return moved(spoken, held, {
        kind: 'call-held',
        body: { ...base, userId: event.userId, by: event.by },
      })
    }
    case 'resumed': {
      if (state.kind !== 'held') return same(call)
      const heldMs = span(state.since, now)
      const talking = { kind: 'talking', userId: state.userId, since: now } as const
      return moved({ ...call, heldMs: call.heldMs + heldMs }, talking, {
        kind: 'call-resumed',
        body: { ...base, userId: event.userId, heldMs },
      })
    }
    case 'ended':
      return ended(call, event, now)
  }
}

/** Time from its start until someone spoke, or until its end when nobody did. */
export function waitMs(call: Call, now: Moment): number {
  return span(call.started, call.answered ?? now)
}

/** The person who speaks or last spoke, or whose phones ring. */
export function personOf(call: Call): string | undefined {
  switch (call.state.kind) {
    case 'offered':
    case 'talking':
    case 'held':
      return call.state.userId
    default:
      return call.placedBy
  }
}

function same(call: Call): Step {
  return { call, facts: [] }
}

function moved(call: Call, state: CallState, ...facts: readonly CallFact[]): Step {
  return { call: { ...call, state }, facts }
}

function span(from: Moment, to: Moment): number {
  return Math.max(0, Math.round(to.tick - from.tick))
}

function answered(call: Call, userId: string, now: Moment): Step {
  const { state } = call
  if (state.kind === 'talking' || state.kind === 'held') return same(call)
  const body = { callId: call.id, at: now.at, userId, waitMs: span(call.started, now) }
  return moved(
    { ...call, answered: now },
    { kind: 'talking', userId, since: now },
    { kind: 'call-answered', body },
  )
}

function ended(call: Call, event: Extract<CallEvent, { kind: 'ended' }>, now: Moment): Step {
  const { state } = call
  const base = { callId: call.id, at: now.at }
  const facts: CallFact[] = []
  if (state.kind === 'offered')
    facts.push({
      kind: 'call-offer-ended',
      body: {
        ...base,
        userId: state.userId,
        why: event.by === 'caller' ? 'the caller hung up' : event.sentence,
      },
    })
  const talkMs = call.talkMs + (state.kind === 'talking' ? span(state.since, now) : 0)
  const heldMs = call.heldMs + (state.kind === 'held' ? span(state.since, now) : 0)
  const outcome = outcomeOf(call, event.outcome)
  facts.push({
    kind: 'call-ended',
    body: {
      ...base,
      outcome,
      endedBy: event.by,
      sentence: event.sentence,
      talkMs,
      waitMs: waitMs(call, now),
      ...(event.quality ? { quality: event.quality } : {}),
    },
  })
  const over = { kind: 'ended', at: now.at, outcome, by: event.by, sentence: event.sentence } as const
  return moved({ ...call, talkMs, heldMs }, over, ...facts)
}

function outcomeOf(call: Call, told: Outcome | undefined): Outcome {
  if (told === 'interrupted') return told
  if (call.answered) return 'answered'
  return told ?? (call.direction === 'out' ? 'no-answer' : 'missed')
}
