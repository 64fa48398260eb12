// Callers who wait to be called back, each with the place in line it had. When it is its turn a person is rung, and then the
// customer. It is the same queue: what decides who is next does not know that nobody listens.

import { startCall } from '#calls/call.ts'
import type { CallLeg } from '#calls/call-leg.ts'
import {
  type Callback,
  countCallbackAttempt,
  finishCallback,
  insertCallback,
  waitingCallbacks,
} from '#calls/callback-store.ts'
import { decide } from '#calls/dialling/decide.ts'
import { LiveCall } from '#calls/live-call.ts'
import { momentOf } from '#calls/moment.ts'
import { distributionFor } from '#calls/number-plan.ts'
import { partyOfNumber } from '#calls/party.ts'
import type { RingResult } from '#calls/ring.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Timer } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import { newId } from '#lib/id.ts'
import type { Tenant } from '#store/store.ts'
import { talk } from './bridge.ts'
import { dialOut } from './dial-out.ts'
import { noteDecision } from './note-decision.ts'
import type { Queue } from './queue.ts'
import { busyTone, Ringback } from './ringback.ts'

/** The customer is busy or away: tried again with the old place in line. */
const retryMs = 10 * 60_000
const mostAttempts = 3
const toneMs = 5_000

interface Waiter {
  readonly callback: Callback
  readonly gone: AbortController
  call: LiveCall | undefined
  retry: Timer | undefined
}

export class Callbacks implements Disposable {
  readonly #switchboard: Switchboard
  readonly #tenant: Tenant
  readonly #queue: Queue
  readonly #waiters = new Set<Waiter>()
  readonly #listening: Disposable

  constructor(switchboard: Switchboard, tenant: Tenant, queue: Queue) {
    this.#switchboard = switchboard
    this.#tenant = tenant
    this.#queue = queue
    this.#listening = switchboard.openCalls.changes.on(({ tenantId, callId }) => {
      if (tenantId === tenant.id) this.#reached(callId)
    })
  }

  /** Those from before this start of the program are in line again. */
  start(): void {
    for (const callback of waitingCallbacks(this.#tenant.db)) this.#wait(callback)
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
    for (const waiter of [...this.#waiters]) this.#forget(waiter)
  }

  get size(): number {
    return this.#waiters.size
  }

  /** Keeps it, and waits in the caller's place as soon as their call is over. @throws CordboardError when it cannot be written */
  ask(callback: Callback, call: LiveCall): void {
    // A second one for the same number takes the place of the first: nobody wants two calls.
    for (const { callback: other } of this.#waiters)
      if (other.partyNumber === callback.partyNumber) this.#finish(other, 'Asked for again.')
    this.#tenant.db.transaction(() => insertCallback(this.#tenant.db, callback))
    call.over.addEventListener('abort', () => this.#wait(callback), { once: true })
  }

  #wait(callback: Callback): void {
    const waiter: Waiter = { callback, gone: new AbortController(), call: undefined, retry: undefined }
    this.#waiters.add(waiter)
    this.#enter(waiter)
  }

  #enter(waiter: Waiter): void {
    const { callback, gone } = waiter
    waiter.call = undefined
    this.#queue.enter({
      skills: callback.skills,
      joinedAt: callback.joinedAt,
      gone: gone.signal,
      call: () => waiter.call,
      begin: () => {
        waiter.call ??= this.#open(callback)
        return waiter.call
      },
      from: this.#shown(callback),
      distribution: distributionFor(this.#tenant.db, callback.number, callback.skills),
      onAnswered: (person, userId) => {
        const { call } = waiter
        const dial = guard(this.#switchboard.log, 'a callback', async () => {
          if (call) await this.#dial(waiter, call, { person, userId })
        })
        dial()
      },
    })
  }

  #open({ partyNumber, number, skills }: Callback): LiveCall {
    const details = {
      id: newId(),
      direction: 'out',
      party: partyOfNumber(this.#switchboard, this.#tenant, partyNumber),
      number,
      trunkId: undefined,
      skills,
      placedBy: undefined,
      taskId: undefined,
    } as const
    const call = LiveCall.open(
      this.#switchboard,
      this.#tenant,
      startCall(details, momentOf(this.#switchboard.clock)),
    )
    call.note('The turn of a customer who asked to be called back.')
    return call
  }

  #shown({ partyNumber }: Callback) {
    const { number = partyNumber, name } = partyOfNumber(this.#switchboard, this.#tenant, partyNumber)
    return name === undefined ? { number } : { number, displayName: name }
  }

  async #dial(waiter: Waiter, call: LiveCall, taken: { person: CallLeg; userId: string }): Promise<void> {
    const { person, userId } = taken
    const { callback } = waiter
    const switchboard = this.#switchboard
    call.own(person, 'caller')
    call.over.addEventListener('abort', () => this.#ended(waiter, call), { once: true })
    if (call.over.aborted) return
    const decision = decide(switchboard, this.#tenant, { dialled: callback.partyNumber, userId })
    if (decision.kind === 'refused') {
      this.#finish(callback, decision.sentence)
      return await this.#fail(call, person, { sentence: decision.sentence, outcome: 'failed' })
    }
    noteDecision(switchboard, call, { decision, userId })
    countCallbackAttempt(this.#tenant.db, callback.id)
    const ringback = new Ringback({
      media: switchboard.media,
      log: call.log,
      ear: person.media,
      toneByUs: true,
    })
    const result = await dialOut(switchboard, call, {
      ways: decision.ways,
      onProgress: (progress, media) => ringback.heard(progress, media),
    })
    ringback.stop()
    if (result.kind !== 'answered')
      return await this.#fail(call, person, { sentence: wordsOf(result), outcome: 'no-answer' })
    this.#finish(callback, 'Called back.')
    call.own(result.leg, 'callee')
    await talk(switchboard, call, {
      caller: person,
      callee: result.leg,
      userId,
      customer: 'callee',
    })
  }

  async #fail(
    call: LiveCall,
    person: CallLeg,
    why: { readonly sentence: string; readonly outcome: 'failed' | 'no-answer' },
  ): Promise<void> {
    if (call.over.aborted) return
    const verdict = { outcome: why.outcome, sentence: `The customer was not reached: ${why.sentence}.` }
    call.verdict = verdict
    const late = Promise.withResolvers<void>()
    using _timer = this.#switchboard.clock.after(toneMs, () => late.resolve())
    await Promise.race([person.media.play(busyTone).ended, late.promise])
    call.end({ by: 'callee', ...verdict })
  }

  /** The call of a turn is over: with nobody spoken to, it was not the last. */
  #ended(waiter: Waiter, call: LiveCall): void {
    if (!this.#waiters.has(waiter) || call.call.answered) return
    const attempts = waiter.callback.attempts + 1
    if (attempts >= mostAttempts) {
      this.#finish(waiter.callback, `Not reached in ${attempts} attempts.`)
      return
    }
    this.#forget(waiter)
    const next: Waiter = {
      ...waiter,
      callback: { ...waiter.callback, attempts },
      gone: new AbortController(),
    }
    this.#waiters.add(next)
    const again = guard(this.#switchboard.log, 'a callback again', () => this.#enter(next))
    next.retry = this.#switchboard.clock.after(retryMs, again)
  }

  /** Somebody spoke with that customer in another call: they need not be called any more. */
  #reached(callId: string): void {
    if (this.#waiters.size === 0) return
    const call = this.#switchboard.openCalls.find(this.#tenant.id, callId)
    if (!call?.call.answered) return
    for (const waiter of [...this.#waiters])
      if (waiter.callback.partyNumber === call.call.party.number && waiter.call !== call)
        this.#finish(waiter.callback, 'The customer was spoken with in another call.')
  }

  #finish(callback: Callback, sentence: string): void {
    finishCallback(this.#tenant.db, callback.id, { at: this.#switchboard.clock.now(), sentence })
    for (const waiter of [...this.#waiters]) if (waiter.callback.id === callback.id) this.#forget(waiter)
  }

  #forget(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    waiter.retry?.cancel()
    waiter.gone.abort()
    const { call } = waiter
    // Nobody is on it yet.
    if (call && call.legs.length === 0) call.end({ by: 'system', sentence: 'Not needed any more.' })
  }
}

function wordsOf(result: Exclude<RingResult, { kind: 'answered' }>): string {
  return result.kind === 'cancelled' ? 'given up' : result.sentence
}
