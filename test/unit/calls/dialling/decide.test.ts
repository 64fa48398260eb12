import { afterEach, beforeEach, expect, test } from 'vitest'
import { callerSettings, saveCallerSettings } from '#calls/dialling/caller-settings.ts'
import { callingRules, saveCallingRules } from '#calls/dialling/calling-rules.ts'
import { type DiallingRoom, decide } from '#calls/dialling/decide.ts'
import {
  createOutboundRule,
  deleteOutboundRule,
  listOutboundRules,
  moveOutboundRule,
  outboundRuleInput,
} from '#calls/dialling/outbound-rule.ts'
import { readDialled } from '#calls/dialling/read-dialled.ts'
import type { RankedWay, RouteWish } from '#calls/neighbours.ts'
import { saveHours } from '#calls/plan/opening-hours.ts'
import { createUser } from '#people/user.ts'
import { type TestStore, testStore } from '#test/temp-folder.ts'

const home = '+420222333444'
let kept: TestStore
let asked: RouteWish[]
let ways: RankedWay[]
let room: DiallingRoom
let eva: string
beforeEach(() => {
  kept = testStore()
  asked = []
  ways = [{ trunkId: 't', number: home, from: undefined, skipped: undefined, failedLately: false }]
  room = {
    clock: kept.clock,
    numbers: {
      read: (_, dialled) => readDialled(dialled, { country: 'CZ', outsideLine: '' }),
      rankWays: (_tenant, _dialled, wish = {}) => {
        asked.push(wish)
        return ways
      },
    },
  }
  const person = { name: 'Eva', email: 'eva@acme.example', role: 'agent' } as const
  eva = createUser(kept.db, person, kept.clock.now()).id
})
afterEach(() => kept[Symbol.dispose]())

const ask = (dialled: string, more: { userId?: string; at?: number } = {}) =>
  decide(room, kept.tenant, { dialled, userId: eva, ...more })

test('the lock follows its opening hours; without it any hour is good', () => {
  const weekly = [1, 2, 3, 4, 5].map((day) => ({ day, from: 8 * 60, to: 17 * 60 }))
  const input = { name: 'Office', timeZone: null, weekly, holidays: [] }
  const hours = saveHours(kept.db, input, { now: kept.clock.now() })
  const friday = Date.parse('2026-11-20T10:00:00+01:00')
  const saturday = Date.parse('2026-11-21T10:00:00+01:00')
  expect(ask(home, { at: saturday }).kind).toBe('allowed')
  saveCallingRules(kept.db, { ...callingRules(kept.db), lockOutside: hours.id })

  expect(ask(home, { at: friday }).kind).toBe('allowed')
  expect(ask(home, { at: saturday })).toMatchObject({ kind: 'refused', rule: 'After-hours lock' })
  expect(ask('112', { at: saturday }).kind).toBe('allowed')
})

test('the number that is shown follows rule, person and star code', () => {
  const rule = outboundRuleInput.parse({ name: 'All', act: 'call', callerId: '+420111222333' })
  createOutboundRule(kept.db, rule)
  saveCallerSettings(kept.db, eva, { ...callerSettings(kept.db, eva), callerId: '+420444555666' })
  ask(`#31#${home}`)

  expect(asked[0]?.callerId).toMatchObject({
    rule: '+420111222333',
    person: { callerId: '+420444555666', withheld: false },
    wish: true,
  })
})

test('numbers of the test carrier are always allowed, wherever they seem to be', () => {
  expect(ask('+1 202 555 0101').kind).toBe('allowed')
  expect(ask('+1 202 456 1111')).toMatchObject({ rule: 'Countries' })
})

test('full trunks and dead ones are told apart; for help the call is placed all the same', () => {
  ways = ways.map((way) => ({ ...way, skipped: 'full' }))
  expect(ask(home)).toMatchObject({
    status: 503,
    sentence: 'All lines to the outside are in use: try again in a moment.',
  })
  ways = ways.map((way) => ({ ...way, skipped: 'down' }))
  expect(ask(home)).toMatchObject({ status: 503, rule: 'Trunks' })
  expect(ask('112')).toMatchObject({ kind: 'allowed', ways: [] })
})

test('rules are asked in their order, which can be changed', () => {
  const make = (name: string, act: 'call' | 'refuse') =>
    createOutboundRule(kept.db, outboundRuleInput.parse({ name, act }))
  make('first', 'call')
  const second = make('second', 'refuse')
  expect(ask(home)).toMatchObject({ kind: 'allowed', rule: 'Outbound rule first' })
  moveOutboundRule(kept.db, second.id, 0)
  expect(ask(home)).toMatchObject({ kind: 'refused', rule: 'Outbound rule second' })
  deleteOutboundRule(kept.db, second.id)

  expect(listOutboundRules(kept.db).map(({ name }) => name)).toEqual(['first'])
})
