// Facts: what happened on the left, told to the right exactly once (the outbox). Each follower has a durable cursor.
// It knows neither what a fact means nor who follows.
import { z } from 'zod'
import { backoff } from '#lib/backoff.ts'
import type { Clock, Timer } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { json } from './column.ts'
import { type Database, query } from './database.ts'

export interface Fact {
  /** Grows with each fact of this database; a number is never used twice. */
  readonly id: number
  readonly kind: string
  readonly at: number
  /** JSON; its reader checks its shape. */
  readonly body: unknown
}

export interface FollowOptions {
  readonly db: Database
  /** Names the durable cursor; one follower per name and database. */
  readonly name: string
  readonly clock: Clock
  readonly log: Log
  /**
   * Runs in the transaction that moves the cursor, so what it writes to `db` happens exactly once. It must be synchronous;
   * effects outside of `db` belong into `db.afterCommit`, and behind `db.onDisk` when they must not come twice after a power
   * cut. What it throws rolls back its writes and is tried 3 times more.
   */
  readonly handle: (fact: Fact) => void
  /** Facts of other kinds are passed over, and cost no write. All kinds unless told. */
  readonly kinds?: readonly string[]
  /** Where a cursor that does not exist yet begins; `oldest` unless told. */
  readonly from?: 'oldest' | 'newest'
}

export interface Follower extends Disposable {
  /** Resolves when all facts committed so far are handled or parked. Rejects when the follower is disposed first. */
  caughtUp(): Promise<void>
}

const batchSize = 50
const retries = 3
/** Catches what a wake-up cannot tell: facts written by a restore or by hand. */
const safetyTickMs = 30_000

const nextFacts = query(
  z.object({ id: z.int(), kind: z.string(), at: z.int(), body: json(z.unknown()) }),
  'SELECT id, kind, at, body FROM facts WHERE id > ? ORDER BY id LIMIT ?',
)
const newestFact = query(z.object({ id: z.int() }), 'SELECT coalesce(max(id), 0) AS id FROM facts')
const cursorOf = query(z.object({ id: z.int() }), 'SELECT fact_id AS id FROM cursors WHERE name = ?')

// Followers of a database in this process, told when a transaction with a fact has committed.
const wakers = new WeakMap<Database, Set<() => void>>()

/** Writes a fact into the running transaction, next to the state it tells of. @throws Error outside of a transaction */
export function appendFact(db: Database, fact: Omit<Fact, 'id'>): void {
  if (!db.inTransaction) throw new Error(`fact ${fact.kind} was appended outside of a transaction`)
  db.run('INSERT INTO facts (kind, at, body) VALUES (?, ?, ?)', [
    fact.kind,
    fact.at,
    JSON.stringify(fact.body),
  ])
  db.afterCommit(() => {
    for (const wake of wakers.get(db) ?? []) wake()
  })
}

/** Starts handling facts in order, from where this name's cursor stands. */
export function followFacts(options: FollowOptions): Follower {
  return new CursorFollower(options)
}

/** Deletes facts from before `olderThan` that every cursor has passed; returns how many. */
export function forgetFacts(db: Database, olderThan: number): number {
  return db.run(
    'DELETE FROM facts WHERE at < ? AND id <= (SELECT coalesce(min(fact_id), 9e15) FROM cursors)',
    [olderThan],
  ).changes
}

class CursorFollower implements Follower {
  readonly #options: FollowOptions
  readonly #backoff = backoff({ firstMs: 500, maxMs: 30_000 })
  readonly #safetyTick: Timer
  readonly #wake: () => void
  #retry: Timer | undefined
  #scheduled = false
  #disposed = false
  #failures = 0
  /** Facts up to here are none of ours; the cursor gets there with the next that is, or with the safety tick. */
  #passed = 0
  #waiting: { upTo: number; resolve: () => void; reject: (reason: Error) => void }[] = []

  constructor(options: FollowOptions) {
    this.#options = options
    const { db, name, clock, log } = options
    const start = options.from === 'newest' ? db.get(newestFact).id : 0
    db.run('INSERT INTO cursors (name, fact_id) VALUES (?, ?) ON CONFLICT DO NOTHING', [name, start])
    this.#wake = () => this.#schedule()
    const all = wakers.get(db) ?? new Set()
    wakers.set(db, all.add(this.#wake))
    const tick = () => {
      this.#keepPassed()
      this.#wake()
    }
    this.#safetyTick = clock.every(safetyTickMs, guard(log, `facts ${name}`, tick))
    this.#schedule()
  }

  caughtUp(): Promise<void> {
    if (this.#disposed) return Promise.reject(this.#stopped())
    const upTo = this.#options.db.get(newestFact).id
    if (this.#position() >= upTo) return Promise.resolve()
    this.#schedule()
    return new Promise((resolve, reject) => this.#waiting.push({ upTo, resolve, reject }))
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return
    this.#disposed = true
    wakers.get(this.#options.db)?.delete(this.#wake)
    this.#safetyTick.cancel()
    this.#retry?.cancel()
    for (const waiting of this.#waiting) waiting.reject(this.#stopped())
    this.#waiting = []
  }

  // setImmediate, not a microtask: between two batches calls and requests get their turn.
  #schedule(): void {
    if (this.#scheduled || this.#disposed || this.#retry) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (!this.#disposed) this.#work()
    })
  }

  #work(): void {
    const { db, log, name } = this.#options
    try {
      // What a power cut takes of this is done again: the cursor goes back with it.
      const batch = this.#passOver() ?? db.transactionSoon(() => this.#handleBatch())
      if (batch.failed) {
        this.#retryLater(batch.failed.err)
      } else {
        this.#backoff.reset()
        if (batch.more) this.#schedule()
      }
    } catch (err) {
      // The store itself failed (disk full): no fact is to blame, so nothing is parked.
      log.error({ err, follower: name }, 'facts wait: the store refused')
      this.#waitAndWork()
      return
    }
    this.#settle()
  }

  /** undefined: some of the next facts are ours. */
  #passOver(): { more: boolean; failed?: { err: unknown } } | undefined {
    const { db, kinds } = this.#options
    if (!kinds) return undefined
    const facts = db.all(nextFacts, [this.#position(), batchSize])
    if (facts.some((fact) => this.#isOurs(fact))) return undefined
    this.#passed = facts.at(-1)?.id ?? this.#passed
    return { more: facts.length === batchSize }
  }

  #isOurs({ kind }: Fact): boolean {
    return this.#options.kinds?.includes(kind) ?? true
  }

  // A cursor that stood still would keep old facts from being forgotten.
  #keepPassed(): void {
    if (this.#passed > this.#cursor()) this.#moveCursor(this.#passed)
  }

  #moveCursor(to: number): void {
    const { db, name } = this.#options
    db.run('UPDATE cursors SET fact_id = ? WHERE name = ?', [to, name])
  }

  #handleBatch(): { more: boolean; failed?: { err: unknown } } {
    const { db } = this.#options
    const before = this.#position()
    const facts = db.all(nextFacts, [before, batchSize])
    let done = before
    let failed: { err: unknown } | undefined
    for (const fact of facts) {
      failed = this.#isOurs(fact) ? this.#tryFact(fact) : undefined
      if (failed) break
      done = fact.id
    }
    if (done !== before) this.#moveCursor(done)
    const more = facts.length === batchSize
    return failed ? { more, failed } : { more }
  }

  // undefined: the cursor goes on, because the fact was handled or is parked.
  #tryFact(fact: Fact): { err: unknown } | undefined {
    const { db, handle } = this.#options
    try {
      db.transaction(() => handle(fact))
    } catch (err) {
      if (err instanceof CordboardError && err.retry) throw err
      if (this.#failures < retries) return { err }
      this.#park(fact, err)
    }
    this.#failures = 0
    return undefined
  }

  #park(fact: Fact, err: unknown): void {
    const { db, name, clock, log } = this.#options
    db.run(
      `INSERT INTO parked_facts (cursor, fact_id, kind, at, body, error, parked_at)
       VALUES (:name, :id, :kind, :at, :body, :error, :now) ON CONFLICT DO NOTHING`,
      {
        name,
        id: fact.id,
        kind: fact.kind,
        at: fact.at,
        body: JSON.stringify(fact.body),
        error: messageOf(err),
        now: clock.now(),
      },
    )
    log.error({ err, follower: name, fact: fact.id, kind: fact.kind }, 'a fact was parked')
  }

  #retryLater(err: unknown): void {
    const { log, name } = this.#options
    this.#failures += 1
    log.warn({ err, follower: name, failures: this.#failures }, 'a fact could not be handled yet')
    this.#waitAndWork()
  }

  #waitAndWork(): void {
    this.#retry = this.#options.clock.after(this.#backoff.next(), () => {
      this.#retry = undefined
      this.#schedule()
    })
  }

  #settle(): void {
    if (this.#waiting.length === 0) return
    const cursor = this.#position()
    for (const waiting of this.#waiting) if (waiting.upTo <= cursor) waiting.resolve()
    this.#waiting = this.#waiting.filter((waiting) => waiting.upTo > cursor)
  }

  #position(): number {
    return Math.max(this.#passed, this.#cursor())
  }

  #cursor(): number {
    return this.#options.db.get(cursorOf, [this.#options.name]).id
  }

  #stopped(): Error {
    return new Error(`the follower ${this.#options.name} was stopped`)
  }
}
