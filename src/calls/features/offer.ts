// A call offered to one person: all their registered phones ring, the first answer wins.

import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { contactsOfPerson } from '#calls/reach.ts'
import { type CancelWhy, type Ringing, type RingResult, ring } from '#calls/ring.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { NoAnswer } from '#sip/status.ts'

export type OfferResult =
  /** The others were cancelled; the caller of `offer` owns the leg. `userId` may be somebody else, who picked it up. */
  | { readonly kind: 'answered'; readonly leg: CallLeg; readonly userId: string }
  /** `why` is undefined when nothing could ring at all. */
  | { readonly kind: 'ended'; readonly why: NoAnswer | undefined; readonly sentence: string }
  | { readonly kind: 'cancelled' }

export interface Offer {
  readonly userId: string
  /** Never rejects; settles only after every phone stopped ringing, or somebody else has taken the call. */
  readonly result: Promise<OfferResult>
  /** Stops all ringing. */
  cancel(why: CancelWhy): void
  /** The person does not want it, said at the desk: all their phones stop. */
  decline(): void
}

export interface OfferOptions {
  readonly userId: string
  readonly from: { readonly number: string; readonly displayName?: string }
  readonly ringTimeoutMs: number
  readonly onRinging?: () => void
}

export function offer(switchboard: Switchboard, call: LiveCall, options: OfferOptions): Offer {
  const rings = contactsOfPerson(switchboard, call.tenant, options.userId).map(({ phoneId, contact }) =>
    ring(switchboard, call, {
      target: { kind: 'phone', phoneId, contact },
      from: options.from,
      owner: { kind: 'person', userId: options.userId, phoneId },
      ringTimeoutMs: options.ringTimeoutMs,
      onProgress: () => options.onRinging?.(),
    }),
  )
  const { userId } = options
  const race = new Race(rings, userId)
  const ringing = { since: switchboard.clock.monotonic(), take: race.take.bind(race) }
  if (rings.length > 0) {
    call.ringing.set(userId, ringing)
    call.changed()
  }
  const result = race.result().finally(() => {
    if (call.ringing.get(userId) !== ringing) return
    call.ringing.delete(userId)
    call.changed()
  })
  return {
    userId,
    result,
    cancel: (why) => race.cancelAll(why),
    decline: () => race.decline(),
  }
}

class Race {
  readonly #rings: readonly Ringing[]
  readonly #userId: string
  #winner: CallLeg | undefined
  #declined = false
  #stopped = false
  readonly #taken = Promise.withResolvers<OfferResult>()

  constructor(rings: readonly Ringing[], userId: string) {
    this.#rings = rings
    this.#userId = userId
  }

  cancelAll(why: CancelWhy): void {
    this.#stopped = true
    for (const one of this.#rings) one.cancel(why)
  }

  /** Somebody else takes it: nobody waits for phones that take their time to stop. */
  take(leg: CallLeg, userId: string): boolean {
    if (this.#winner || this.#declined || this.#stopped) return false
    this.#winner = leg
    this.cancelAll('elsewhere')
    this.#taken.resolve({ kind: 'answered', leg, userId })
    return true
  }

  decline(): void {
    this.#declined = true
    this.cancelAll('elsewhere')
  }

  result(): Promise<OfferResult> {
    return Promise.race([this.#taken.promise, this.#ended()])
  }

  async #ended(): Promise<OfferResult> {
    const results = await Promise.all(this.#rings.map((one) => this.#watch(one)))
    this.#stopped = true
    if (this.#winner) return { kind: 'answered', leg: this.#winner, userId: this.#userId }
    if (this.#declined) return { kind: 'ended', why: { kind: 'declined', status: 603 }, sentence: 'declined' }
    return summary(results)
  }

  async #watch(one: Ringing): Promise<RingResult> {
    const result = await one.result
    if (result.kind === 'answered') await this.#answered(result.leg, one)
    // RFC 3261 §21.6: a 6xx speaks for the person, not for this phone only.
    else if (result.kind === 'no-answer' && speaksForAll(result.why)) {
      this.#declined ||= result.why.kind === 'declined'
      for (const other of this.#rings) if (other !== one) other.cancel('elsewhere')
    }
    return result
  }

  async #answered(leg: CallLeg, by: Ringing): Promise<void> {
    // Two phones picked up at the same moment, or the person declined on another one: this one is too late.
    if (this.#winner || this.#declined) return leg.close('SIP;cause=200;text="Call completed elsewhere"')
    this.#winner = leg
    for (const other of this.#rings) if (other !== by) other.cancel('elsewhere')
  }
}

function speaksForAll(why: NoAnswer): boolean {
  return 'status' in why && why.status >= 600
}

/** Of several phones' answers, the one that says most about the person. */
const telling: readonly NoAnswer['kind'][] = [
  'declined',
  'busy',
  'timeout',
  'rejected',
  'unreachable',
  'trunkFault',
]

function summary(results: readonly RingResult[]): OfferResult {
  const unanswered = results.filter((result) => result.kind === 'no-answer')
  const most = telling
    .map((kind) => unanswered.find((result) => result.why.kind === kind))
    .find((result) => result !== undefined)
  if (most) return { kind: 'ended', why: most.why, sentence: most.sentence }
  const failure = results.find((result) => result.kind === 'failed')
  if (failure) return { kind: 'ended', why: undefined, sentence: failure.sentence }
  if (results.length === 0) return { kind: 'ended', why: undefined, sentence: 'no phone is connected' }
  return { kind: 'cancelled' }
}
