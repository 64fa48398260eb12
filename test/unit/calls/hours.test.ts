import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hoursAt, type OpeningHours } from '#calls/hours.ts'
import { localTime, momentInZone } from '#calls/local-time.ts'

const prague = 'Europe/Prague'
const at = (text: string, zone = prague) => {
  const [date = '', time = ''] = text.split(' ')
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return momentInZone(date, hours * 60 + minutes, zone)
}
const workdays = [1, 2, 3, 4, 5].map((day) => ({ day, from: 8 * 60, to: 17 * 60 }))
const office: OpeningHours = {
  weekly: workdays,
  holidays: [
    { name: 'Christmas Eve', date: '2020-12-24', yearly: true, open: [] },
    { name: 'Inventory', date: '2026-11-20', yearly: false, open: [{ from: 9 * 60, to: 12 * 60 }] },
  ],
}

test('open on a workday until its end, with the rule that says so', () => {
  expect(hoursAt(office, at('2026-11-19 16:59'), prague)).toEqual({
    state: 'open',
    reason: 'open on Thursday 08:00–17:00, it is 16:59',
    changesAt: at('2026-11-19 17:00'),
  })
})

test('the last minute is closed already, and the next opening is told, over the weekend as well', () => {
  expect(hoursAt(office, at('2026-11-27 17:00'), prague)).toEqual({
    state: 'closed',
    reason: 'open on Friday 08:00–17:00, it is Friday 17:00',
    changesAt: at('2026-11-30 08:00'),
  })
})

test('a holiday of every year closes a workday, and is told by its name', () => {
  expect(hoursAt(office, at('2026-12-24 10:00'), prague)).toEqual({
    state: 'holiday',
    reason: 'holiday: Christmas Eve',
    changesAt: at('2026-12-25 08:00'),
  })
})

test('a holiday may have hours of its own', () => {
  expect(hoursAt(office, at('2026-11-20 11:00'), prague)).toMatchObject({
    state: 'open',
    changesAt: at('2026-11-20 12:00'),
  })
  expect(hoursAt(office, at('2026-11-20 13:00'), prague)).toMatchObject({
    state: 'holiday',
    changesAt: at('2026-11-23 08:00'),
  })
})

test('a day without hours says so', () => {
  expect(hoursAt(office, at('2026-11-21 10:00'), prague).reason).toBe(
    'Saturday is closed, it is Saturday 10:00',
  )
})

test('a night that goes over midnight closes in the morning', () => {
  const bar = {
    weekly: [
      { day: 5, from: 1200, to: 1440 },
      { day: 6, from: 0, to: 120 },
    ],
    holidays: [],
  }

  expect(hoursAt(bar, at('2026-11-27 23:30'), prague)).toMatchObject({
    state: 'open',
    changesAt: at('2026-11-28 02:00'),
  })
})

test('hours that never end or never begin have no change', () => {
  const always = { weekly: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: 0, to: 1440 })), holidays: [] }

  expect(hoursAt(always, at('2026-11-27 23:30'), prague)).toMatchObject({
    state: 'open',
    changesAt: undefined,
  })
  expect(hoursAt({ weekly: [], holidays: [] }, 0, prague)).toMatchObject({
    state: 'closed',
    changesAt: undefined,
  })
})

test('hours are those of the zone, not of the machine', () => {
  const moment = at('2026-11-19 08:30')

  expect(hoursAt(office, moment, 'America/New_York')).toMatchObject({ state: 'closed' })
  expect(hoursAt(office, moment, 'Asia/Tokyo')).toMatchObject({ state: 'open' })
})

test('clocks set forward and back: eight in the morning stays eight in the morning', () => {
  // 29 March and 25 October 2026.
  const spring = hoursAt(office, at('2026-03-27 18:00'), prague).changesAt ?? 0
  const autumn = hoursAt(office, at('2026-10-23 18:00'), prague).changesAt ?? 0

  expect(localTime(spring, prague)).toMatchObject({ date: '2026-03-30', minutes: 480 })
  expect(localTime(autumn, prague)).toMatchObject({ date: '2026-10-26', minutes: 480 })
  expect(new Date(momentInZone('2026-03-29', 150, prague)).toISOString()).toBe('2026-03-29T01:30:00.000Z')
  expect(new Date(momentInZone('2026-10-25', 150, prague)).toISOString()).toBe('2026-10-25T00:30:00.000Z')
})

test('whatever the hours: at the change it is the other way round, and nothing changes before', () => {
  const range = fc
    .record({
      day: fc.integer({ min: 1, max: 7 }),
      from: fc.integer({ min: 0, max: 1400 }),
      long: fc.integer({ min: 1, max: 600 }),
    })
    .map(({ day, from, long }) => ({ day, from, to: Math.min(1440, from + long) }))
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 6 }),
      fc.integer({ min: 1.7e12, max: 1.9e12 }),
      (weekly, moment) => {
        const hours = { weekly, holidays: [] }
        const now = hoursAt(hours, moment, prague)
        if (now.changesAt === undefined) return
        expect(now.changesAt).toBeGreaterThan(moment)
        expect(hoursAt(hours, now.changesAt, prague).state === 'open').toBe(now.state !== 'open')
        const between = moment + Math.floor((now.changesAt - 1 - moment) * 0.7)
        expect(hoursAt(hours, between, prague).state).toBe(now.state)
      },
    ),
    { numRuns: 300 },
  )
})
