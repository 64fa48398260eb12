// What a call is: its states, its events and its times. Pure; it knows no leg, no sound and no database. What may follow what
// stands in step.ts.
import { assertNever } from '#lib/errors.ts'
import type { CallFact } from './facts.ts'

export type Direction = 'in' | 'out' | 'internal'
export type EndedBy = Extract<CallFact, { kind: 'call-ended' }>['body']['endedBy']
export type Outcome = Extract<CallFact, { kind: 'call-ended' }>['body']['outcome']
export type Party = Extract<CallFact, { kind: 'call-started' }>['body']['party']
export type Quality = NonNullable<Extract<CallFact, { kind: 'call-ended' }>['body']['quality']>
/** Whom a call is passed to: a person, a number outside or whoever has the skills; `name` as people read it. */
export type TransferTarget = Extract<CallFact, { kind: 'call-transferring' }>['body']['to']
/** `blind`: at once; `warm`: after speaking with them; `pickup`: they took it. */
export type TransferHow = Extract<CallFact, { kind: 'call-transferring' }>['body']['how']
/** Why a transfer came back. */
export type TransferFailure = Exclude<
  Extract<CallFact, { kind: 'call-transferred' }>['body']['outcome'],
  'answered'
>

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

/** Who did not get the call, and why. */
export interface CameBack {
  readonly to: TransferTarget
  readonly sentence: string
}

export type CallState =
  /** The row exists; nothing was answered yet. */
  | { readonly kind: 'started' }
  /** In, waiting with music. */
  | { readonly kind: 'queued'; readonly reason: string | undefined }
  /** The devices of a person, or of several at once, ring; the caller of an inbound call still hears music. */
  | {
      readonly kind: 'offered'
      readonly userId: string
      readonly others: readonly string[]
      readonly reason: string
    }
  /** The outside rings. */
  | { readonly kind: 'dialling' }
  | {
      readonly kind: 'talking'
      /** Who speaks for us; undefined after a transfer to the outside. */
      readonly userId: string | undefined
      /** More people of ours in the same talk. */
      readonly others: readonly string[]
      readonly since: Moment
      /** Right after a transfer that came to nothing. */
      readonly cameBack?: CameBack | undefined
    }
  | {
      readonly kind: 'held'
      readonly userId: string
      readonly others: readonly string[]
      readonly since: Moment
      /** Who pressed hold. */
      readonly holderId: string
    }
  /** On its way from one person to somebody else, who is being rung; the customer waits. */
  | {
      readonly kind: 'passing'
      readonly userId: string
      readonly to: TransferTarget
      readonly how: TransferHow
      readonly since: Moment
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
  /** Since when it waits for a person: its start, or the moment it came back into a queue. */
  readonly waiting: Moment
  readonly talkMs: number
  readonly heldMs: number
  /** How long each person spoke with the customer, in ms. */
  readonly talks: Readonly<Record<string, number>>
  /** How often somebody began to pass it on. */
  readonly transfers: number
  readonly state: CallState
}

export type CallEvent =
  | {
      readonly kind: 'queued'
      readonly position: number
      readonly reason?: string | undefined
      /** What it waits for, when that is decided only now. */
      readonly skills?: readonly string[]
    }
  | { readonly kind: 'offered'; readonly userId: string; readonly reason: string }
  | { readonly kind: 'offer-ended'; readonly userId: string; readonly why: string }
  | { readonly kind: 'dialled' }
  /** `userId` undefined: a number outside, where the plan sent the caller. */
  | { readonly kind: 'answered'; readonly userId: string | undefined }
  | { readonly kind: 'held'; readonly userId: string; readonly by: 'desk' | 'phone' }
  | {
      readonly kind: 'resumed'
      readonly userId: string
      /** Somebody who was called in did not come, or went. */
      readonly cameBack?: CameBack | undefined
    }
  /** Who talks passes the call on; somebody else is rung for it. */
  | {
      readonly kind: 'passing'
      readonly userId: string
      readonly to: TransferTarget
      readonly how: TransferHow
    }
  /** The other one has it now, and the person who talked has not. */
  | {
      readonly kind: 'passed'
      readonly to: TransferTarget
      readonly how: TransferHow
      /** Another call of ours they come from, which is merged into this one. */
      readonly otherCallId?: string | undefined
    }
  /** Nobody took it: back to who passed it on, or (`alone`) to nobody, when they are gone. */
  | {
      readonly kind: 'came-back'
      readonly outcome: TransferFailure
      readonly sentence: string
      readonly alone?: boolean
    }
  /** One more in the talk: a person of ours or a number outside, from another call of ours if `otherCallId` says so. */
  | { readonly kind: 'joined'; readonly who: TransferTarget; readonly otherCallId?: string | undefined }
  /** A person of several leaves the talk; the others go on. With `waits`, the last one: the customer waits, and why. */
  | { readonly kind: 'left'; readonly userId: string; readonly waits?: string }
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
    waiting: now,
    talkMs: 0,
    heldMs: 0,
    talks: {},
    transfers: 0,
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

/** Time from its start until someone spoke, or until its end when nobody did. */
export function waitMs(call: Call, now: Moment): number {
  return span(call.started, call.answered ?? now)
}

/** Who has the call: speaks, passes it on, or is rung for it; before that, who placed it. */
export function personOf(call: Call): string | undefined {
  switch (call.state.kind) {
    case 'offered':
    case 'talking':
    case 'held':
    case 'passing':
      return call.state.userId
    case 'ended':
    case 'started':
    case 'queued':
    case 'dialling':
      return call.answered ? undefined : call.placedBy
    default:
      return assertNever(call.state)
  }
}

/** Everybody of ours whose call it is now. */
export function peopleOf(call: Call): readonly string[] {
  const { state } = call
  const first = personOf(call)
  const others = 'others' in state ? state.others : []
  return first === undefined ? others : [first, ...others]
}

/** The call with the time since its last change counted: as talk of who talks, or as hold. */
export function counted(call: Call, now: Moment): Call {
  const { state } = call
  if (state.kind === 'held') return { ...call, heldMs: call.heldMs + span(state.since, now) }
  if (state.kind !== 'talking') return call
  const spoken = span(state.since, now)
  const talks = { ...call.talks }
  for (const userId of peopleOf(call)) talks[userId] = (talks[userId] ?? 0) + spoken
  return { ...call, talkMs: call.talkMs + spoken, talks }
}

/** From one moment to another, in ms. */
export function span(from: Moment, to: Moment): number {
  return Math.max(0, Math.round(to.tick - from.tick))
}
