// People who let calls of the queue ring out get the status "No answer": no more callers are kept waiting for an empty chair. They
// leave it by choosing a status at the desk, or by taking up any phone of theirs; time alone brings nobody back.
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import {
  endAutomaticStatus,
  findAutomaticStatus,
  listAutomaticStatuses,
  setAutomaticStatus,
} from '#people/automatic-status.ts'
import { findPresence } from '#people/status.ts'
import type { Tenant } from '#store/store.ts'

export class IgnoredRings implements Disposable {
  readonly #switchboard: Switchboard
  readonly #tenant: Tenant
  /** In a row, by person. */
  readonly #ignored = new Map<string, number>()
  readonly #away: Set<string>
  readonly #listening: Disposable

  constructor(switchboard: Switchboard, tenant: Tenant) {
    this.#switchboard = switchboard
    this.#tenant = tenant
    const away = listAutomaticStatuses(tenant.db).filter(({ statusId }) => statusId === 'no-answer')
    this.#away = new Set(away.map(({ userId }) => userId))
    this.#listening = switchboard.openCalls.changes.on(({ tenantId, callId }) => {
      if (tenantId === tenant.id && this.#away.size > 0) this.#seen(callId)
    })
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
  }

  /** A ring ended unanswered; after `limit` of them in a row the person is taken for away. */
  add(call: LiveCall, userId: string, limit: number): void {
    const count = (this.#ignored.get(userId) ?? 0) + 1
    this.#ignored.set(userId, count)
    if (limit === 0 || count < limit) return
    this.#ignored.delete(userId)
    // Whoever went on a break while it rang is away already.
    if (!findPresence(this.#tenant.db, userId)?.status.takesCalls) return
    const { name = call.call.party.number ?? 'a withheld number' } = call.call.party
    const sentence =
      count === 1 ? `You did not answer a call of ${name}.` : `You did not answer ${count} calls in a row.`
    const { clock, log } = this.#switchboard
    const { db } = this.#tenant
    try {
      db.transactionSoon(() =>
        setAutomaticStatus(db, { userId, statusId: 'no-answer', sentence, now: clock.now() }),
      )
    } catch (err) {
      // The call goes on to the next person all the same.
      log.error({ err }, 'a person who does not answer could not be set away')
      return
    }
    this.#away.add(userId)
    call.note('Set to "No answer": offered no calls until they are ready again.', userId)
  }

  answered(userId: string): void {
    this.#ignored.delete(userId)
  }

  /** Who has a leg in a call is there, whatever their status says. */
  #seen(callId: string): void {
    const call = this.#switchboard.openCalls.find(this.#tenant.id, callId)
    for (const { userId } of call?.legs ?? []) {
      if (userId === undefined || !this.#away.delete(userId)) continue
      const { db } = this.#tenant
      if (findAutomaticStatus(db, userId)?.statusId !== 'no-answer') continue
      db.transactionSoon(() => endAutomaticStatus(db, userId, this.#switchboard.clock.now()))
    }
  }
}
