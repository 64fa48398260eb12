import { expect, test } from 'vitest'
import { type Call, type CallEvent, personOf, startCall, waitMs } from '#calls/call.ts'
import { next } from '#calls/step.ts'

const at = (seconds: number) => ({ at: 1_000_000 + seconds * 1000, tick: seconds * 1000 })

function begun(direction: Call['direction'] = 'in'): Call {
  const details = {
    id: 'c1',
    direction,
    party: { number: '+420777000111' },
    number: '+420222333444',
    trunkId: 't1',
    skills: ['sales'],
    placedBy: direction === 'in' ? undefined : 'eva',
    taskId: undefined,
  }
  return startCall(details, at(0)).call
}

const queued: CallEvent = { kind: 'queued', position: 1 }
const offered: CallEvent = { kind: 'offered', userId: 'eva', reason: 'longest idle, 00:10' }
const offerEnded: CallEvent = { kind: 'offer-ended', userId: 'eva', why: 'busy' }
const answered: CallEvent = { kind: 'answered', userId: 'eva' }
const held: CallEvent = { kind: 'held', userId: 'eva', by: 'desk' }
const resumed: CallEvent = { kind: 'resumed', userId: 'eva' }
type End = Extract<CallEvent, { kind: 'ended' }>
const hungUp: End = { kind: 'ended', by: 'caller', sentence: 'The caller hung up.' }

/** The call after each event, one second apart, and all facts told. */
function play(call: Call, ...events: readonly CallEvent[]) {
  const facts: string[] = []
  let now = call
  for (const [index, event] of events.entries()) {
    const step = next(now, event, at(index + 1))
    facts.push(...step.facts.map((fact) => fact.kind))
    now = step.call
  }
  return { call: now, facts }
}

test('a call that waits, rings and is answered goes through its states, a fact each', () => {
  const { call, facts } = play(begun(), queued, offered, answered)

  expect(call.state).toMatchObject({ kind: 'talking', userId: 'eva' })
  expect(facts).toEqual(['call-queued', 'call-offered', 'call-answered'])
  expect(waitMs(call, at(99))).toBe(3_000)
})

test('an offer that came to nothing puts the call back into the queue', () => {
  expect(play(begun(), queued, offered, offerEnded).call.state.kind).toBe('queued')
})

test.each<[string, readonly CallEvent[], CallEvent]>([
  ['an answer after the end', [queued, hungUp], answered],
  ['a second end', [queued, hungUp], hungUp],
  ['a second answer', [queued, offered, answered], answered],
  ['hold before an answer', [queued, offered], held],
  ['hold on hold', [queued, offered, answered, held], held],
  ['resume without hold', [queued, offered, answered], resumed],
  ['an offer while one rings', [queued, offered], offered],
  ['an offer while they talk', [queued, offered, answered], offered],
  ['the end of an offer that is over', [queued, offered, offerEnded], offerEnded],
  ['the end of somebody else’s offer', [queued, offered], { ...offerEnded, userId: 'bob' }],
  ['the queue while they talk', [queued, offered, answered], queued],
  ['the same reason to wait again', [{ ...queued, reason: 'x' }], { ...queued, reason: 'x' }],
  ['dialling an answered call', [queued, offered, answered], { kind: 'dialled' }],
])('%s changes nothing and tells nothing', (_, before, event) => {
  const { call } = play(begun(), ...before)

  const step = next(call, event, at(50))

  expect(step.call).toBe(call)
  expect(step.facts).toEqual([])
})

test.each<[Call['direction'], readonly CallEvent[], Partial<End>, string]>([
  ['in', [queued], {}, 'missed'],
  ['in', [queued, offered], {}, 'missed'],
  ['in', [], { outcome: 'failed' }, 'failed'],
  ['in', [queued, offered, answered], {}, 'answered'],
  ['in', [queued, offered, answered], { outcome: 'failed' }, 'answered'],
  ['in', [queued, offered, answered], { outcome: 'interrupted' }, 'interrupted'],
  ['out', [{ kind: 'dialled' }], {}, 'no-answer'],
  ['out', [{ kind: 'dialled' }], { outcome: 'busy' }, 'busy'],
  ['out', [{ kind: 'dialled' }, answered], {}, 'answered'],
  ['internal', [offered], {}, 'missed'],
  ['internal', [offered], { outcome: 'declined' }, 'declined'],
])('%s after %j, ended with %j, is %s', (direction, before, more, outcome) => {
  const { call } = play(begun(direction), ...before)

  const { facts } = next(call, { ...hungUp, ...more }, at(50))

  expect(facts.at(-1)).toMatchObject({ kind: 'call-ended', body: { outcome } })
})

test('an end while somebody is rung ends the offer first', () => {
  expect(play(begun(), queued, offered, hungUp).facts.slice(2)).toEqual(['call-offer-ended', 'call-ended'])
})

test('talk and hold are counted apart, on the monotonic clock', () => {
  const talking = play(begun(), queued, offered, answered).call
  const onHold = next(talking, held, at(13)).call
  const again = next(onHold, resumed, at(20)).call
  // The wall clock jumped back an hour: it is for showing only.
  const { call, facts } = next(again, hungUp, { at: 0, tick: 25_000 })

  expect(call).toMatchObject({ talkMs: 15_000, heldMs: 7_000 })
  expect(facts[0]).toMatchObject({ body: { talkMs: 15_000, waitMs: 3_000 } })
})

test('the end of a call on hold counts the hold', () => {
  const onHold = play(begun(), queued, offered, answered, held).call

  expect(next(onHold, hungUp, at(60)).call).toMatchObject({ talkMs: 1_000, heldMs: 56_000 })
})

test('the person of a call is who is rung or talks, else who placed it', () => {
  expect(personOf(begun('out'))).toBe('eva')
  expect(personOf(begun())).toBeUndefined()
  expect(personOf(play(begun(), queued, offered).call)).toBe('eva')
})

test('what is unknown is left out of the first fact', () => {
  const step = startCall(
    {
      id: 'c1',
      direction: 'internal',
      party: {},
      number: undefined,
      trunkId: undefined,
      skills: [],
      placedBy: undefined,
      taskId: undefined,
    },
    at(0),
  )

  expect(step.facts[0]?.body).toEqual({
    callId: 'c1',
    at: 1_000_000,
    direction: 'internal',
    party: {},
    skills: [],
  })
})

test('a call offered to several is offered until the last of them is through; each has an end in the log', () => {
  const toBob: CallEvent = { kind: 'offered', userId: 'bob', reason: 'rings everybody who is free (2)' }
  const evaEnds: CallEvent = { kind: 'offer-ended', userId: 'eva', why: 'declined' }
  const bobEnds: CallEvent = { kind: 'offer-ended', userId: 'bob', why: 'no answer' }

  expect(play(begun(), queued, offered, toBob).call.state).toMatchObject({ userId: 'eva', others: ['bob'] })
  expect(play(begun(), queued, offered, toBob, evaEnds).call.state).toMatchObject({
    kind: 'offered',
    userId: 'bob',
    others: [],
  })
  expect(play(begun(), queued, offered, toBob, evaEnds, bobEnds).call.state.kind).toBe('queued')
  expect(play(begun(), queued, offered, toBob, hungUp).facts.slice(-3)).toEqual([
    'call-offer-ended',
    'call-offer-ended',
    'call-ended',
  ])
})
