// How long a call was in which state, who was rung and who spoke: counted step by step, from its first moment to its last, so
// that the states add up to the length of the call. Pure.
import { type Call, type Moment, peopleOf } from '#calls/call.ts'
import type { CallFact } from '#calls/facts.ts'
import type { PlanStep } from '#calls/plan/plan-step.ts'
import { assertNever } from '#lib/errors.ts'

export const countedStates = [
  'greeting',
  'menu',
  'queue',
  'ringing',
  'dialling',
  'voicemail',
  'talk',
  'hold',
  'consult',
  'transfer',
  'parked',
] as const
/** `greeting`: words of the plan, and what is before it. `transfer`: somebody else is rung and the customer waits. */
export type CountedState = (typeof countedStates)[number]

export interface OfferTally {
  readonly userId: string
  readonly at: number
  /** How long it rang; undefined: it rings still. */
  readonly ms: number | undefined
  /** `elsewhere`: somebody else of those who were rung took it. */
  readonly outcome: 'ringing' | 'answered' | 'elsewhere' | 'not-answered'
  readonly why: string | undefined
}

export interface PersonTally {
  readonly userId: string
  readonly talkMs: number
  readonly holdMs: number
  readonly consultMs: number
}

export interface Tally {
  readonly state: CountedState
  readonly users: readonly string[]
  readonly since: Moment
  readonly sums: Readonly<Partial<Record<CountedState, number>>>
  readonly path: readonly PlanStep['kind'][]
  readonly offers: readonly OfferTally[]
  /** In the order they first spoke. */
  readonly people: readonly PersonTally[]
  readonly lastUser: string | undefined
  readonly abandonedIn: CountedState | undefined
}

export interface TallyStep {
  /** As it is now. */
  readonly call: Call
  readonly facts: readonly CallFact[]
  readonly now: Moment
  /** The name of its stage. */
  readonly stage: string | undefined
}

export function startTally(call: Call): Tally {
  return {
    state: stateOf(call, { path: [], stage: undefined }) ?? 'greeting',
    users: [],
    since: call.started,
    sums: {},
    path: [],
    offers: [],
    people: [],
    lastUser: undefined,
    abandonedIn: undefined,
  }
}

/** A step of the plan begins. */
export function metStep(tally: Tally, step: PlanStep['kind'], options: Omit<TallyStep, 'facts'>): Tally {
  return tallied({ ...tally, path: [...tally.path, step] }, { ...options, facts: [] })
}

/** The time since the last step counts for the state the call was in until now. */
export function tallied(tally: Tally, { call, facts, now, stage }: TallyStep): Tally {
  const ms = Math.max(0, now.tick - tally.since.tick)
  const state = stateOf(call, { path: tally.path, stage })
  const ended = facts.find((fact) => fact.kind === 'call-ended')
  const users = state === undefined ? tally.users : usersOf(call, state)
  const spoke = state === 'talk' ? users : []
  const people = joined(credited(tally, ms), spoke)
  return {
    ...tally,
    state: state ?? tally.state,
    users,
    since: now,
    sums: { ...tally.sums, [tally.state]: (tally.sums[tally.state] ?? 0) + ms },
    offers: facts.reduce((offers, fact) => offered(offers, fact, call), tally.offers),
    people,
    lastUser: spoke[0] ?? tally.lastUser,
    abandonedIn: ended && abandoned(ended.body, tally.state) ? tally.state : undefined,
  }
}

const unheard: readonly CountedState[] = ['talk', 'hold', 'consult']

function abandoned(
  { endedBy, outcome }: Pick<Extract<CallFact, { kind: 'call-ended' }>['body'], 'endedBy' | 'outcome'>,
  state: CountedState,
): boolean {
  return endedBy === 'caller' && outcome !== 'voicemail' && !unheard.includes(state)
}

/** undefined: it has ended. */
function stateOf(
  { state, direction }: Call,
  where: { readonly path: Tally['path']; readonly stage: string | undefined },
): CountedState | undefined {
  switch (state.kind) {
    case 'started':
      return direction === 'in' ? stateOfStep(where.path.at(-1), 'greeting') : 'dialling'
    case 'queued':
      return stateOfStep(where.path.at(-1), 'queue')
    case 'offered':
      return 'ringing'
    case 'dialling':
      return 'dialling'
    case 'talking':
      return 'talk'
    case 'held':
      return where.stage === 'consult' ? 'consult' : 'hold'
    case 'passing':
      return where.stage === 'parked' ? 'parked' : 'transfer'
    case 'ended':
      return undefined
    default:
      return assertNever(state)
  }
}

function stateOfStep(step: PlanStep['kind'] | undefined, otherwise: CountedState): CountedState {
  switch (step) {
    case 'menu':
    case 'queue':
    case 'voicemail':
      return step
    case 'person':
    case 'number':
      return 'ringing'
    case 'announce':
    case 'hangup':
      return 'greeting'
    default:
      return otherwise
  }
}

function usersOf(call: Call, state: CountedState): readonly string[] {
  const speaks: readonly CountedState[] = ['talk', 'hold', 'consult']
  return speaks.includes(state) ? peopleOf(call) : []
}

function credited({ people, users, state }: Tally, ms: number): readonly PersonTally[] {
  return people.map((person) => {
    if (!users.includes(person.userId)) return person
    if (state === 'talk') return { ...person, talkMs: person.talkMs + ms }
    if (state === 'hold') return { ...person, holdMs: person.holdMs + ms }
    return state === 'consult' ? { ...person, consultMs: person.consultMs + ms } : person
  })
}

function joined(people: readonly PersonTally[], users: readonly string[]): readonly PersonTally[] {
  const fresh = users.filter((userId) => !people.some((person) => person.userId === userId))
  return [...people, ...fresh.map((userId) => ({ userId, talkMs: 0, holdMs: 0, consultMs: 0 }))]
}

function offered(offers: readonly OfferTally[], fact: CallFact, call: Call): readonly OfferTally[] {
  const { at } = fact.body
  const close = (
    whose: (offer: OfferTally) => boolean,
    end: Pick<OfferTally, 'outcome' | 'why'>,
  ): readonly OfferTally[] =>
    offers.map((offer) =>
      offer.outcome === 'ringing' && whose(offer)
        ? { ...offer, ...end, ms: Math.max(0, at - offer.at) }
        : offer,
    )
  const begin = (userId: string): readonly OfferTally[] => [
    ...offers,
    { userId, at, ms: undefined, outcome: 'ringing', why: undefined },
  ]
  const taken = (userId: string | undefined) =>
    close(() => true, { outcome: 'elsewhere', why: undefined }).map((offer, index) =>
      offer.userId === userId && offers[index]?.outcome === 'ringing'
        ? { ...offer, outcome: 'answered' as const }
        : offer,
    )
  switch (fact.kind) {
    case 'call-offered':
      return begin(fact.body.userId)
    case 'call-offer-ended':
      return close(({ userId }) => userId === fact.body.userId, {
        outcome: 'not-answered',
        why: fact.body.why,
      })
    case 'call-answered':
      return call.direction === 'out' ? offers : taken(fact.body.userId)
    case 'call-transferring':
      return fact.body.to.userId === undefined ? offers : begin(fact.body.to.userId)
    case 'call-transferred':
      return fact.body.outcome === 'answered'
        ? taken(fact.body.to.userId)
        : close(() => true, { outcome: 'not-answered', why: fact.body.sentence ?? fact.body.outcome })
    case 'call-ended':
      return close(() => true, { outcome: 'not-answered', why: fact.body.sentence })
    default:
      return offers
  }
}

/** Whole ms of each state; they add up to the length. */
export function durationsOf({ sums }: Pick<Tally, 'sums'>): Readonly<Record<CountedState, number>> & {
  readonly length: number
} {
  const of = (state: CountedState) => Math.round(sums[state] ?? 0)
  const length = countedStates.reduce((sum, state) => sum + of(state), 0)
  return {
    greeting: of('greeting'),
    menu: of('menu'),
    queue: of('queue'),
    ringing: of('ringing'),
    dialling: of('dialling'),
    voicemail: of('voicemail'),
    talk: of('talk'),
    hold: of('hold'),
    consult: of('consult'),
    transfer: of('transfer'),
    parked: of('parked'),
    length,
  }
}
