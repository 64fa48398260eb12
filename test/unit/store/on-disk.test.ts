import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Database, openDatabase, query } from '#store/database.ts'
import { WalSync } from '#store/wal-sync.ts'
import { tempFolder } from '#test/temp-folder.ts'

const synchronous = query(z.object({ synchronous: z.int() }), 'PRAGMA synchronous')
const addReturning = query(z.object({ name: z.string() }), "INSERT INTO things VALUES ('a') RETURNING name")
const count = query(z.object({ n: z.int() }), 'SELECT count(*) AS n FROM things')

function withThings(path: string): Database {
  const db = openDatabase(path)
  db.script('CREATE TABLE things (name TEXT) STRICT')
  return db
}

const add = (db: Database) => db.run("INSERT INTO things VALUES ('a')")

test('only what may come late is committed without a sync: whatever else is written is synced', () => {
  using folder = tempFolder()
  using db = withThings(join(folder.path, 'a.db'))
  const soon = () => db.transactionSoon(() => void add(db))
  const modeAfter = (write: () => unknown) => {
    soon()
    write()
    return db.find(synchronous)?.synchronous
  }

  expect(modeAfter(soon)).toBe(1)
  expect(modeAfter(() => add(db))).toBe(2)
  expect(modeAfter(() => db.get(addReturning))).toBe(2)
  expect(modeAfter(() => db.all(addReturning))).toBe(2)
  expect(modeAfter(() => db.script("INSERT INTO things VALUES ('b')"))).toBe(2)
  expect(modeAfter(() => db.transaction(() => db.transactionSoon(() => add(db))))).toBe(2)
  expect(modeAfter(() => db.transactionSoon(() => db.afterCommit(() => add(db))))).toBe(2)
})

test('another connection sees at once what the disk has soon, and a failure undoes it', async () => {
  using folder = tempFolder()
  const path = join(folder.path, 'a.db')
  using db = withThings(path)
  using other = openDatabase(path)

  db.transactionSoon(() => add(db))
  expect(() =>
    db.transactionSoon(() => {
      add(db)
      throw new Error('no')
    }),
  ).toThrow('no')

  expect(other.get(count).n).toBe(1)
  await db.onDisk()
})

test('many that wait for the disk at once are served, also by a database in memory or just closed', async () => {
  using folder = tempFolder()
  using memory = withThings(':memory:')
  const db = withThings(join(folder.path, 'a.db'))
  const waiting = Array.from({ length: 50 }, () => {
    db.transactionSoon(() => add(db))
    return db.onDisk()
  })

  db.close()

  await Promise.all([...waiting, memory.onDisk(), db.onDisk()])
})

test('a disk that refuses is told to all who wait, and tried again for the next', async () => {
  using folder = tempFolder()
  const path = join(folder.path, 'a.db')
  using sync = new WalSync(path)

  await Promise.all([sync.sync(), sync.sync()].map((one) => expect(one).rejects.toThrow('ENOENT')))
  using db = withThings(path)
  add(db)

  await sync.sync()
  rmSync(path)
})
