// How long people were busy with calls of the queue lately, measured: from when their phone rang until they were free again.
// What was before this start of the program is read from the calls of the last week.
import { z } from 'zod'
import { averageOf } from '#calls/expected-wait.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { query } from '#store/database.ts'
import type { Tenant } from '#store/store.ts'

/** The latest calls say most; ten even out one long talk. */
const keptPerSkills = 10
/** Fewer tell nothing: then no wait is announced. */
const least = 3
const rememberedMs = 7 * 24 * 3600_000

export class ServiceTimes implements Disposable {
  readonly #switchboard: Switchboard
  readonly #tenant: Tenant
  readonly #measured = new Map<string, number[]>()
  readonly #busySince = new Map<string, number>()
  /** What the person who is busy now took, if it was a call of the queue. */
  readonly #serving = new Map<string, { readonly key: string; readonly wrapUpMs: number }>()
  readonly #listening: Disposable

  constructor(switchboard: Switchboard, tenant: Tenant) {
    this.#switchboard = switchboard
    this.#tenant = tenant
    this.#listening = switchboard.readiness.changes.on(({ userId, busy }) => {
      if (busy) this.#busySince.set(userId, switchboard.clock.monotonic())
      else this.#free(userId)
    })
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
  }

  /** The person answered a call of the queue, after which they have this much time to finish it. */
  taken(userId: string, skills: readonly string[], wrapUpMs = 0): void {
    this.#serving.set(userId, { key: keyOf(skills), wrapUpMs })
  }

  /** undefined: the person is free. */
  busyForMs(userId: string): number | undefined {
    if (!this.#switchboard.readiness.isBusy(userId)) return undefined
    const since = this.#busySince.get(userId)
    return since === undefined ? 0 : this.#switchboard.clock.monotonic() - since
  }

  /** undefined: too few calls were served to know. */
  averageMs(skills: readonly string[]): number | undefined {
    return averageOf(this.#of(keyOf(skills)), least)
  }

  #free(userId: string): void {
    const since = this.#busySince.get(userId)
    const served = this.#serving.get(userId)
    this.#busySince.delete(userId)
    this.#serving.delete(userId)
    if (since === undefined || served === undefined) return
    const measured = this.#of(served.key)
    measured.push(this.#switchboard.clock.monotonic() - since + served.wrapUpMs)
    if (measured.length > keptPerSkills) measured.shift()
  }

  #of(key: string): number[] {
    const known = this.#measured.get(key)
    if (known) return known
    const read = this.#tenant.db
      .all(latestTalks, [key, this.#switchboard.clock.now() - rememberedMs])
      .map(({ ms }) => ms)
      .reverse()
    this.#measured.set(key, read)
    return read
  }
}

/** As calls keep them. */
function keyOf(skills: readonly string[]): string {
  return JSON.stringify(skills)
}

const latestTalks = query(
  z.object({ ms: z.int() }),
  `SELECT ended_at - answered_at AS ms FROM calls
   WHERE direction = 'in' AND outcome = 'answered' AND skills = ? AND answered_at IS NOT NULL AND ended_at IS NOT NULL
     AND started_at > ?
   ORDER BY started_at DESC LIMIT ${keptPerSkills}`,
)
