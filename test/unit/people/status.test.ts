import { expect, test } from 'vitest'
import { z } from 'zod'
import { silentLog } from '#lib/log.ts'
import { candidatesOf, Readiness } from '#people/readiness.ts'
import { findPresence, lightOf, listPresence, listStatuses, setStatus } from '#people/status.ts'
import { createUser, deactivateUser } from '#people/user.ts'
import { json } from '#store/column.ts'
import { query } from '#store/database.ts'
import { testStore } from '#test/temp-folder.ts'

const minute = 60_000
const bodies = query(
  z.object({ body: json(z.unknown()) }).transform((row) => row.body),
  "SELECT body FROM facts WHERE kind = 'status-changed' ORDER BY id",
)

function withBob() {
  const given = testStore()
  const bob = createUser(given.db, { name: 'Bob', email: 'bob@acme.example', role: 'agent' }, 1_000)
  return Object.assign(given, { bob })
}

test('a new person is offline since the beginning', () => {
  using given = withBob()

  expect(findPresence(given.db, given.bob.id)).toMatchObject({
    status: { id: 'offline', light: 'grey', takesCalls: false },
    sinceAt: 1_000,
  })
})

test('a change starts the timer anew and is a fact; the same status again is nothing', () => {
  using given = withBob()
  const set = (statusId: string, now: number) => setStatus(given.db, { userId: given.bob.id, statusId, now })

  set('ready', 5_000)
  const again = set('ready', 9_000)

  expect(again.sinceAt).toBe(5_000)
  expect(given.db.all(bodies)).toEqual([
    { userId: given.bob.id, from: 'offline', to: 'ready', lastedMs: 4_000 },
  ])
})

test('a break is orange until its limit and red after it; ready never turns red', () => {
  using given = withBob()
  const pause = setStatus(given.db, { userId: given.bob.id, statusId: 'break', now: 0 })

  expect(lightOf(pause, 15 * minute)).toBe('orange')
  expect(lightOf(pause, 15 * minute + 1)).toBe('red')
  const ready = setStatus(given.db, { userId: given.bob.id, statusId: 'ready', now: 0 })
  expect(lightOf(ready, 1_000 * minute)).toBe('green')
})

test.each([
  ['ready', true, true],
  ['email-only', false, true],
  ['outgoing-only', false, false],
  ['break', false, false],
  ['wrap-up', false, false],
  ['no-answer', false, false],
  ['offline', false, false],
])('%s takes calls: %s, written work: %s', (id, takesCalls, takesWritten) => {
  using given = testStore()

  expect(listStatuses(given.db).find((status) => status.id === id)).toMatchObject({
    takesCalls,
    takesWritten,
  })
})

test('an unknown status or person is refused', () => {
  using given = withBob()
  const refused = (change: { userId: string; statusId: string }) => () =>
    setStatus(given.db, { ...change, now: 1 })

  expect(refused({ userId: given.bob.id, statusId: 'asleep' })).toThrow(
    expect.objectContaining({ code: 'people.no-status' }),
  )
  expect(refused({ userId: 'nobody', statusId: 'ready' })).toThrow(
    expect.objectContaining({ code: 'people.no-user' }),
  )
})

test('who was deactivated is in no presence list', () => {
  using given = withBob()

  deactivateUser(given.db, given.bob.id, 2)

  expect(listPresence(given.db)).toEqual([])
})

test('a person who rings and talks at once is busy until both are over, then idle from that moment', async () => {
  using given = withBob()
  setStatus(given.db, { userId: given.bob.id, statusId: 'ready', now: 1_000 })
  const readiness = new Readiness({ clock: given.clock, log: silentLog })
  const heard: boolean[] = []
  readiness.changes.on(({ busy }) => void heard.push(busy))
  const candidate = () => candidatesOf(given.tenant, { readiness, reachable: () => true })[0]
  expect(candidate()).toMatchObject({ name: 'Bob', busy: false, idleSinceAt: 1_000, openTasks: 0 })

  const rings = readiness.engage(given.bob.id)
  const talks = readiness.engage(given.bob.id)
  rings[Symbol.dispose]()
  rings[Symbol.dispose]()
  expect(candidate()?.busy).toBe(true)
  await given.clock.advance(7_000)
  talks[Symbol.dispose]()

  expect(candidate()).toMatchObject({ busy: false, idleSinceAt: given.clock.now() })
  expect(heard).toEqual([true, false])
})
