// After a call of the queue its person has time to finish it: the status "Wrap-up", and then what they were in before. It is kept
// as a row, so that a restart neither forgets nor prolongs it.
import type { Switchboard } from '#calls/switchboard.ts'
import type { Timer } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import {
  endAutomaticStatus,
  findAutomaticStatus,
  listAutomaticStatuses,
  setAutomaticStatus,
} from '#people/automatic-status.ts'
import { findPresence } from '#people/status.ts'
import type { Tenant } from '#store/store.ts'

type Room = Pick<Switchboard, 'clock' | 'log' | 'readiness'>

export class WrapUp implements Disposable {
  readonly #switchboard: Room
  readonly #tenant: Tenant
  /** How long, for those who are on a call of the queue now. */
  readonly #owed = new Map<string, number>()
  readonly #timers = new Map<string, Timer>()
  readonly #over: () => void
  readonly #listening: Disposable

  /** `over` is told when somebody's wrap-up ended by itself. */
  constructor(switchboard: Room, tenant: Tenant, over: () => void) {
    this.#switchboard = switchboard
    this.#tenant = tenant
    this.#over = over
    this.#listening = switchboard.readiness.changes.on(({ userId, busy }) => {
      if (!busy) this.#free(userId)
    })
    for (const { userId, statusId, endsAt } of listAutomaticStatuses(tenant.db))
      if (statusId === 'wrap-up' && endsAt !== undefined) this.#endAt(userId, endsAt)
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }

  /** The person answered a call of a queue that gives this much time afterwards; 0: none. */
  taken(userId: string, wrapUpMs: number): void {
    if (wrapUpMs > 0) this.#owed.set(userId, wrapUpMs)
    else this.#owed.delete(userId)
  }

  #free(userId: string): void {
    const ms = this.#owed.get(userId)
    this.#owed.delete(userId)
    const { db } = this.#tenant
    // A break chosen during the call begins at once.
    if (ms === undefined || !findPresence(db, userId)?.status.takesCalls) return
    const now = this.#switchboard.clock.now()
    const sentence = 'Time to finish the last call.'
    db.transactionSoon(() =>
      setAutomaticStatus(db, {
        userId,
        statusId: 'wrap-up',
        endsAt: now + ms,
        extensionMs: ms,
        sentence,
        now,
      }),
    )
    this.#endAt(userId, now + ms)
  }

  #endAt(userId: string, endsAt: number): void {
    const { clock, log } = this.#switchboard
    this.#timers.get(userId)?.cancel()
    const end = guard(log, 'the end of a wrap-up', () => this.#end(userId))
    this.#timers.set(userId, clock.after(Math.max(0, endsAt - clock.now()), end))
  }

  #end(userId: string): void {
    this.#timers.delete(userId)
    const { db } = this.#tenant
    const found = findAutomaticStatus(db, userId)
    // Ended by hand; a later one has a timer of its own.
    if (found?.statusId !== 'wrap-up' || found.endsAt === undefined) return
    const now = this.#switchboard.clock.now()
    if (found.endsAt > now) {
      // Extended meanwhile.
      this.#endAt(userId, found.endsAt)
      return
    }
    db.transactionSoon(() => endAutomaticStatus(db, userId, now))
    this.#over()
  }
}
