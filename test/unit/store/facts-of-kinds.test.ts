import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { silentLog } from '#lib/log.ts'
import { type Database, query } from '#store/database.ts'
import { appendFact, followFacts, forgetFacts } from '#store/facts.ts'
import { migrate, readMigrations } from '#store/migrate.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { memoryDatabase } from '#test/temp-folder.ts'

const cursor = query(z.object({ id: z.int() }), 'SELECT fact_id AS id FROM cursors')

function opened() {
  const db = memoryDatabase()
  migrate(db, readMigrations(join(import.meta.dirname, '../../../src/store/migrations/tenant')), 1)
  const clock = fakeClock()
  const heard: number[] = []
  const follow = () =>
    followFacts({
      ...{ db, name: 'desk', clock, log: silentLog, kinds: ['status-changed'] },
      handle: (fact) => heard.push(fact.id),
    })
  return { db, clock, heard, follow }
}

const append = (db: Database, kind: string) =>
  db.transaction(() => appendFact(db, { kind, at: 1, body: null }))

test('facts of other kinds are passed over without a write until one comes that is ours', async () => {
  const { db, heard, follow } = opened()
  using following = follow()
  for (let round = 0; round < 120; round += 1) append(db, 'call-started')
  await following.caughtUp()
  expect(db.get(cursor).id).toBe(0)

  append(db, 'status-changed')
  append(db, 'call-ended')
  await following.caughtUp()

  expect(heard).toEqual([121])
  expect(db.get(cursor).id).toBeGreaterThanOrEqual(121)
})

test('a follower that starts again passes over the same facts again and hears none twice', async () => {
  const { db, heard, follow } = opened()
  const first = follow()
  append(db, 'status-changed')
  append(db, 'call-started')
  await first.caughtUp()
  first[Symbol.dispose]()

  append(db, 'status-changed')
  using second = follow()
  await second.caughtUp()

  expect(heard).toEqual([1, 3])
})

test('facts that were passed over can be forgotten', async () => {
  const { db, clock, follow } = opened()
  using following = follow()
  append(db, 'call-started')
  append(db, 'call-ended')
  await following.caughtUp()
  expect(forgetFacts(db, 2)).toBe(0)

  await clock.advance(30_000)

  expect(forgetFacts(db, 2)).toBe(2)
})
