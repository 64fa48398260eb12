// SQLite as the rest of the program sees it: SQL in sight, rows checked by zod on the way out, faults with a sentence.
// The one importer of better-sqlite3. It knows no table.
import { renameSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import type { z } from 'zod'
import { messageOf } from '#lib/errors.ts'
import { type Log, silentLog } from '#lib/log.ts'
import { storeFault } from './fault.ts'
import { WalSync } from './wal-sync.ts'

/** What a parameter may be; true and false are stored as 1 and 0. */
export type Value = string | number | bigint | boolean | Uint8Array | null

/** By name (`:id` in the SQL, `{ id }` here) or, for `?`, by place. */
export type Params = Readonly<Record<string, Value>> | readonly Value[]

/** A SELECT (or RETURNING) and the shape of its rows; made once at module level by `query`. */
export interface Query<T> {
  readonly sql: string
  readonly row: z.ZodType<T>
}

export function query<T>(row: z.ZodType<T>, sql: string): Query<T> {
  return { row, sql }
}

export interface Database extends Disposable {
  readonly path: string
  readonly inTransaction: boolean
  all<T>(query: Query<T>, params?: Params): T[]
  /** The first row, or undefined. */
  find<T>(query: Query<T>, params?: Params): T | undefined
  /** The first row. @throws Error when there is none: use it where a missing row is a bug. */
  get<T>(query: Query<T>, params?: Params): T
  run(sql: string, params?: Params): { readonly changes: number }
  /** Several statements without parameters: for migrations. */
  script(sql: string): void
  /**
   * Runs `act` in BEGIN IMMEDIATE, or in a savepoint when already inside one; what it throws rolls back and is thrown on.
   * `act` must be synchronous: a promise as its result is a TypeError and rolls back.
   */
  transaction<T>(act: () => T): T
  /**
   * The same, but it returns before the disk has it: what was committed is whole and in order after a crash of the program,
   * while a power cut may take the last of it until `onDisk` resolves. Inside a transaction it is part of that.
   */
  transactionSoon<T>(act: () => T): T
  /** Resolves when all that is committed now survives a power cut. @throws CordboardError `store.unwritable`, `store.full` */
  onDisk(): Promise<void>
  /** Runs `act` after the outermost commit, or now outside of a transaction; forgotten when that work rolls back. */
  afterCommit(act: () => void): void
  /** An online copy of the whole database into a new file; writers are not held up. */
  backup(path: string): Promise<void>
  /** Idempotent. */
  close(): void
}

export interface DatabaseOptions {
  /** Hears of `afterCommit` functions that fail; silent unless given. */
  readonly log?: Log
}

/**
 * Opens or creates a database file (`:memory:` for tests), in WAL with synchronous=FULL: what was committed survives a power cut.
 * @throws CordboardError `store.unwritable`, `store.full`, `store.damaged`
 */
export function openDatabase(path: string, options: DatabaseOptions = {}): Database {
  return translated(path, () => {
    const raw = new Sqlite(path, { timeout: 5_000 })
    try {
      raw.pragma('journal_mode = WAL')
      raw.pragma('synchronous = FULL')
      raw.pragma('foreign_keys = ON')
      raw.pragma('busy_timeout = 5000')
    } catch (err) {
      raw.close()
      throw err
    }
    return new SqliteDatabase(raw, path, options.log ?? silentLog)
  })
}

/**
 * Takes a lock that the kernel gives back when the process dies, however it dies: an exclusive transaction on a file of its own.
 * Returns undefined when another process, or another place in this one, holds it.
 */
export function takeLock(path: string): Disposable | undefined {
  return translated(path, () => {
    const raw = new Sqlite(path, { timeout: 0 })
    try {
      raw.exec('BEGIN EXCLUSIVE')
    } catch (err) {
      raw.close()
      if (err instanceof Sqlite.SqliteError && err.code.startsWith('SQLITE_BUSY')) return undefined
      throw err
    }
    return { [Symbol.dispose]: () => void raw.close() }
  })
}

class SqliteDatabase implements Database {
  readonly path: string
  readonly #raw: Sqlite.Database
  readonly #log: Log
  readonly #statements = new Map<string, Sqlite.Statement>()
  readonly #walSync: WalSync | undefined
  #afterCommit: (() => void)[] = []
  #synchronous: 'FULL' | 'NORMAL' = 'FULL'

  constructor(raw: Sqlite.Database, path: string, log: Log) {
    this.#raw = raw
    this.path = path
    this.#log = log
    this.#walSync = raw.memory ? undefined : new WalSync(path)
  }

  get inTransaction(): boolean {
    return this.#raw.inTransaction
  }

  all<T>(query: Query<T>, params: Params = []): T[] {
    const rows = translated(this.path, () => this.#ready(query.sql).all(...bound(params)))
    return rows.map((row) => checked(query, row))
  }

  find<T>(query: Query<T>, params: Params = []): T | undefined {
    const row = translated(this.path, () => this.#ready(query.sql).get(...bound(params)))
    return row === undefined ? undefined : checked(query, row)
  }

  get<T>(query: Query<T>, params: Params = []): T {
    const row = this.find(query, params)
    if (row === undefined) throw new Error(`no row for: ${query.sql}`)
    return row
  }

  run(sql: string, params: Params = []): { readonly changes: number } {
    const result = translated(this.path, () => this.#ready(sql).run(...bound(params)))
    return { changes: result.changes }
  }

  script(sql: string): void {
    translated(this.path, () => {
      this.#syncAtCommit('FULL')
      this.#raw.exec(sql)
    })
  }

  transaction<T>(act: () => T): T {
    return this.#transact(act, { sync: true })
  }

  transactionSoon<T>(act: () => T): T {
    return this.#transact(act, { sync: false })
  }

  async onDisk(): Promise<void> {
    try {
      await this.#walSync?.sync()
    } catch (err) {
      throw storeFault(this.path, err)
    }
  }

  afterCommit(act: () => void): void {
    this.#afterCommit.push(act)
    if (!this.#raw.inTransaction) this.#runAfterCommit()
  }

  async backup(path: string): Promise<void> {
    const part = `${path}.part`
    rmSync(part, { force: true })
    try {
      await this.#raw.backup(part)
      renameSync(part, path)
    } catch (err) {
      rmSync(part, { force: true })
      throw storeFault(path, err)
    }
  }

  close(): void {
    if (!this.#raw.open) return
    this.#statements.clear()
    this.#raw.close()
    this.#walSync?.[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #transact<T>(act: () => T, { sync }: { readonly sync: boolean }): T {
    const outermost = !this.#raw.inTransaction
    const registered = this.#afterCommit.length
    let result: T
    try {
      result = translated(this.path, () => {
        this.#syncAtCommit(sync ? 'FULL' : 'NORMAL')
        return this.#raw.transaction(act).immediate()
      })
    } catch (err) {
      this.#afterCommit.length = registered
      throw err
    }
    if (outermost) this.#runAfterCommit()
    return result
  }

  /** In WAL, NORMAL leaves out the sync at the commit and nothing else; checkpoints sync as ever. */
  #syncAtCommit(wanted: 'FULL' | 'NORMAL'): void {
    // Who is inside a transaction shares its commit. To change it is dear beside a small transaction, so it stays until it must.
    if (wanted === this.#synchronous || this.#raw.inTransaction) return
    this.#raw.pragma(`synchronous = ${wanted}`)
    this.#synchronous = wanted
  }

  #ready(sql: string): Sqlite.Statement {
    const statement = this.#statement(sql)
    if (!statement.readonly) this.#syncAtCommit('FULL')
    return statement
  }

  #statement(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#raw.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  // The commit stands whatever these do, so what they throw must not look like a failed transaction.
  #runAfterCommit(): void {
    const acts = this.#afterCommit
    this.#afterCommit = []
    for (const act of acts) {
      try {
        act()
      } catch (err) {
        this.#log.error({ err }, 'work after a commit failed')
      }
    }
  }
}

function bound(params: Params): unknown[] {
  if (isList(params)) return params.map(toSqlite)
  return [Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toSqlite(value)]))]
}

function isList(params: Params): params is readonly Value[] {
  return Array.isArray(params)
}

function toSqlite(value: Value): Value {
  return typeof value === 'boolean' ? Number(value) : value
}

function checked<T>(query: Query<T>, row: unknown): T {
  const parsed = query.row.safeParse(row)
  if (parsed.success) return parsed.data
  throw new Error(`a row does not fit its schema (${query.sql}): ${parsed.error.message}`)
}

function translated<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (err) {
    if (err instanceof Sqlite.SqliteError) throw storeFault(path, err)
    // A missing folder is a TypeError of the package, not an SqliteError.
    if (err instanceof TypeError && messageOf(err).startsWith('Cannot open database'))
      throw storeFault(path, err)
    throw err
  }
}
