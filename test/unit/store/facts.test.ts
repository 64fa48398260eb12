import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { silentLog } from '#lib/log.ts'
import { type Database, openDatabase, query } from '#store/database.ts'
import { appendFact, type Fact, followFacts, forgetFacts } from '#store/facts.ts'
import { migrate, readMigrations } from '#store/migrate.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { memoryDatabase, tempFolder } from '#test/temp-folder.ts'

const migrations = readMigrations(join(import.meta.dirname, '../../../src/store/migrations/tenant'))
const seen = query(z.object({ fact: z.int() }), 'SELECT fact FROM seen ORDER BY rowid')
const parked = query(
  z.object({ cursor: z.string(), kind: z.string(), body: z.string(), error: z.string() }),
  'SELECT cursor, kind, body, error FROM parked_facts',
)
const count = query(z.object({ n: z.int() }), 'SELECT count(*) AS n FROM facts')

function prepare(db: Database): Database {
  migrate(db, migrations, 1)
  db.script('CREATE TABLE seen (fact INTEGER) STRICT')
  return db
}

function append(db: Database, kind = 'rang', at = 1): void {
  db.transaction(() => appendFact(db, { kind, at, body: { kind } }))
}

/** A follower that writes down each fact's id, after `meddle` had its say. */
function follower(db: Database, meddle: (fact: Fact) => void = () => {}, name = 'tasks') {
  const clock = fakeClock()
  const handle = (fact: Fact) => {
    db.run('INSERT INTO seen VALUES (?)', [fact.id])
    meddle(fact)
  }
  const following = followFacts({ db, name, clock, log: silentLog, handle })
  return Object.assign(following, { clock })
}

const seenIds = (db: Database) => db.all(seen).map((row) => row.fact)

test('a fact outside of a transaction is refused', () => {
  using db = prepare(memoryDatabase())

  expect(() => appendFact(db, { kind: 'rang', at: 1, body: null })).toThrow('outside of a transaction')
})

test('a follower is woken by a commit and hears the facts in order', async () => {
  using db = prepare(memoryDatabase())
  using following = follower(db)
  await following.caughtUp()

  for (let round = 0; round < 130; round += 1) append(db)
  await following.caughtUp()

  expect(seenIds(db)).toEqual(Array.from({ length: 130 }, (_, index) => index + 1))
})

test('a rolled back fact was never there', async () => {
  using db = prepare(memoryDatabase())
  using following = follower(db)

  expect(() =>
    db.transaction(() => {
      appendFact(db, { kind: 'rang', at: 1, body: null })
      throw new Error('no')
    }),
  ).toThrow('no')
  await following.caughtUp()

  expect(db.get(count).n).toBe(0)
})

test('after a restart the cursor goes on where it was', async () => {
  using folder = tempFolder()
  const path = join(folder.path, 'a.db')
  {
    using db = prepare(openDatabase(path))
    append(db)
    using following = follower(db)
    await following.caughtUp()
    following[Symbol.dispose]()
    append(db)
  }
  using db = openDatabase(path)
  using following = follower(db)

  await following.caughtUp()

  expect(seenIds(db)).toEqual([1, 2])
})

test('two followers have a cursor each', async () => {
  using db = prepare(memoryDatabase())
  using tasks = follower(db, undefined, 'tasks')
  using admin = follower(db, undefined, 'admin')

  append(db)
  await Promise.all([tasks.caughtUp(), admin.caughtUp()])

  expect(seenIds(db)).toEqual([1, 1])
})

test('a handler that throws leaves nothing, is tried again, and later facts wait for it', async () => {
  using db = prepare(memoryDatabase())
  let failures = 2
  using following = follower(db, (fact) => {
    if (fact.id === 2 && failures-- > 0) throw new Error('not yet')
  })
  for (let round = 0; round < 3; round += 1) append(db)

  await following.clock.advance(0)
  await following.clock.advance(0)
  expect(seenIds(db)).toEqual([1])
  const done = following.caughtUp()
  await following.clock.advance(5_000)
  await done

  expect(seenIds(db)).toEqual([1, 2, 3])
  expect(db.all(parked)).toEqual([])
})

test('a fact that fails four times is parked with its error, and the cursor goes on', async () => {
  using db = prepare(memoryDatabase())
  let tries = 0
  using following = follower(db, (fact) => {
    if (fact.kind !== 'bad') return
    tries += 1
    throw new Error('always')
  })
  append(db, 'bad')
  append(db)
  const done = following.caughtUp()

  await following.clock.advance(0)
  await following.clock.advance(30_000)
  await done

  expect(tries).toBe(4)
  expect(seenIds(db)).toEqual([2])
  expect(db.all(parked)).toEqual([{ cursor: 'tasks', kind: 'bad', body: '{"kind":"bad"}', error: 'always' }])
})

test('the first failure of a later fact is not counted together with those of an earlier one', async () => {
  using db = prepare(memoryDatabase())
  const left = new Map([
    [1, 3],
    [2, 3],
  ])
  using following = follower(db, (fact) => {
    const failures = left.get(fact.id) ?? 0
    left.set(fact.id, failures - 1)
    if (failures > 0) throw new Error('not yet')
  })
  append(db)
  append(db)
  const done = following.caughtUp()

  await following.clock.advance(0)
  await following.clock.advance(60_000)
  await done

  expect(seenIds(db)).toEqual([1, 2])
  expect(db.all(parked)).toEqual([])
})

test('a full disk parks nothing: the fact is tried until there is room', async () => {
  using db = prepare(memoryDatabase())
  let full = true
  using following = follower(db, () => {
    if (full) throw new CordboardError('store.full', 'full', { retry: true })
  })
  append(db)
  const done = following.caughtUp()

  await following.clock.advance(600_000)
  expect(seenIds(db)).toEqual([])
  full = false
  await following.clock.advance(60_000)
  await done

  expect(seenIds(db)).toEqual([1])
  expect(db.all(parked)).toEqual([])
})

test('a fact may cause another one', async () => {
  using db = prepare(memoryDatabase())
  using following = follower(db, (fact) => {
    if (fact.id === 1) appendFact(db, { kind: 'echo', at: 1, body: null })
  })
  append(db)

  await following.caughtUp()
  await following.caughtUp()

  expect(seenIds(db)).toEqual([1, 2])
})

test('a follower from the newest fact does not hear the old ones', async () => {
  using db = prepare(memoryDatabase())
  append(db)
  const heard: number[] = []
  using following = followFacts({
    db,
    name: 'live',
    clock: fakeClock(),
    log: silentLog,
    from: 'newest',
    handle: (fact) => void heard.push(fact.id),
  })
  append(db)

  await following.caughtUp()

  expect(heard).toEqual([2])
})

test('a disposed follower has no timer left, hears nothing and ends the waits', async () => {
  using db = prepare(memoryDatabase())
  const following = follower(db, () => {
    throw new Error('always')
  })
  append(db)
  const waiting = following.caughtUp()
  await following.clock.advance(0)

  following[Symbol.dispose]()

  await expect(waiting).rejects.toThrow('stopped')
  expect(following.clock.waiting).toBe(0)
})

test('old facts are forgotten once every cursor has passed them', async () => {
  using db = prepare(memoryDatabase())
  append(db, 'old', 10)
  append(db, 'new', 20)
  db.run("INSERT INTO cursors (name, fact_id) VALUES ('slow', 0), ('quick', 2)")

  expect(forgetFacts(db, 15)).toBe(0)
  db.run("UPDATE cursors SET fact_id = 2 WHERE name = 'slow'")
  expect(forgetFacts(db, 15)).toBe(1)
  db.run('DELETE FROM cursors')
  expect(forgetFacts(db, 25)).toBe(1)

  append(db)
  using following = follower(db)
  await following.caughtUp()
  expect(seenIds(db)).toEqual([3])
})
