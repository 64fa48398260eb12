import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { query } from '#store/database.ts'
import { migrate, readMigrations } from '#store/migrate.ts'
import { memoryDatabase, tempFolder } from '#test/temp-folder.ts'

const one = { number: 1, name: 'one', sql: 'CREATE TABLE a (x INTEGER) STRICT;' }
const two = {
  number: 2,
  name: 'two',
  sql: 'ALTER TABLE a ADD COLUMN y INTEGER; INSERT INTO a VALUES (1, 2);',
}
const ten = { number: 10, name: 'ten', sql: 'CREATE TABLE b (x INTEGER) STRICT;' }
const rowsOfA = query(z.object({ x: z.int(), y: z.int() }), 'SELECT x, y FROM a')
const tables = query(
  z.object({ name: z.string() }),
  "SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')",
)

test('each migration runs once, and a lower number may come later', () => {
  using db = memoryDatabase()

  migrate(db, [one, ten], 5)
  migrate(db, [one, two, ten], 6)
  migrate(db, [one, two, ten], 7)

  expect(db.all(rowsOfA)).toEqual([{ x: 1, y: 2 }])
})

test('a migration that fails half-way leaves nothing of itself', () => {
  using db = memoryDatabase()
  const broken = { number: 2, name: 'broken', sql: `${ten.sql} INSERT INTO nowhere VALUES (1);` }

  expect(() => migrate(db, [one, broken], 5)).toThrow('nowhere')

  expect(db.all(tables)).toEqual([{ name: 'a' }])
  migrate(db, [one, two], 6)
  expect(db.all(rowsOfA)).toHaveLength(1)
})

test('a changed old migration is refused', () => {
  using db = memoryDatabase()
  migrate(db, [one], 5)

  expect(() => migrate(db, [{ ...one, sql: `${one.sql} ` }], 6)).toThrow(
    expect.objectContaining({ code: 'store.migration-changed' }),
  )
})

test('a database of a newer version is refused untouched', () => {
  using db = memoryDatabase()
  migrate(db, [one, ten], 5)

  expect(() => migrate(db, [one, two], 6)).toThrow(expect.objectContaining({ code: 'store.newer' }))

  expect(db.all(query(z.unknown(), 'SELECT * FROM a'))).toEqual([])
  expect(() => db.all(rowsOfA)).toThrow('no such column: y')
})

test('a file with another name than NNNN-word.sql and a number used twice are refused', () => {
  using folder = tempFolder()
  writeFileSync(join(folder.path, '0002-b.sql'), '')
  writeFileSync(join(folder.path, '0001-a.sql'), 'x')
  writeFileSync(join(folder.path, 'README.md'), '')
  expect(readMigrations(folder.path)).toEqual([
    { number: 1, name: 'a', sql: 'x' },
    { number: 2, name: 'b', sql: '' },
  ])

  writeFileSync(join(folder.path, '0002-c.sql'), '')
  expect(() => readMigrations(folder.path)).toThrow('two migrations have the number 2')
  writeFileSync(join(folder.path, 'fix.sql'), '')
  expect(() => readMigrations(folder.path)).toThrow('not fix.sql')
})

test.each(['system', 'tenant'])('the %s migrations make a database whose references hold', (kind) => {
  using db = memoryDatabase()
  const folder = join(import.meta.dirname, '../../../src/store/migrations', kind)

  migrate(db, readMigrations(folder), 5)

  expect(readdirSync(folder).length).toBeGreaterThan(0)
  expect(db.all(query(z.unknown(), 'PRAGMA foreign_key_check'))).toEqual([])
  expect(db.all(query(z.object({ integrity_check: z.string() }), 'PRAGMA integrity_check'))).toEqual([
    { integrity_check: 'ok' },
  ])
})
