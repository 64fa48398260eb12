// Forward-only migrations: numbered SQL files, each applied once, never edited afterwards.
// Each area has its range of numbers (docs in store/migrations/README.md), so a lower number may be applied later.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { type Database, query } from './database.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

const fileName = /^(\d{4})-([a-z0-9-]+)\.sql$/

/** The migrations in a folder, by number. */
export function readMigrations(folder: string): readonly Migration[] {
  const migrations = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((file) => {
      const [, number, name] = fileName.exec(file) ?? []
      if (number === undefined || name === undefined)
        throw new Error(`a migration is named NNNN-word.sql, not ${file}`)
      return { number: Number(number), name, sql: readFileSync(join(folder, file), 'utf8') }
    })
    .sort((a, b) => a.number - b.number)
  for (const [index, migration] of migrations.entries())
    if (migrations[index - 1]?.number === migration.number)
      throw new Error(`two migrations have the number ${migration.number} in ${folder}`)
  return migrations
}

const appliedRow = z.object({ number: z.int(), name: z.string(), checksum: z.string() })
const appliedMigrations = query(appliedRow, 'SELECT number, name, checksum FROM migrations')

/**
 * Brings a database up to date; each migration runs in a transaction of its own.
 * @throws CordboardError `store.newer` when the database was written by a newer Cordboard, `store.migration-changed`
 */
export function migrate(db: Database, migrations: readonly Migration[], now: number): void {
  db.run(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  )
  const applied = new Map(db.all(appliedMigrations).map((row) => [row.number, row]))
  refuseNewer(db, applied.keys(), migrations)
  for (const migration of migrations) {
    const checksum = createHash('sha256').update(migration.sql).digest('hex')
    const before = applied.get(migration.number)
    if (before) refuseChanged(db, migration, before.checksum === checksum)
    else apply(db, migration, { checksum, now })
  }
}

function refuseNewer(db: Database, applied: Iterable<number>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.number))
  for (const number of applied)
    if (!known.has(number))
      throw new CordboardError(
        'store.newer',
        `${db.path} was written by a newer Cordboard (migration ${number}): run that version, or restore a backup made by this one.`,
        { blame: 'setup' },
      )
}

function refuseChanged(db: Database, migration: Migration, same: boolean): void {
  if (same) return
  throw new CordboardError(
    'store.migration-changed',
    `Migration ${migration.number} (${migration.name}) is not the one that made ${db.path}: install an unchanged Cordboard.`,
    { blame: 'setup' },
  )
}

function apply(db: Database, migration: Migration, done: { checksum: string; now: number }): void {
  db.transaction(() => {
    db.script(migration.sql)
    db.run(
      'INSERT INTO migrations (number, name, checksum, applied_at) VALUES (:number, :name, :checksum, :now)',
      { number: migration.number, name: migration.name, ...done },
    )
  })
}
