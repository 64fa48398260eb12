// Who rings for whom in the waiting line: by the way the queue gives its calls out, until somebody takes the call. It knows who
// was tried and why nobody rings, not who comes first (choose-person.ts) nor how phones ring or legs are joined.
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Timer } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Candidate, Match, NobodyWhy } from '#people/match.ts'
import type { Tenant } from '#store/store.ts'
import { ChoosePerson, type LastAgent } from './choose-person.ts'
import { IgnoredRings } from './ignored-rings.ts'
import { type Offer, type OfferResult, offer } from './offer.ts'
import type { ServiceTimes } from './service-times.ts'
import type { Waiting } from './waiting.ts'
import { WrapUp } from './wrap-up.ts'

/** One in line, and what was done for it so far. */
export interface InService {
  readonly waiting: Waiting
  /** Offered in this round without success. */
  readonly tried: Set<string>
  /** By person: those whose phones ring for it now. */
  readonly offers: Map<string, Offer>
  last: LastAgent | undefined
  rounds: number
  pause: Timer | undefined
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

export class Serving implements Disposable {
  readonly #o: ServingOptions
  readonly #choose: ChoosePerson
  readonly #wrapUp: WrapUp
  readonly #ignored: IgnoredRings

  constructor(options: ServingOptions) {
    const { switchboard, tenant, look } = options
    this.#o = options
    this.#choose = new ChoosePerson(switchboard, tenant)
    this.#wrapUp = new WrapUp(switchboard, tenant, look)
    this.#ignored = new IgnoredRings(switchboard, tenant)
  }

  [Symbol.dispose](): void {
    this.#wrapUp[Symbol.dispose]()
    this.#ignored[Symbol.dispose]()
  }

  take(waiting: Waiting): InService {
    const entry: InService = {
      waiting,
      tried: new Set(),
      offers: new Map(),
      last: this.#choose.lastAgentFor(waiting),
      rounds: 0,
      pause: undefined,
      told: undefined,
    }
    const call = waiting.call()
    if (call) letDecline(call, entry)
    return entry
  }

  // First come, first served; a later call rings only people the ones before it cannot use.
  serve(entries: readonly InService[]): void {
    const waiting = entries.filter((entry) => entry.offers.size === 0 && !entry.waiting.gone.aborted)
    if (waiting.length === 0) return
    const { switchboard, tenant } = this.#o
    let people = switchboard.staff.candidates(tenant)
    for (const entry of waiting) {
      // What was told to one before it may have made it leave.
      if (entry.waiting.gone.aborted) continue
      const match = this.#choose.choose(people, entry)
      const { chosen, reason, nobody } = match
      if (chosen.length === 0) this.#keepWaiting(entry, reason, nobody)
      else if (this.#offer(entry, match))
        people = people.map((one) => (chosen.includes(one) ? { ...one, busy: true } : one))
    }
  }

  /** It waits no longer: nobody rings for it any more. */
  stop(entry: InService): void {
    for (const offered of entry.offers.values()) offered.cancel('caller-gone')
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
  #offer(entry: InService, { chosen, reason }: Match): boolean {
    const call = this.#begin(entry)
    if (!call) return false
    letDecline(call, entry)
    this.#tellQueued(entry, undefined)
    for (const person of chosen) this.#ring(entry, call, { person, reason })
    return true
  }

  #ring(entry: InService, call: LiveCall, who: { person: Candidate; reason: string }): void {
    const { readiness, timeouts } = this.#o.switchboard
    const { userId } = who.person
    const { from, distribution } = entry.waiting
    const engaged = readiness.engage(userId)
    call.apply({ kind: 'offered', userId, reason: who.reason })
    this.#choose.offered(entry.waiting, userId)
    const ringTimeoutMs = distribution.ringMs ?? timeouts.ringMs
    const offered = offer(this.#o.switchboard, call, { userId, from, ringTimeoutMs })
    entry.offers.set(userId, offered)
    const settle = guard(call.log, 'an offer of the queue', async () => {
      const result = await offered.result
      try {
        if (entry.offers.get(userId) === offered) this.#settled(entry, who.person, result)
        // A colleague was faster, and the end of this offer is told already.
        else if (result.kind === 'answered') await result.leg.close(elsewhere)
      } finally {
        // Only now is the person free, so that the next look sees both that and what came of the offer.
        engaged[Symbol.dispose]()
        this.#o.look()
      }
    })
    settle()
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

  #settled(entry: InService, person: Candidate, result: OfferResult): void {
    const { waiting, offers } = entry
    const { userId } = person
    const call = waiting.call()
    offers.delete(userId)
    if (result.kind !== 'answered') {
      entry.tried.add(userId)
      const why = result.kind === 'ended' ? result.sentence : 'stopped'
      call?.apply({ kind: 'offer-ended', userId, why })
      const { strategy, ignoredRings } = waiting.distribution
      // Where everybody rings, nobody in particular has left the call alone.
      const isIgnored = result.kind === 'ended' && result.why?.kind === 'timeout' && strategy !== 'ring-all'
      // While no signalling reaches the phones, nobody knows what they did.
      if (call && isIgnored && this.#o.switchboard.sip.up) this.#ignored.add(call, userId, ignoredRings)
      return
    }
    // The caller hung up while a phone was being answered.
    if (waiting.gone.aborted || !call) return void result.leg.close('SIP;cause=487;text="The caller hung up"')
    this.#stopOthers(entry, call, result.userId)
    this.#o.remove(entry)
    this.#o.times.taken(result.userId, waiting.skills, waiting.distribution.wrapUpMs)
    this.#wrapUp.taken(result.userId, waiting.distribution.wrapUpMs)
    this.#ignored.answered(result.userId)
    call.occupy(result.userId)
    waiting.onAnswered(result.leg, result.userId)
  }

  #stopOthers({ offers }: InService, call: LiveCall, winner: string): void {
    const { staff } = this.#o.switchboard
    const name = staff.find(call.tenant, winner)?.name ?? 'a colleague'
    for (const [userId, offered] of [...offers]) {
      offers.delete(userId)
      call.apply({ kind: 'offer-ended', userId, why: `answered by ${name}` })
      offered.cancel('elsewhere')
    }
  }
}

/** RFC 3326 */
const elsewhere = 'SIP;cause=200;text="Call completed elsewhere"'

function letDecline(call: LiveCall, entry: InService): void {
  call.decline = (userId) => entry.offers.get(userId)?.decline()
}
