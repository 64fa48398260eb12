import { expect, test } from 'vitest'
import { type Call, type CallEvent, peopleOf, personOf, startCall } from '#calls/call.ts'
import type { CallFact } from '#calls/facts.ts'
import { next } from '#calls/step.ts'

const at = (seconds: number) => ({ at: 1_000_000 + seconds * 1000, tick: seconds * 1000 })
const bob = { userId: 'bob', name: 'Bob' }
const outside = { number: '+420777555444', name: '777 555 444' }
const answered: CallEvent = { kind: 'answered', userId: 'eva' }
const held: CallEvent = { kind: 'held', userId: 'eva', by: 'desk' }
const passing: CallEvent = { kind: 'passing', userId: 'eva', to: bob, how: 'blind' }
const passed: CallEvent = { kind: 'passed', to: bob, how: 'blind' }
const cameBack: CallEvent = { kind: 'came-back', outcome: 'no-answer', sentence: 'no answer' }
const hungUp: CallEvent = { kind: 'ended', by: 'caller', sentence: 'The caller hung up.' }

/** An inbound call after each event, one second apart, and what was told. */
function play(...events: readonly CallEvent[]): { readonly call: Call; readonly facts: readonly CallFact[] } {
  const base = { party: {}, number: undefined, trunkId: undefined, placedBy: undefined, taskId: undefined }
  const facts: CallFact[] = []
  let { call } = startCall({ id: 'c1', direction: 'in', skills: ['sales'], ...base }, at(0))
  for (const [index, event] of events.entries()) {
    const step = next(call, event, at(index + 1))
    facts.push(...step.facts)
    call = step.call
  }
  return { call, facts }
}
const bodyOf = (facts: readonly CallFact[], kind: CallFact['kind']) =>
  facts.findLast((fact) => fact.kind === kind)?.body

test('a talk that passes from eva to bob stays one call, with what each of them spoke', () => {
  const { call, facts } = play(answered, passing, passed, hungUp)

  expect(facts.map((fact) => fact.kind)).toEqual([
    'call-answered',
    'call-transferring',
    'call-transferred',
    'call-ended',
  ])
  expect(bodyOf(facts, 'call-transferred')).toMatchObject({
    userId: 'eva',
    to: bob,
    outcome: 'answered',
    talkMs: 1_000,
  })
  expect(bodyOf(facts, 'call-ended')).toMatchObject({
    outcome: 'answered',
    talkMs: 2_000,
    talks: [
      { userId: 'eva', talkMs: 1_000 },
      { userId: 'bob', talkMs: 1_000 },
    ],
  })
  expect(call.answered).toEqual(at(1))
})

test('while it is passed on the call is still of who passes it; then of who took it', () => {
  expect(personOf(play(answered, passing).call)).toBe('eva')
  expect(personOf(play(answered, passing, passed).call)).toBe('bob')
})

test('a call passed outside is nobody’s any more', () => {
  const { call } = play(answered, held, { kind: 'passed', to: outside, how: 'warm' })

  expect(call.state).toMatchObject({ kind: 'talking', userId: undefined })
  expect(peopleOf(call)).toEqual([])
})

test('a transfer that comes back is a talk again, and says why', () => {
  const { call, facts } = play(answered, passing, cameBack)

  expect(call.state).toMatchObject({ kind: 'talking', userId: 'eva' })
  expect(bodyOf(facts, 'call-transferred')).toMatchObject({
    outcome: 'no-answer',
    sentence: 'no answer',
    to: bob,
  })
})

test('a transfer that comes back to nobody waits in the queue, and its wait counts from there', () => {
  const offered: CallEvent = { kind: 'offered', userId: 'bob', reason: 'longest idle' }
  const { call, facts } = play(
    answered,
    passing,
    { kind: 'came-back', outcome: 'busy', sentence: 'busy', alone: true },
    offered,
    { kind: 'answered', userId: 'bob' },
  )

  expect(call.state).toMatchObject({ kind: 'talking', userId: 'bob' })
  expect(bodyOf(facts, 'call-answered')).toMatchObject({ userId: 'bob', waitMs: 2_000 })
  expect(call.answered).toEqual(at(1))
})

test('a caller who goes while waiting for the next person was answered, but still wants something', () => {
  const { facts } = play(answered, passing, hungUp)

  expect(bodyOf(facts, 'call-transferred')).toMatchObject({ outcome: 'cancelled' })
  expect(bodyOf(facts, 'call-ended')).toMatchObject({ outcome: 'answered', gaveUp: true })
})

test('three in a talk: each one’s time counts until they leave', () => {
  const { call, facts } = play(
    answered,
    { kind: 'joined', who: bob },
    { kind: 'left', userId: 'eva' },
    { ...hungUp, by: 'callee' },
  )

  expect(bodyOf(facts, 'call-left')).toMatchObject({ userId: 'eva', talkMs: 2_000 })
  expect(bodyOf(facts, 'call-ended')).toMatchObject({
    talkMs: 3_000,
    talks: [
      { userId: 'eva', talkMs: 2_000 },
      { userId: 'bob', talkMs: 2_000 },
    ],
  })
  expect(bodyOf(facts, 'call-ended')).not.toHaveProperty('gaveUp')
  expect(call.state.kind).toBe('ended')
})

test.each<[string, readonly CallEvent[], CallEvent]>([
  ['passing a call nobody talks on', [], passing],
  ['passing it twice', [answered, passing], passing],
  ['coming back without being passed', [answered], cameBack],
  ['hold while it is passed on', [answered, passing], held],
  ['an answer while it is passed on', [answered, passing], answered],
  ['a person joining twice', [answered, { kind: 'joined', who: bob }], { kind: 'joined', who: bob }],
  ['somebody leaving who is not on it', [answered], { kind: 'left', userId: 'bob' }],
])('%s changes nothing and tells nothing', (_, before, event) => {
  const { call } = play(...before)

  expect(next(call, event, at(50))).toEqual({ call, facts: [] })
})
