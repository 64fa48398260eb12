import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { bool, json } from '#store/column.ts'
import { type Database, openDatabase, query, takeLock } from '#store/database.ts'
import { memoryDatabase, tempFolder } from '#test/temp-folder.ts'

const thing = query(z.object({ id: z.int(), name: z.string() }), 'SELECT id, name FROM things ORDER BY id')

function withThings(): Database {
  const db = memoryDatabase()
  db.script('CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE, ok INTEGER, more TEXT) STRICT')
  return db
}

const add = (db: Database, name: string) => db.run('INSERT INTO things (name) VALUES (?)', [name])

test('a file database is in WAL, syncs every commit and checks foreign keys', () => {
  using folder = tempFolder()
  using db = openDatabase(join(folder.path, 'a.db'))
  const pragma = (name: string) =>
    Object.values(db.get(query(z.record(z.string(), z.unknown()), `PRAGMA ${name}`)))[0]

  expect(pragma('journal_mode')).toBe('wal')
  expect(pragma('synchronous')).toBe(2)
  expect(pragma('foreign_keys')).toBe(1)
})

test('rows pass their schema on the way out; one that does not fit is a bug with the SQL in it', () => {
  using db = withThings()
  db.run("INSERT INTO things (name, ok, more) VALUES (:name, :ok, '[1]'), ('b', 7, '{')", {
    name: 'a',
    ok: true,
  })

  const row = z.object({ ok: bool, more: json(z.array(z.int())) })
  expect(db.get(query(row, "SELECT ok, more FROM things WHERE name = 'a'"))).toEqual({ ok: true, more: [1] })
  const wrong = query(row, "SELECT ok, more FROM things WHERE name = 'b'")
  expect(() => db.get(wrong)).toThrow(/does not fit.*SELECT ok, more/)
})

test('find gives undefined and get throws when there is no row', () => {
  using db = withThings()

  expect(db.find(thing)).toBeUndefined()
  expect(() => db.get(thing)).toThrow('no row for: SELECT id')
})

test('what throws inside a transaction undoes it; inside a nested one, only that part', () => {
  using db = withThings()
  const fail = () => {
    add(db, 'lost')
    throw new Error('no')
  }

  expect(() => db.transaction(fail)).toThrow('no')
  db.transaction(() => {
    add(db, 'kept')
    expect(() => db.transaction(fail)).toThrow('no')
  })

  expect(db.all(thing).map((row) => row.name)).toEqual(['kept'])
})

test('a promise as the result of a transaction is a TypeError and nothing is kept', () => {
  using db = withThings()

  expect(() => db.transaction(async () => add(db, 'early'))).toThrow(TypeError)

  expect(db.all(thing)).toEqual([])
})

test('work after commit waits for the outermost commit and is forgotten on rollback', () => {
  using db = withThings()
  const done: string[] = []

  db.transaction(() => {
    db.afterCommit(() => done.push(`outer sees ${db.inTransaction}`))
    db.transaction(() => db.afterCommit(() => done.push('inner')))
    expect(() =>
      db.transaction(() => {
        db.afterCommit(() => done.push('rolled back'))
        throw new Error('no')
      }),
    ).toThrow()
    expect(done).toEqual([])
  })

  expect(done).toEqual(['outer sees false', 'inner'])
  db.afterCommit(() => done.push('now'))
  expect(done).toHaveLength(3)
})

test('failing work after a commit does not look like a failed transaction', () => {
  using db = withThings()
  const done: string[] = []

  db.transaction(() => {
    add(db, 'kept')
    db.afterCommit(() => {
      throw new Error('listener')
    })
    db.afterCommit(() => done.push('second'))
  })

  expect(db.all(thing)).toHaveLength(1)
  expect(done).toEqual(['second'])
})

test('a value that must be unique is refused with store.duplicate', () => {
  using db = withThings()
  add(db, 'a')

  expect(() => add(db, 'a')).toThrow(expect.objectContaining({ code: 'store.duplicate' }))
})

test('a folder that is not there, a file that is no database: one sentence with the path', async () => {
  using folder = tempFolder()
  const { writeFileSync } = await import('node:fs')
  const junk = join(folder.path, 'junk.db')
  writeFileSync(junk, 'not a database at all, but long enough to be looked at as one. '.repeat(20))

  expect(() => openDatabase(join(folder.path, 'no', 'a.db'))).toThrow(
    expect.objectContaining({ code: 'store.unwritable' }),
  )
  expect(() => openDatabase(junk)).toThrow(expect.objectContaining({ code: 'store.damaged' }))
})

test('a full database says store.full, may be retried, and keeps what was there', () => {
  using db = withThings()
  add(db, 'a')
  db.script('PRAGMA max_page_count = 4')

  const flood = () => db.run('INSERT INTO things (name) VALUES (hex(zeroblob(100000)))')
  expect(flood).toThrow(expect.objectContaining({ code: 'store.full', retry: true }))
  expect(() => db.transaction(flood)).toThrow(expect.objectContaining({ code: 'store.full' }))
  expect(db.inTransaction).toBe(false)
  expect(db.all(thing)).toHaveLength(1)
})

test('an online backup is a database of its own', async () => {
  using folder = tempFolder()
  using db = withThings()
  add(db, 'a')
  const copy = join(folder.path, 'copy.db')

  await db.backup(copy)
  add(db, 'b')

  using opened = openDatabase(copy)
  expect(opened.all(thing).map((row) => row.name)).toEqual(['a'])
})

test('a lock is held by one and free again after it was given back', () => {
  using folder = tempFolder()
  const path = join(folder.path, 'lock')
  const first = takeLock(path)

  expect(first).toBeDefined()
  expect(takeLock(path)).toBeUndefined()
  first?.[Symbol.dispose]()
  using again = takeLock(path)
  expect(again).toBeDefined()
})
