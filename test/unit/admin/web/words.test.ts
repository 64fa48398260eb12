import { expect, test } from 'vitest'

// Read once when the module is loaded, so it must stand before.
process.env.TZ = 'Europe/Prague'
const { ageWords, dueWords, momentWords, timerWords } = await import('#admin/web/time/words.ts')

const at = (text: string) => new Date(text).getTime()

test.each([
  [0, '00:00'],
  [59_999, '00:59'],
  [250_000, '04:10'],
  [3_850_000, '1:04:10'],
  // A clock that was set back must not show minus.
  [-5_000, '00:00'],
])('a timer of %i ms reads %s', (ms, words) => {
  expect(timerWords(ms)).toBe(words)
})

test.each([
  [20_000, 'now'],
  [5 * 60_000, '5 min'],
  [3 * 3_600_000, '3 h'],
  [50 * 3_600_000, '2 d'],
])('an age of %i ms reads %s', (ms, words) => {
  expect(ageWords(ms)).toBe(words)
})

test('a due time names the day only when it is not today', () => {
  const now = at('2026-11-20T12:00:00+01:00')

  expect(dueWords(at('2026-11-20T14:30:00+01:00'), now)).toBe('14:30')
  expect(dueWords(at('2026-11-21T00:05:00+01:00'), now)).toBe('tomorrow 00:05')
  expect(dueWords(at('2026-11-19T23:55:00+01:00'), now)).toBe('yesterday 23:55')
})

test('tomorrow is the next calendar day, also when the clocks change in between', () => {
  const evening = at('2026-10-24T23:30:00+02:00')

  expect(dueWords(at('2026-10-25T23:00:00+01:00'), evening)).toBe('tomorrow 23:00')
  expect(momentWords(at('2026-10-24T00:30:00+02:00'), evening)).toBe('00:30')
})
