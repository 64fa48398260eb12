import { afterEach, beforeEach, expect, test } from 'vitest'
import { dayStartOf, usageOf } from '#calls/dialling/usage.ts'
import { newId } from '#lib/id.ts'
import { type TestStore, testStore } from '#test/temp-folder.ts'

const minute = 60_000
const now = Date.parse('2026-11-20T15:30:00Z')
const dayStart = dayStartOf(now, 'Europe/Prague')
let kept: TestStore
beforeEach(() => {
  kept = testStore()
})
afterEach(() => kept[Symbol.dispose]())

interface Call {
  readonly by?: string
  readonly number?: string
  /** Minutes ago. */
  readonly started: number
  readonly talked?: number | 'still'
  readonly direction?: string
  readonly refused?: string
}

function called({ by = 'eva', number = '+420222333444', started, talked, direction = 'out', refused }: Call) {
  const at = now - started * minute
  kept.db.run(
    `INSERT INTO calls (id, direction, state, party_number, skills, placed_by, started_at, answered_at, ended_at, refused_by)
     VALUES (:id, :direction, 'ended', :number, '[]', :by, :at, :answered, :ended, :refused)`,
    {
      id: newId(),
      direction,
      number,
      by,
      at,
      answered: talked === undefined ? null : at,
      ended: talked === 'still' ? null : at + (talked ?? 0) * minute,
      refused: refused ?? null,
    },
  )
}

test('calls of the day, their minutes and those going on are counted from the rows, also after a restart', () => {
  called({ started: 10, talked: 4 })
  called({ started: 5, talked: 'still' })
  called({ by: 'bob', started: 3, talked: 2 })
  called({ started: 30 * 60, talked: 60 })
  called({ started: 2, direction: 'in', talked: 2 })
  called({ started: 1, refused: 'Countries' })
  const { person, company } = usageOf(kept.db, { now, dayStart, home: 'CZ', userId: 'eva' })

  expect(person).toMatchObject({ callsAtOnce: 1, callsPerDay: 2, minutesPerDay: 9 })
  expect(company).toMatchObject({ callsAtOnce: 1, callsPerDay: 3, minutesPerDay: 11 })
})

test('calls abroad count for an hour', () => {
  called({ number: '+4930123456', started: 59, talked: 10 })
  called({ number: '+4930123456', started: 20, talked: 'still' })
  called({ number: '+4930123456', started: 61, talked: 1 })
  called({ by: 'bob', number: '+4930123456', started: 5, talked: 1 })
  called({ number: '1188', started: 5, talked: 1 })
  const { person, company } = usageOf(kept.db, { now, dayStart, home: 'CZ', userId: 'eva' })

  expect(person).toMatchObject({ abroadCallsPerHour: 2, abroadMinutesPerHour: 30 })
  expect(company).toMatchObject({ abroadCallsPerHour: 3, abroadMinutesPerHour: 31 })
})

test('nobody’s calls are the company’s alone', () => {
  called({ started: 1, talked: 1 })

  expect(usageOf(kept.db, { now, dayStart, home: 'CZ', userId: undefined }).person.callsPerDay).toBe(0)
})

test.each([
  ['Europe/Prague', '2026-11-20T15:30:00Z', '2026-11-19T23:00:00Z'],
  ['UTC', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z'],
  ['America/New_York', '2026-11-20T03:00:00Z', '2026-11-19T05:00:00Z'],
  ['Asia/Kathmandu', '2026-11-20T12:00:00Z', '2026-11-19T18:15:00Z'],
  // The day clocks go forward, and the day they go back.
  ['Europe/Prague', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z'],
  ['Europe/Prague', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z'],
])('in %s the day of %s began at %s', (zone, at, start) => {
  expect(new Date(dayStartOf(Date.parse(at), zone)).toISOString()).toBe(new Date(start).toISOString())
})
