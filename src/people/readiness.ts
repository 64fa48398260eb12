// Who rings or talks now, in memory: a restart ends every call, so there is nothing to keep.
// Told by calls, read by matching and by the presence list.
import type { Clock } from '#lib/clock.ts'
import { Events, type Source } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import type { Tenant } from '#store/store.ts'
import { listAutomaticStatuses } from './automatic-status.ts'
import type { Candidate } from './match.ts'
import { listUserSkills } from './skill.ts'
import { listPresence } from './status.ts'
import { listUsers } from './user.ts'

export interface ReadinessChange {
  readonly userId: string
  readonly busy: boolean
}

export class Readiness {
  readonly #clock: Clock
  readonly #engagements = new Map<string, number>()
  readonly #freeSince = new Map<string, number>()
  readonly #changes: Events<ReadinessChange>

  constructor(options: { clock: Clock; log: Log }) {
    this.#clock = options.clock
    this.#changes = new Events(options.log)
  }

  /** A person got busy or free. */
  get changes(): Source<ReadinessChange> {
    return this.#changes
  }

  /** This person rings or talks until the result is disposed, which is idempotent; several at a time count together. */
  engage(userId: string): Disposable {
    const count = (this.#engagements.get(userId) ?? 0) + 1
    this.#engagements.set(userId, count)
    if (count === 1) this.#changes.emit({ userId, busy: true })
    let over = false
    return {
      [Symbol.dispose]: () => {
        if (over) return
        over = true
        this.#release(userId)
      },
    }
  }

  isBusy(userId: string): boolean {
    return this.#engagements.has(userId)
  }

  /** When the last ringing or call of this person ended, since the start of the program. */
  freeSince(userId: string): number | undefined {
    return this.#freeSince.get(userId)
  }

  #release(userId: string): void {
    const left = (this.#engagements.get(userId) ?? 1) - 1
    if (left > 0) {
      this.#engagements.set(userId, left)
      return
    }
    this.#engagements.delete(userId)
    this.#freeSince.set(userId, this.#clock.now())
    this.#changes.emit({ userId, busy: false })
  }
}

export interface CandidateSources {
  readonly readiness: Readiness
  /** True when a phone of this person is registered. */
  readonly reachable: (userId: string) => boolean
  /** Written tasks in the person's hands; 0 unless given. */
  readonly openTasks?: (userId: string) => number
}

/** All active people of the company as matching wants them. Idle counts from the last call or the last status, whichever is later. */
export function candidatesOf(tenant: Pick<Tenant, 'db'>, sources: CandidateSources): readonly Candidate[] {
  const { readiness, reachable, openTasks } = sources
  const skills = listUserSkills(tenant.db)
  const wrapUps = new Map(
    listAutomaticStatuses(tenant.db)
      .filter(({ statusId }) => statusId === 'wrap-up')
      .map(({ userId, endsAt }) => [userId, endsAt]),
  )
  const names = new Map(listUsers(tenant.db).map((user) => [user.id, user.name]))
  return listPresence(tenant.db).map(({ userId, status, sinceAt }) => ({
    userId,
    name: names.get(userId) ?? '',
    skills: skills.get(userId) ?? new Set(),
    takesCalls: status.takesCalls,
    takesWritten: status.takesWritten,
    wrapUpUntil: wrapUps.get(userId),
    busy: readiness.isBusy(userId),
    reachable: reachable(userId),
    idleSinceAt: Math.max(sinceAt, readiness.freeSince(userId) ?? 0),
    openTasks: openTasks?.(userId) ?? 0,
  }))
}
