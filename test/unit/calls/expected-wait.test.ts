import { expect, test } from 'vitest'
import { averageOf, expectedWaitMs } from '#calls/expected-wait.ts'

const averageMs = 90_000

test('who is first waits until the first of the busy people is free', () => {
  expect(expectedWaitMs({ averageMs, busyMs: [10_000, 60_000, 30_000], ahead: 0 })).toBe(30_000)
})

test('those ahead take the people who get free first', () => {
  expect(expectedWaitMs({ averageMs, busyMs: [10_000, 60_000, 30_000], ahead: 2 })).toBe(80_000)
  expect(expectedWaitMs({ averageMs, busyMs: [0, 0, 0], ahead: 27 })).toBe(900_000)
})

test('a call that lasts longer than the average is expected to last a little still', () => {
  expect(expectedWaitMs({ averageMs, busyMs: [500_000], ahead: 0 })).toBe(22_500)
})

test('with somebody free nobody waits, and with nobody at all nothing is said', () => {
  expect(expectedWaitMs({ averageMs, busyMs: [undefined, 60_000], ahead: 0 })).toBe(0)
  expect(expectedWaitMs({ averageMs, busyMs: [], ahead: 0 })).toBeUndefined()
})

test('no guess without evidence', () => {
  expect(averageOf([60_000, 30_000], 3)).toBeUndefined()
  expect(averageOf([60_000, 30_000, 90_000], 3)).toBe(60_000)
})
