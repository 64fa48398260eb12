// The rows of a call's legs: one per SIP leg from the moment it is tried, also of those nobody answered (C10).
import type { Clock } from '#lib/clock.ts'
import { newId } from '#lib/id.ts'
import type { LegQuality } from '#media/engine.ts'
import type { CallLeg, LegOwner } from './call-leg.ts'
import { type LegRow, writeLeg } from './call-store.ts'
import type { Journal } from './journal.ts'

export class LegLog {
  readonly #callId: string
  readonly #journal: Journal
  readonly #clock: Clock
  /** By SIP Call-ID. */
  readonly #rows = new Map<string, LegRow>()

  constructor(callId: string, journal: Journal, clock: Clock) {
    this.#callId = callId
    this.#journal = journal
    this.#clock = clock
  }

  started(sipCallId: string, direction: 'in' | 'out', owner: LegOwner): void {
    this.#write({
      id: newId(),
      callId: this.#callId,
      direction,
      userId: owner.kind === 'person' ? owner.userId : undefined,
      phoneId: owner.kind === 'person' ? owner.phoneId : undefined,
      trunkId: owner.kind === 'outside' ? owner.trunkId : undefined,
      account: owner.kind === 'outside' ? owner.account : undefined,
      sipCallId,
      startedAt: this.#clock.now(),
      answeredAt: undefined,
      endedAt: undefined,
      endedWhy: undefined,
      quality: undefined,
    })
  }

  answered(sipCallId: string): void {
    const row = this.#rows.get(sipCallId)
    if (row) this.#write({ ...row, answeredAt: this.#clock.now() })
  }

  /** A leg that was never answered, or whose answer was not wanted any more. */
  unanswered(sipCallId: string, why: string): void {
    const row = this.#rows.get(sipCallId)
    if (row && row.endedAt === undefined) this.#write({ ...row, endedAt: this.#clock.now(), endedWhy: why })
  }

  ended(leg: CallLeg, why: string, quality: LegQuality | undefined): void {
    const row = this.#rows.get(leg.sipCallId)
    if (!row || row.endedAt !== undefined) return
    this.#write({
      ...row,
      endedAt: this.#clock.now(),
      endedWhy: why,
      quality: quality && {
        codec: quality.codec,
        mos: quality.mos,
        lossRatio: quality.lossRatio,
        jitterMs: quality.jitterMs,
      },
    })
  }

  /** A leg with this Call-ID rang or spoke here. */
  has(sipCallId: string): boolean {
    return this.#rows.has(sipCallId)
  }

  /** The row leaves with its leg, for another call's log. */
  give(sipCallId: string): LegRow | undefined {
    const row = this.#rows.get(sipCallId)
    this.#rows.delete(sipCallId)
    return row
  }

  /** A row from another call's log: it counts here from now on (C12). */
  take(row: LegRow): void {
    this.#write({ ...row, callId: this.#callId })
  }

  #write(row: LegRow): void {
    this.#rows.set(row.sipCallId, row)
    this.#journal.write((db) => writeLeg(db, row))
  }
}
