import { afterEach, beforeEach, expect, test } from 'vitest'
import { callingRules, callingRulesShape, saveCallingRules } from '#calls/dialling/calling-rules.ts'
import { type TestStore, testStore } from '#test/temp-folder.ts'

let kept: TestStore
beforeEach(() => {
  kept = testStore()
})
afterEach(() => kept[Symbol.dispose]())

test('nothing abroad and nothing at premium rates, and a budget for the hour, until an admin says otherwise', () => {
  expect(callingRules(kept.db)).toMatchObject({
    countries: [],
    premium: false,
    lockOutside: null,
    company: { callsPerDay: null, abroadCallsPerHour: 60, abroadMinutesPerHour: 300 },
  })
})

test('a change counts from the next question on', () => {
  saveCallingRules(kept.db, { ...callingRules(kept.db), countries: ['DE'] })
  expect(callingRules(kept.db).countries).toEqual(['DE'])
  saveCallingRules(kept.db, { ...callingRules(kept.db), countries: [] })
  expect(callingRules(kept.db).countries).toEqual([])
})

test('what is left out of limits is no limit; what is no country is refused', () => {
  expect(callingRulesShape.parse({ person: { callsPerDay: 3 } }).person).toMatchObject({
    callsPerDay: 3,
    minutesPerDay: null,
  })
  expect(callingRulesShape.safeParse({ countries: ['Germany'] }).success).toBe(false)
  expect(callingRulesShape.safeParse({ company: { callsPerDay: -1 } }).success).toBe(false)
})
