// Waiting with music until somebody takes the call: first come, first served, one person after the other.
// One queue per tenant; it knows who was tried and why nobody rings, not how phones ring or legs are joined.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Timer } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Playback } from '#media/engine.ts'
import { pickForCall } from '#people/match.ts'
import type { Tenant } from '#store/store.ts'
import { type Offer, type OfferResult, offer } from './offer.ts'

export interface Waiting {
  readonly call: LiveCall
  /** The caller's leg; it belongs to the call. */
  readonly leg: CallLeg
  readonly skills: readonly string[]
  /** Takes over with the person's leg, which belongs to nobody yet. */
  readonly onAnswered: (leg: CallLeg, userId: string) => void
}

interface Entry extends Waiting {
  readonly music: Playback
  /** Offered in this round without success. */
  readonly tried: Set<string>
  rounds: number
  pause: Timer | undefined
  offer: Offer | undefined
  told: string | undefined
}

/** Before everybody is tried again: short at first, then long enough that a phone which always refuses costs nothing. */
const firstPauseMs = 5_000
const longestPauseMs = 30_000
/** Status and skills are rows that tell nobody when they change; who waits hears of it within this time. */
const tickMs = 1_000

export class Queue implements Disposable {
  readonly #switchboard: Switchboard
  readonly #tenant: Tenant
  readonly #entries: Entry[] = []
  readonly #subscriptions = new DisposableStack()
  #tick: Timer | undefined
  #looking = false
  #lookAgain = false

  constructor(switchboard: Switchboard, tenant: Tenant) {
    this.#switchboard = switchboard
    this.#tenant = tenant
    const look = () => this.look()
    this.#subscriptions.use(switchboard.readiness.changes.on(look))
    this.#subscriptions.use(switchboard.phones.changes.on(look))
  }

  [Symbol.dispose](): void {
    this.#subscriptions.dispose()
    this.#tick?.cancel()
  }

  get length(): number {
    return this.#entries.length
  }

  join(waiting: Waiting): void {
    const { call, leg } = waiting
    if (call.over.aborted) return
    const music = leg.media.play({ kind: 'music' })
    const entry: Entry = {
      ...waiting,
      music,
      tried: new Set(),
      rounds: 0,
      pause: undefined,
      offer: undefined,
      told: undefined,
    }
    this.#entries.push(entry)
    const { clock, log } = this.#switchboard
    this.#tick ??= clock.every(
      tickMs,
      guard(log, 'queue', () => this.look()),
    )
    call.decline = (userId) => {
      if (entry.offer?.userId === userId) entry.offer.decline()
    }
    call.over.addEventListener('abort', () => this.#gone(entry), { once: true })
    this.look()
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
        this.#serveAll()
      }
    } finally {
      this.#looking = false
    }
  }

  // First come, first served; a later call rings only people the ones before it cannot use.
  #serveAll(): void {
    const waiting = this.#entries.filter((entry) => !entry.offer && !entry.call.over.aborted)
    if (waiting.length === 0) return
    let people = this.#switchboard.staff.candidates(this.#tenant)
    const now = this.#switchboard.clock.now()
    for (const entry of waiting) {
      const { chosen, reason } = pickForCall(people, { skills: entry.skills, tried: entry.tried, now })
      const [person] = chosen
      if (!person) this.#keepWaiting(entry, reason)
      else {
        this.#offer(entry, person.userId, reason)
        people = people.map((one) => (one === person ? { ...one, busy: true } : one))
      }
    }
  }

  #keepWaiting(entry: Entry, reason: string): void {
    this.#tellQueued(entry, reason)
    if (entry.tried.size === 0 || entry.pause) return
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(entry.rounds, 10))
    entry.rounds += 1
    const again = guard(entry.call.log, 'another round of the queue', () => {
      entry.pause = undefined
      entry.tried.clear()
      this.look()
    })
    entry.pause = this.#switchboard.clock.after(pauseMs, again)
  }

  // Once when it joins, then only when the reason is another one: the log is read by people.
  #tellQueued(entry: Entry, reason: string | undefined): void {
    const first = entry.call.call.state.kind === 'started'
    if (!first && (reason === undefined || reason === entry.told)) return
    entry.told = reason ?? entry.told
    entry.call.apply({ kind: 'queued', position: this.#entries.indexOf(entry) + 1, reason })
  }

  #offer(entry: Entry, userId: string, reason: string): void {
    const { call } = entry
    this.#tellQueued(entry, undefined)
    const engaged = this.#switchboard.readiness.engage(userId)
    const { number, name } = call.call.party
    call.apply({ kind: 'offered', userId, reason })
    const offered = offer(this.#switchboard, call, {
      userId,
      from: { number: number ?? 'anonymous', ...(name === undefined ? {} : { displayName: name }) },
      ringTimeoutMs: this.#switchboard.timeouts.ringMs,
    })
    entry.offer = offered
    const settle = guard(call.log, 'an offer of the queue', async () => {
      const result = await offered.result
      entry.offer = undefined
      this.#settled(entry, offered.userId, result)
      // Only now is the person free, so that the next look sees both that and what came of the offer.
      engaged[Symbol.dispose]()
      this.look()
    })
    settle()
  }

  #settled(entry: Entry, userId: string, result: OfferResult): void {
    const { call } = entry
    if (result.kind === 'answered') {
      // The caller hung up while a phone was being answered.
      if (call.over.aborted) return void result.leg.close('SIP;cause=487;text="The caller hung up"')
      this.#remove(entry)
      call.occupy(result.userId)
      entry.music.stop()
      entry.onAnswered(result.leg, result.userId)
      return
    }
    entry.tried.add(userId)
    const why = result.kind === 'ended' ? result.sentence : 'stopped'
    call.apply({ kind: 'offer-ended', userId, why })
  }

  #gone(entry: Entry): void {
    entry.offer?.cancel('caller-gone')
    this.#remove(entry)
    this.look()
  }

  #remove(entry: Entry): void {
    entry.pause?.cancel()
    entry.pause = undefined
    entry.call.decline = undefined
    const index = this.#entries.indexOf(entry)
    if (index >= 0) this.#entries.splice(index, 1)
    if (this.#entries.length > 0) return
    this.#tick?.cancel()
    this.#tick = undefined
  }
}
