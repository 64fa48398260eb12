import { join } from 'node:path'
import { expect, test } from 'vitest'
import { numberPlan, queueOnly, saveNumberPlan } from '#calls/number-plan.ts'
import { findHours, hoursInput, saveHours } from '#calls/plan/opening-hours.ts'
import { type PlanBranches, plainQueue, planBranches } from '#calls/plan/plan-step.ts'
import { route, skillsOf } from '#calls/route.ts'
import { migrate, readMigrations } from '#store/migrate.ts'
import { memoryDatabase, testStore } from '#test/temp-folder.ts'

const prague = 'Europe/Prague'
const friday = Date.parse('2026-11-20T10:00:00+01:00')
const saturday = Date.parse('2026-11-21T10:00:00+01:00')
const office = {
  name: 'Office',
  timeZone: undefined,
  weekly: [1, 2, 3, 4, 5].map((day) => ({ day, from: 480, to: 1020 })),
  holidays: [{ name: 'Christmas', date: '2026-12-25', yearly: true, open: [] }],
}
const voicemail = { kind: 'voicemail', greeting: null, skills: ['s1'], mailTo: [], maxMs: 120_000 } as const
const settings = (plan: Partial<PlanBranches>) => ({
  number: '+420222333444',
  label: '',
  recording: true,
  plan: { ...queueOnly(['s1']), hoursId: 'h', closed: [voicemail], ...plan },
})

test('the hours choose the branch, and the plan says which rule did', () => {
  const input = { settings: settings({}), hours: office, timeZone: prague }

  expect(route({ ...input, at: friday })).toMatchObject({
    branch: 'open',
    steps: [plainQueue(['s1'])],
    recording: true,
    reason: 'Office: open on Friday 08:00–17:00, it is 10:00',
  })
  expect(route({ ...input, at: saturday })).toMatchObject({
    branch: 'closed',
    steps: [voicemail],
    changesAt: Date.parse('2026-11-23T08:00:00+01:00'),
  })
})

test('a holiday without steps of its own is as any closed day', () => {
  const at = Date.parse('2026-12-25T10:00:00+01:00')

  expect(route({ settings: settings({}), hours: office, timeZone: prague, at }).steps).toEqual([voicemail])
  expect(route({ settings: settings({ holiday: [] }), hours: office, timeZone: prague, at }).steps).toEqual([
    { kind: 'hangup', sound: 'closed-holiday' },
  ])
})

test('the hours’ own time zone goes before the company’s', () => {
  const hours = { ...office, timeZone: 'Asia/Tokyo' }

  expect(route({ settings: settings({}), hours, timeZone: prague, at: friday }).branch).toBe('closed')
})

test('without hours, or with hours that were deleted, it is always open', () => {
  expect(route({ settings: settings({}), hours: undefined, timeZone: prague, at: saturday })).toMatchObject({
    branch: 'open',
    reason: undefined,
  })
})

test('the task gets the skills of what the caller meets without choosing', () => {
  const menu = {
    kind: 'menu',
    sound: 'welcome',
    options: [{ key: '1', label: '', steps: [plainQueue(['s2'])] }],
    timeoutMs: 5000,
    times: 2,
    extensions: false,
    otherwise: [plainQueue(['s3'])],
  } as const

  expect(skillsOf({ steps: [{ kind: 'announce', sound: 'welcome' }, plainQueue(['s1', 's1'])] })).toEqual([
    's1',
  ])
  expect(skillsOf({ steps: [menu, plainQueue(['s1'])] })).toEqual([])
})

test('a plan is kept as it was made, and so are hours', () => {
  using kept = testStore()
  const { db } = kept.tenant
  const made = saveHours(db, hoursInput.parse({ ...office, timeZone: null }), { now: 1 })
  const plan = settings({ hoursId: made.id })
  saveNumberPlan(db, plan)

  expect(numberPlan(db, plan.number)).toEqual(plan)
  expect(findHours(db, made.id)).toEqual({ id: made.id, ...office })
})

test('a number of before there were plans keeps its skills: always open, straight into that queue', () => {
  using db = memoryDatabase()
  const all = readMigrations(join(import.meta.dirname, '../../../src/store/migrations/tenant'))
  migrate(
    db,
    all.filter(({ number }) => number <= 20),
    1,
  )
  db.run(
    `INSERT INTO number_plans (number, label, skills, recording) VALUES ('+420222333444', 'Main', '["s1","s2"]', 1)`,
  )
  migrate(db, all, 2)

  expect(numberPlan(db, '+420222333444')).toEqual({
    number: '+420222333444',
    label: 'Main',
    recording: true,
    plan: queueOnly(['s1', 's2']),
  })
})

test.each([
  [
    'a range that ends before it begins',
    hoursInput,
    { ...office, timeZone: null, weekly: [{ day: 1, from: 600, to: 500 }] },
  ],
  ['a time zone nobody knows', hoursInput, { ...office, timeZone: 'Mars/Olympus' }],
  [
    'a date that is none',
    hoursInput,
    { ...office, timeZone: null, holidays: [{ name: 'x', date: '2026-02-30', yearly: false, open: [] }] },
  ],
  ['a menu with one key twice', planBranches, { ...queueOnly([]), open: [menuOf(['1', '1'])] }],
  ['a menu without a key', planBranches, { ...queueOnly([]), open: [menuOf([])] }],
  ['a step nobody knows', planBranches, { ...queueOnly([]), open: [{ kind: 'explode' }] }],
  ['menus nested without end', planBranches, { ...queueOnly([]), open: [nested(12)] }],
])('%s is refused', (_, shape, value) => {
  expect(shape.safeParse(value).success).toBe(false)
})

function menuOf(keys: readonly string[], otherwise: readonly unknown[] = []) {
  const options = keys.map((key) => ({ key, label: '', steps: [] }))
  return { kind: 'menu', sound: 'welcome', options, timeoutMs: 5000, times: 2, extensions: false, otherwise }
}

function nested(depth: number): unknown {
  return menuOf(['1'], depth === 0 ? [] : [nested(depth - 1)])
}
