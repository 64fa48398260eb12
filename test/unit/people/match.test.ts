import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Candidate, pickForCall, pickForWritten } from '#people/match.ts'

const now = 1_000_000

function person(
  userId: string,
  facts: Partial<Omit<Candidate, 'skills'>> & { skills?: string[] } = {},
): Candidate {
  return {
    userId,
    name: userId,
    takesCalls: true,
    takesWritten: true,
    busy: false,
    reachable: true,
    idleSinceAt: now - 60_000,
    openTasks: 0,
    ...facts,
    skills: new Set(facts.skills ?? ['sales']),
  }
}

const ids = (people: readonly Candidate[]) => people.map((one) => one.userId)

test('a call goes to the one who is idle longest, and the log can say for how long', () => {
  const bob = person('bob', { idleSinceAt: now - 10_000 })
  const eva = person('eva', { idleSinceAt: now - 250_000 })

  const match = pickForCall([bob, eva], { skills: ['sales'], now })

  expect(ids(match.chosen)).toEqual(['eva'])
  expect(match.reason).toBe('longest idle, 04:10')
  expect(match.verdicts).toEqual([
    { userId: 'bob', verdict: 'next' },
    { userId: 'eva', verdict: 'chosen' },
  ])
})

test.each([
  ['has no such skill', { skills: ['support'] }, 'no-skill', 'nobody here has the skill'],
  ['is not ready', { takesCalls: false }, 'not-ready', 'nobody with the skill is ready'],
  ['has no phone connected', { reachable: false }, 'no-phone', 'nobody who is ready has a phone connected'],
  ['is on a call', { busy: true }, 'busy', 'everybody with the skill is on a call'],
])('no call for a person who %s', (_, facts, nobody, reason) => {
  const match = pickForCall([person('bob', facts)], { skills: ['sales'], now })

  expect(match).toMatchObject({ chosen: [], nobody, reason })
})

test('who was tried in this round is not asked again', () => {
  const people = [person('bob', { idleSinceAt: 1 }), person('eva')]

  const second = pickForCall(people, { skills: [], tried: new Set(['bob']), now })
  const third = pickForCall(people, { skills: [], tried: new Set(['bob', 'eva']), now })

  expect(ids(second.chosen)).toEqual(['eva'])
  expect(third.nobody).toBe('tried')
})

test.each([
  [['sales', 'german'], ['sales', 'german'], true],
  [['sales', 'german', 'more'], ['sales', 'german'], true],
  [['sales'], ['sales', 'german'], false],
  [[], ['sales'], false],
  [['sales'], [], true],
  [[], [], true],
])('skills %o for a call that asks for %o: %s', (skills, asked, picked) => {
  expect(pickForCall([person('bob', { skills })], { skills: asked, now }).chosen.length === 1).toBe(picked)
})

test('ring-all rings everybody who is free, longest idle first', () => {
  const people = [
    person('bob', { idleSinceAt: 2 }),
    person('eva', { idleSinceAt: 1 }),
    person('dan', { busy: true }),
  ]

  const match = pickForCall(people, { skills: ['sales'], strategy: 'ring-all', now })

  expect(ids(match.chosen)).toEqual(['eva', 'bob'])
  expect(match.reason).toBe('rings everybody who is free (2)')
})

test('nobody is told as the nearest that anybody came', () => {
  const people = [
    person('bob', { skills: [] }),
    person('eva', { busy: true }),
    person('dan', { takesCalls: false }),
  ]

  expect(pickForCall(people, { skills: ['sales'], now }).nobody).toBe('busy')
  expect(pickForCall([], { skills: ['sales'], now }).nobody).toBe('no-people')
})

test('the same people in another order give the same choice', () => {
  const facts = fc.record({ idleSinceAt: fc.nat(3), busy: fc.boolean(), openTasks: fc.nat(2) })
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 6 }), (list) => {
      const people = list.map((one, index) => person(`p${index}`, one))
      const reversed = [...people].reverse()
      const wish = { skills: ['sales'], now }

      expect(ids(pickForCall(reversed, wish).chosen)).toEqual(ids(pickForCall(people, wish).chosen))
      expect(ids(pickForWritten(reversed, wish).chosen)).toEqual(ids(pickForWritten(people, wish).chosen))
    }),
  )
})

test('written work goes to the fewest open tasks, then to the longest idle, phone or not', () => {
  const people = [
    person('bob', { openTasks: 2, idleSinceAt: 1 }),
    person('eva', { openTasks: 1, idleSinceAt: 3, reachable: false, busy: true }),
    person('dan', { openTasks: 1, idleSinceAt: 4 }),
    person('kim', { openTasks: 0, takesWritten: false }),
  ]

  const match = pickForWritten(people, { skills: ['sales'] })

  expect(ids(match.chosen)).toEqual(['eva'])
  expect(match.reason).toBe('fewest open tasks (1)')
})

test('an idle time over an hour is told with hours', () => {
  const match = pickForCall([person('bob', { idleSinceAt: now - 3_850_000 })], { skills: [], now })

  expect(match.reason).toBe('longest idle, 1:04:10')
})

test('round robin goes on after who was offered a call last, and begins with who never was', () => {
  const people = ['bob', 'eva', 'mia'].map((name) => person(name))
  const next = (turns: readonly string[]) =>
    pickForCall(people, { skills: [], strategy: 'round-robin', turns, now })

  expect(ids(next([]).chosen)).toEqual(['bob'])
  expect(next([]).reason).toBe('first in turn')
  expect(ids(next(['bob', 'eva']).chosen)).toEqual(['mia'])
  expect(next(['mia', 'bob', 'eva'])).toMatchObject({ reason: 'next in turn after eva' })
  expect(ids(next(['mia', 'bob', 'eva']).chosen)).toEqual(['mia'])
})

test('fewest calls goes to who answered fewest today, among equals to the longest idle', () => {
  const people = [person('bob'), person('eva', { idleSinceAt: 0 }), person('mia')]
  const callsToday = new Map([
    ['bob', 2],
    ['eva', 1],
    ['mia', 1],
  ])

  const match = pickForCall(people, { skills: [], strategy: 'fewest-calls', callsToday, now })

  expect(ids(match.chosen)).toEqual(['eva'])
  expect(match.reason).toBe('fewest calls today (1)')
})

test('the fixed order is kept whoever is idle longest; who is not in it comes after', () => {
  const people = [person('bob'), person('eva'), person('mia', { idleSinceAt: 0 })]
  const wish = { skills: [], strategy: 'fixed-order', order: ['eva', 'bob'], now } as const
  const pick = (tried: readonly string[]) => pickForCall(people, { ...wish, tried: new Set(tried) })

  expect(pick([])).toMatchObject({ chosen: [{ userId: 'eva' }], reason: 'number 1 of the fixed order' })
  expect(pick(['eva'])).toMatchObject({ chosen: [{ userId: 'bob' }], reason: 'number 2 of the fixed order' })
  expect(pick(['eva', 'bob'])).toMatchObject({
    chosen: [{ userId: 'mia' }],
    reason: 'after all of the fixed order; longest idle, 16:40',
  })
})

test('who finishes the last call is no dead end: the log says so', () => {
  const bob = person('bob', { takesCalls: false, wrapUpUntil: now + 5_000 })

  const match = pickForCall([bob], { skills: ['sales'], now })

  expect(match).toMatchObject({
    chosen: [],
    nobody: 'wrap-up',
    reason: 'everybody with the skill is finishing the last call',
  })
})
