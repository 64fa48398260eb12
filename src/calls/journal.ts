// Writes of running calls, in order, each with its facts in one transaction. A full disk does not end a call:
// what could not be written is kept in memory and tried again until it is.
import type { Clock, Timer } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { Database } from '#store/database.ts'

const retryMs = 5_000
/** About an hour of a busy box; beyond it the oldest are given up, so that a dead disk does not eat the memory too. */
const mostWaiting = 10_000

export interface JournalOptions {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
}

export class Journal implements Disposable {
  readonly #options: JournalOptions
  #waiting: (() => void)[] = []
  #retry: Timer | undefined

  constructor(options: JournalOptions) {
    this.#options = options
  }

  /** Writes that wait for the disk. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Writes now, or as soon as the store takes it; the disk has it milliseconds later. Never throws. */
  write(act: (db: Database) => void): void {
    this.#waiting.push(() => act(this.#options.db))
    if (this.#waiting.length > mostWaiting) {
      this.#waiting.shift()
      this.#options.log.error(
        { waiting: mostWaiting },
        'a write of a call was given up: the store refuses for too long',
      )
    }
    if (!this.#retry) this.#flush()
  }

  /**
   * Writes now or not at all; resolves when the disk has it, which others wait for as well: one sync serves all.
   * @throws CordboardError `store.full` and its kin, at once
   */
  writeNow(act: (db: Database) => void): Promise<void> {
    const { db } = this.#options
    db.transactionSoon(() => act(db))
    return db.onDisk()
  }

  /** One last try; what is still refused is lost, and recovery closes those calls at the next start. */
  [Symbol.dispose](): void {
    this.#stopWaiting()
    if (this.#waiting.length > 0) this.#flush()
    this.#stopWaiting()
  }

  #flush(): void {
    const { db, log, clock } = this.#options
    for (let act = this.#waiting[0]; act; act = this.#waiting[0]) {
      try {
        db.transactionSoon(act)
      } catch (err) {
        if (err instanceof CordboardError) {
          log.error(
            { err, waiting: this.#waiting.length },
            'the store refused a write of a call: trying again',
          )
          this.#retry = clock.after(
            retryMs,
            guard(log, 'journal retry', () => this.#again()),
          )
          return
        }
        // A bug in this one write must not hold up the others.
        log.error({ err }, 'a write of a call failed')
      }
      this.#waiting.shift()
    }
    db.onDisk().catch((err: unknown) => log.error({ err }, 'the disk refused what calls wrote'))
  }

  #stopWaiting(): void {
    this.#retry?.cancel()
    this.#retry = undefined
  }

  #again(): void {
    this.#retry = undefined
    this.#flush()
  }
}
