import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CallEvent, type Direction, startCall } from '#calls/call.ts'
import { durationsOf, metStep, startTally, type Tally, tallied } from '#calls/statistics/tally.ts'
import { next } from '#calls/step.ts'

const base = {
  id: 'c',
  party: { number: '+420777000111' },
  number: '+420222333444',
  trunkId: 't',
  skills: [],
  placedBy: undefined,
  taskId: undefined,
} as const
const moment = (tick: number) => ({ at: 1_000_000 + tick, tick })

type Happening =
  | readonly [afterMs: number, event: CallEvent]
  | readonly [afterMs: number, step: 'menu' | 'queue' | 'voicemail' | 'announce']
  | readonly [afterMs: number, stage: { readonly stage: string | undefined }]

/** Plays a story from its start; what was counted, and how long it took. */
function play(direction: Direction, story: readonly Happening[]): { tally: Tally; lengthMs: number } {
  let { call } = startCall({ ...base, direction }, moment(0))
  let tally = startTally(call)
  let stage: string | undefined
  let tick = 0
  let lengthMs = 0
  for (const [afterMs, what] of story) {
    tick += afterMs
    const now = moment(tick)
    if (call.state.kind === 'ended') break
    lengthMs = tick
    if (typeof what === 'string') tally = metStep(tally, what, { call, now, stage })
    else if ('stage' in what) {
      stage = what.stage
      tally = tallied(tally, { call, now, stage, facts: [] })
    } else {
      const step = next(call, what, now)
      call = step.call
      tally = tallied(tally, { call, facts: step.facts, now, stage })
    }
  }
  return { tally, lengthMs }
}

const eva = { userId: 'eva', name: 'Eva' }
const bob = { userId: 'bob', name: 'Bob' }
const end = (by: 'caller' | 'callee' = 'caller'): CallEvent => ({ kind: 'ended', by, sentence: 'Over.' })
const message: CallEvent = { kind: 'ended', by: 'caller', sentence: 'x', outcome: 'voicemail' }
const offer = (userId: string): CallEvent => ({ kind: 'offered', userId, reason: 'free' })

test('a call through menu, queue, ringing, talk, hold and a blind transfer', () => {
  const { tally } = play('in', [
    [1_000, 'announce'],
    [2_000, 'menu'],
    [3_000, 'queue'],
    [0, { kind: 'queued', position: 1 }],
    [4_000, offer('eva')],
    [5_000, { kind: 'offer-ended', userId: 'eva', why: 'no answer' }],
    [100, offer('bob')],
    [6_000, { kind: 'answered', userId: 'bob' }],
    [7_000, { kind: 'held', userId: 'bob', by: 'desk' }],
    [8_000, { kind: 'resumed', userId: 'bob' }],
    [9_000, { kind: 'passing', userId: 'bob', to: eva, how: 'blind' }],
    [10_000, { kind: 'passed', to: eva, how: 'blind' }],
    [11_000, end()],
  ])

  expect(durationsOf(tally)).toMatchObject({
    greeting: 3_000,
    menu: 3_000,
    queue: 4_100,
    ringing: 11_000,
    talk: 27_000,
    hold: 8_000,
    transfer: 10_000,
    length: 66_100,
  })
  expect(tally.path).toEqual(['announce', 'menu', 'queue'])
  expect(tally.offers).toMatchObject([
    { userId: 'eva', ms: 5_000, outcome: 'not-answered', why: 'no answer' },
    { userId: 'bob', ms: 6_000, outcome: 'answered' },
    { userId: 'eva', ms: 10_000, outcome: 'answered' },
  ])
  expect(tally.people).toEqual([
    { userId: 'bob', talkMs: 16_000, holdMs: 8_000, consultMs: 0 },
    { userId: 'eva', talkMs: 11_000, holdMs: 0, consultMs: 0 },
  ])
  expect([tally.people[0]?.userId, tally.lastUser, tally.abandonedIn]).toEqual(['bob', 'eva', undefined])
})

test('what is spoken beside a customer on hold is a consultation, not hold', () => {
  const { tally } = play('in', [
    [0, offer('eva')],
    [1_000, { kind: 'answered', userId: 'eva' }],
    [2_000, { kind: 'held', userId: 'eva', by: 'desk' }],
    [0, { stage: 'consult' }],
    [3_000, { stage: 'talk' }],
    [500, { kind: 'resumed', userId: 'eva' }],
    [1_000, end()],
  ])

  expect(durationsOf(tally)).toMatchObject({ talk: 3_000, consult: 3_000, hold: 500 })
  expect(tally.people).toEqual([{ userId: 'eva', talkMs: 3_000, holdMs: 500, consultMs: 3_000 }])
})

test('of several who ring at once one answers, for the others it was taken elsewhere', () => {
  const { tally } = play('in', [
    [0, offer('eva')],
    [0, offer('bob')],
    [4_000, { kind: 'answered', userId: 'bob' }],
    [1_000, end()],
  ])

  expect(tally.offers).toMatchObject([
    { userId: 'eva', outcome: 'elsewhere', ms: 4_000 },
    { userId: 'bob', outcome: 'answered', ms: 4_000 },
  ])
})

test.each<[string, readonly Happening[], string | undefined]>([
  [
    'in the menu',
    [
      [1, 'menu'],
      [1, end()],
    ],
    'menu',
  ],
  [
    'in the queue',
    [
      [1, 'queue'],
      [0, { kind: 'queued', position: 1 }],
      [1, end()],
    ],
    'queue',
  ],
  [
    'while a phone rings',
    [
      [1, offer('eva')],
      [1, end()],
    ],
    'ringing',
  ],
  [
    'after the queue, in the words before the voicemail',
    [
      [1, 'queue'],
      [0, { kind: 'queued', position: 1 }],
      [1, 'announce'],
      [1, end()],
    ],
    'greeting',
  ],
  [
    'during a transfer',
    [
      [0, offer('eva')],
      [0, { kind: 'answered', userId: 'eva' }],
      [0, { kind: 'passing', userId: 'eva', to: bob, how: 'blind' }],
      [1, end()],
    ],
    'transfer',
  ],
  [
    'after speaking: not at all',
    [
      [0, offer('eva')],
      [0, { kind: 'answered', userId: 'eva' }],
      [1, end()],
    ],
    undefined,
  ],
  [
    'when we end it: not at all',
    [
      [1, 'menu'],
      [1, { kind: 'ended', by: 'system', sentence: 'x' }],
    ],
    undefined,
  ],
  [
    'with a message left: not at all',
    [
      [1, 'voicemail'],
      [1, message],
    ],
    undefined,
  ],
])('the caller gives up %s', (_, story, expected) => {
  expect(play('in', story).tally.abandonedIn).toBe(expected)
})

const person = fc.constantFrom('eva', 'bob')
const to = fc.constantFrom(
  eva,
  bob,
  { number: '+420604', name: 'outside' },
  { skills: ['sales'], name: 'Sales' },
)
const how = fc.constantFrom('blind' as const, 'warm' as const)
const event: fc.Arbitrary<CallEvent> = fc.oneof(
  fc.record({ kind: fc.constant('queued' as const), position: fc.nat(9) }),
  fc.record({ kind: fc.constant('offered' as const), userId: person, reason: fc.constant('free') }),
  fc.record({ kind: fc.constant('offer-ended' as const), userId: person, why: fc.constant('busy') }),
  fc.constant<CallEvent>({ kind: 'dialled' }),
  fc.record({ kind: fc.constant('answered' as const), userId: fc.option(person, { nil: undefined }) }),
  fc.record({ kind: fc.constant('held' as const), userId: person, by: fc.constant('desk' as const) }),
  fc.record({ kind: fc.constant('resumed' as const), userId: person }),
  fc.record({ kind: fc.constant('passing' as const), userId: person, to, how }),
  fc.record({ kind: fc.constant('passed' as const), to, how }),
  fc.record({
    kind: fc.constant('came-back' as const),
    outcome: fc.constant('busy' as const),
    sentence: fc.constant('busy'),
    alone: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('joined' as const), who: fc.constantFrom(eva, bob) }),
  fc.record({ kind: fc.constant('left' as const), userId: person }),
  fc.constantFrom(end(), end('callee')),
)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.nat(60_000), event) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.nat(60_000),
      fc.constantFrom('menu' as const, 'queue' as const, 'voicemail' as const),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.nat(60_000),
      fc.record({ stage: fc.constantFrom('consult', 'parked', undefined) }),
    ),
  },
)

test('whatever happens in whatever order: the states add up to the length, and nobody speaks longer than the talk', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Direction>('in', 'out', 'internal'),
      fc.array(happening, { maxLength: 40 }),
      fc.nat(60_000),
      (direction, happenings, lastMs) => {
        const { tally, lengthMs } = play(direction, [...happenings, [lastMs, end()]])
        const { length, talk, ...rest } = durationsOf(tally)
        expect(length).toBe(lengthMs)
        expect(talk + Object.values(rest).reduce((sum, ms) => sum + ms, 0)).toBe(length)
        for (const one of tally.people) expect(one.talkMs).toBeLessThanOrEqual(talk)
        expect(tally.offers.filter(({ outcome }) => outcome === 'ringing')).toEqual([])
      },
    ),
    { numRuns: 2_000 },
  )
})
