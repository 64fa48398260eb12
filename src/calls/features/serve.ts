// Who rings for whom in the waiting line: one person after the other until somebody takes the call. It knows who was tried and
// why nobody rings, not how phones ring or legs are joined.
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Timer } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import { type NobodyWhy, pickForCall } from '#people/match.ts'
import type { Tenant } from '#store/store.ts'
import { type Offer, type OfferResult, offer } from './offer.ts'
import type { ServiceTimes } from './service-times.ts'
import type { Waiting } from './waiting.ts'

/** One in line, and what was done for it so far. */
export interface InService {
  readonly waiting: Waiting
  /** Offered in this round without success. */
  readonly tried: Set<string>
  rounds: number
  pause: Timer | undefined
  offer: Offer | undefined
  told: string | undefined
}

export interface ServingOptions {
  readonly switchboard: Switchboard
  readonly tenant: Tenant
  readonly times: ServiceTimes
  readonly look: () => void
  readonly positionOf: (entry: InService) => number
  readonly remove: (entry: InService) => void
}

/** Before everybody is tried again: short at first, then long enough that a phone which always refuses costs nothing. */
const firstPauseMs = 5_000
const longestPauseMs = 30_000

export class Serving {
  readonly #o: ServingOptions

  constructor(options: ServingOptions) {
    this.#o = options
  }

  take(waiting: Waiting): InService {
    const entry: InService = {
      waiting,
      tried: new Set(),
      rounds: 0,
      pause: undefined,
      offer: undefined,
      told: undefined,
    }
    const call = waiting.call()
    if (call) letDecline(call, entry)
    return entry
  }

  // First come, first served; a later call rings only people the ones before it cannot use.
  serve(entries: readonly InService[]): void {
    const waiting = entries.filter((entry) => !entry.offer && !entry.waiting.gone.aborted)
    if (waiting.length === 0) return
    const { switchboard, tenant } = this.#o
    let people = switchboard.staff.candidates(tenant)
    const now = switchboard.clock.now()
    for (const entry of waiting) {
      // What was told to one before it may have made it leave.
      if (entry.waiting.gone.aborted) continue
      const wish = { skills: entry.waiting.skills, tried: entry.tried, now }
      const { chosen, reason, nobody } = pickForCall(people, wish)
      const [person] = chosen
      if (!person) this.#keepWaiting(entry, reason, nobody)
      else if (this.#offer(entry, person.userId, reason))
        people = people.map((one) => (one === person ? { ...one, busy: true } : one))
    }
  }

  /** It waits no longer: nobody rings for it any more. */
  stop(entry: InService): void {
    entry.offer?.cancel('caller-gone')
  }

  forget(entry: InService): void {
    entry.pause?.cancel()
    entry.pause = undefined
    const call = entry.waiting.call()
    if (call) call.decline = undefined
  }

  #keepWaiting(entry: InService, reason: string, nobody: NobodyWhy | undefined): void {
    this.#tellQueued(entry, reason)
    if (nobody) entry.waiting.onNobody?.(nobody)
    if (entry.tried.size === 0 || entry.pause) return
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(entry.rounds, 10))
    entry.rounds += 1
    const { clock, log } = this.#o.switchboard
    const again = guard(log, 'another round of the queue', () => {
      entry.pause = undefined
      entry.tried.clear()
      this.#o.look()
    })
    entry.pause = clock.after(pauseMs, again)
  }

  // Once when it joins, then only when the reason is another one: the log is read by people.
  #tellQueued(entry: InService, reason: string | undefined): void {
    const call = entry.waiting.call()
    if (!call) return
    const first = entry.told === undefined && entry.rounds === 0 && entry.tried.size === 0
    if (!first && (reason === undefined || reason === entry.told)) return
    entry.told = reason ?? entry.told ?? ''
    const { skills } = entry.waiting
    call.apply({ kind: 'queued', position: this.#o.positionOf(entry), reason, skills })
  }

  /** False when it could not even begin. */
  #offer(entry: InService, userId: string, reason: string): boolean {
    const { switchboard, times } = this.#o
    const call = this.#begin(entry)
    if (!call) return false
    letDecline(call, entry)
    this.#tellQueued(entry, undefined)
    const engaged = switchboard.readiness.engage(userId)
    call.apply({ kind: 'offered', userId, reason })
    const offered = offer(switchboard, call, {
      userId,
      from: entry.waiting.from,
      ringTimeoutMs: switchboard.timeouts.ringMs,
    })
    entry.offer = offered
    const settle = guard(call.log, 'an offer of the queue', async () => {
      const result = await offered.result
      entry.offer = undefined
      if (result.kind === 'answered') times.taken(userId, entry.waiting.skills)
      this.#settled(entry, offered.userId, result)
      // Only now is the person free, so that the next look sees both that and what came of the offer.
      engaged[Symbol.dispose]()
      this.#o.look()
    })
    settle()
    return true
  }

  /** undefined when the store refuses; the next look tries again. */
  #begin(entry: InService): LiveCall | undefined {
    try {
      return entry.waiting.begin()
    } catch (err) {
      this.#o.switchboard.log.error({ err }, 'a call of the queue could not be begun')
      return undefined
    }
  }

  #settled(entry: InService, userId: string, result: OfferResult): void {
    const { waiting } = entry
    const call = waiting.call()
    if (result.kind === 'answered') {
      // The caller hung up while a phone was being answered.
      if (waiting.gone.aborted || !call)
        return void result.leg.close('SIP;cause=487;text="The caller hung up"')
      this.#o.remove(entry)
      call.occupy(result.userId)
      waiting.onAnswered(result.leg, result.userId)
      return
    }
    entry.tried.add(userId)
    const why = result.kind === 'ended' ? result.sentence : 'stopped'
    call?.apply({ kind: 'offer-ended', userId, why })
  }
}

function letDecline(call: LiveCall, entry: InService): void {
  call.decline = (userId) => {
    if (entry.offer?.userId === userId) entry.offer.decline()
  }
}
