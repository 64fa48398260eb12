// The waiting line of a tenant: first come, first served. It knows who waits, in which order and how long that will take;
// who is rung for whom is known to serve.ts, what the caller hears meanwhile to queue-step.ts.
import type { CallLeg } from '#calls/call-leg.ts'
import { expectedWaitMs } from '#calls/expected-wait.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { distributionFor } from '#calls/number-plan.ts'
import { musicOf } from '#calls/prompts/music.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Timer } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import { type Candidate, hasSkills } from '#people/match.ts'
import type { Tenant } from '#store/store.ts'
import { type InService, Serving } from './serve.ts'
import { ServiceTimes } from './service-times.ts'
import type { Waiting } from './waiting.ts'

export interface WaitingCaller {
  readonly call: LiveCall
  /** The caller's leg; it belongs to the call. */
  readonly leg: CallLeg
  readonly skills: readonly string[]
  /** Takes over with the person's leg, which belongs to nobody yet. */
  readonly onAnswered: (leg: CallLeg, userId: string) => void
}

/** A place in line. */
export interface Place {
  /** 1: nobody before it wants one of the same people. */
  readonly position: number
  /** Until somebody rings, by what service took lately; undefined: nothing is known, or nobody could serve it. */
  readonly expectedWaitMs: number | undefined
  /** Out of the line; whoever rings for it is stopped. Idempotent. */
  leave(): void
}

/** Status and skills are rows that tell nobody when they change; who waits hears of it within this time. */
const tickMs = 1_000

export class Queue implements Disposable {
  readonly #switchboard: Switchboard
  readonly #tenant: Tenant
  readonly #serving: Serving
  readonly #times: ServiceTimes
  readonly #entries: InService[] = []
  readonly #subscriptions = new DisposableStack()
  #tick: Timer | undefined
  #looking = false
  #lookAgain = false

  constructor(switchboard: Switchboard, tenant: Tenant) {
    this.#switchboard = switchboard
    this.#tenant = tenant
    this.#times = this.#subscriptions.use(new ServiceTimes(switchboard, tenant))
    // Before our own look at who got free: by then that person may be in wrap-up.
    this.#serving = this.#subscriptions.use(
      new Serving({
        switchboard,
        tenant,
        times: this.#times,
        look: () => this.look(),
        positionOf: (entry) => this.#positionOf(entry),
        remove: (entry) => this.#remove(entry),
      }),
    )
    const look = () => this.look()
    this.#subscriptions.use(switchboard.readiness.changes.on(look))
    this.#subscriptions.use(switchboard.phones.changes.on(look))
  }

  [Symbol.dispose](): void {
    this.#subscriptions.dispose()
    for (const entry of [...this.#entries]) this.#remove(entry)
  }

  get length(): number {
    return this.#entries.length
  }

  /** Callers in line who want one of the people that have these skills. */
  aheadOf(skills: readonly string[]): number {
    return this.#rivals(this.#entries, skills).length
  }

  /** A caller who hears nothing but music until somebody answers. */
  join(caller: WaitingCaller): Place {
    const { call, leg, skills, onAnswered } = caller
    const music = leg.media.play(musicOf(this.#tenant))
    return this.enter({
      skills,
      joinedAt: this.#switchboard.clock.now(),
      gone: call.over,
      call: () => call,
      begin: () => call,
      from: shownParty(call),
      distribution: distributionFor(this.#tenant.db, call.call.number, skills),
      onAnswered: (person, userId) => {
        music.stop()
        onAnswered(person, userId)
      },
    })
  }

  enter(waiting: Waiting): Place {
    const entry = this.#serving.take(waiting)
    if (!waiting.gone.aborted) {
      // In order of coming: who comes back to the line with an earlier moment goes before who came since.
      const behind = this.#entries.findIndex((other) => other.waiting.joinedAt > waiting.joinedAt)
      this.#entries.splice(behind === -1 ? this.#entries.length : behind, 0, entry)
      const { clock, log } = this.#switchboard
      this.#tick ??= clock.every(
        tickMs,
        guard(log, 'queue', () => this.look()),
      )
      waiting.gone.addEventListener('abort', () => this.#leave(entry), { once: true })
      this.look()
    }
    const [positionOf, waitOf] = [() => this.#positionOf(entry), () => this.#waitOf(entry)]
    return {
      get position() {
        return positionOf()
      },
      get expectedWaitMs() {
        return waitOf()
      },
      leave: () => this.#leave(entry),
    }
  }

  /** Somebody got free, ready or reachable, or a call came: offers what can be offered now. */
  look(): void {
    // Offering a call makes somebody busy, which asks for another look while this one runs.
    this.#lookAgain = true
    if (this.#looking) return
    this.#looking = true
    try {
      while (this.#lookAgain) {
        this.#lookAgain = false
        this.#serving.serve(this.#entries)
      }
    } finally {
      this.#looking = false
    }
  }

  #leave(entry: InService): void {
    if (!this.#entries.includes(entry)) return
    this.#serving.stop(entry)
    this.#remove(entry)
    this.look()
  }

  #remove(entry: InService): void {
    this.#serving.forget(entry)
    const index = this.#entries.indexOf(entry)
    if (index >= 0) this.#entries.splice(index, 1)
    if (this.#entries.length > 0) return
    this.#tick?.cancel()
    this.#tick = undefined
  }

  #positionOf(entry: InService): number {
    return this.#rivals(this.#before(entry), entry.waiting.skills).length + 1
  }

  #waitOf(entry: InService): number | undefined {
    const { skills } = entry.waiting
    const averageMs = this.#times.averageMs(skills)
    if (averageMs === undefined) return undefined
    const now = this.#switchboard.clock.now()
    const busyMs = this.#serversOf(skills).map(({ userId, wrapUpUntil }) =>
      // What is left of a wrap-up counts like what is left of a call.
      wrapUpUntil === undefined
        ? this.#times.busyForMs(userId)
        : Math.max(0, averageMs - Math.max(0, wrapUpUntil - now)),
    )
    // Whoever is being rung for is served already: that person is counted as busy.
    const ahead = this.#rivals(this.#before(entry), skills).filter(({ offers }) => offers.size === 0).length
    return expectedWaitMs({ averageMs, busyMs, ahead })
  }

  #before(entry: InService): readonly InService[] {
    return this.#entries.slice(0, Math.max(0, this.#entries.indexOf(entry)))
  }

  /** Of some who wait, those who want the same skills or one of the same people. */
  #rivals(entries: readonly InService[], skills: readonly string[]): readonly InService[] {
    const servers = this.#serversOf(skills)
    const key = skillKey(skills)
    return entries.filter(
      ({ waiting }) =>
        skillKey(waiting.skills) === key || servers.some((person) => hasSkills(person, waiting.skills)),
    )
  }

  /** Who takes calls now, or after a wrap-up, and has the skills, free or not. */
  #serversOf(skills: readonly string[]): readonly Candidate[] {
    return this.#switchboard.staff
      .candidates(this.#tenant)
      .filter(
        ({ takesCalls, wrapUpUntil, reachable, ...person }) =>
          (takesCalls || wrapUpUntil !== undefined) && reachable && hasSkills(person, skills),
      )
  }
}

/** The customer, for the display of the phones that ring. */
export function shownParty({ call }: LiveCall): Waiting['from'] {
  const { number = 'anonymous', name } = call.party
  return name === undefined ? { number } : { number, displayName: name }
}

function skillKey(skills: readonly string[]): string {
  return [...skills].sort().join(' ')
}
