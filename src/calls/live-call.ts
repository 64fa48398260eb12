// A call while it lasts: its state, the legs it owns and how they are all closed when it ends. What the call does with
// them is known to the features; every state change is written with its facts here and nowhere else.
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { LegQuality } from '#media/engine.ts'
import type { Readiness } from '#people/readiness.ts'
import type { Tenant } from '#store/store.ts'
import {
  type Call,
  type CallEvent,
  type EndedBy,
  next,
  type Outcome,
  type Quality,
  type Step,
} from './call.ts'
import type { CallLeg } from './call-leg.ts'
import { writeCall } from './call-store.ts'
import type { Journal } from './journal.ts'
import { LegLog } from './leg-log.ts'
import { momentOf } from './moment.ts'

/** Where calls live: the part of the switchboard a call itself needs. */
export interface CallRoom {
  readonly clock: Clock
  readonly log: Log
  readonly readiness: Readiness
  readonly journalOf: (tenant: Tenant) => Journal
  readonly openCalls: {
    add(call: LiveCall): void
    changed(call: LiveCall): void
    remove(call: LiveCall): void
  }
}

/** What the desk may do to two legs that talk. */
export interface Talk {
  /** @throws CordboardError `calls.not-yours` */
  hold(userId: string): void
  /** @throws CordboardError `calls.not-yours`, `calls.held-by-phone` */
  resume(userId: string): void
}

export interface Ending {
  readonly by: EndedBy
  readonly sentence: string
  readonly outcome?: Outcome
  /** Goes to the far ends in the Reason header. */
  readonly reason?: string
}

/** A recording that does not finish within this time does not keep the legs open. */
const closingTimeoutMs = 5_000
/** A far end that does not answer our BYE does not keep the program from stopping. */
const byeTimeoutMs = 2_000

export class LiveCall {
  readonly tenant: Tenant
  readonly log: Log
  readonly legLog: LegLog
  /** Set while two legs talk. */
  talk: Talk | undefined
  /** Set while somebody's devices ring for it: stops their ringing, the call goes on. */
  decline: ((userId: string) => void) | undefined
  /** What came of trying to reach the other side, while the caller is still told so by a tone. */
  verdict: { readonly outcome: Outcome; readonly sentence: string } | undefined
  readonly #room: CallRoom
  readonly #over = new AbortController()
  readonly #closed = Promise.withResolvers<void>()
  readonly #legs = new Map<CallLeg, EndedBy>()
  readonly #beforeClose: (() => Promise<void>)[] = []
  readonly #taken = new DisposableStack()
  #call: Call
  #recording = false

  private constructor(room: CallRoom, tenant: Tenant, call: Call) {
    this.tenant = tenant
    this.log = room.log.with({ call: call.id })
    this.#room = room
    this.#call = call
    this.legLog = new LegLog(call.id, room.journalOf(tenant), room.clock)
  }

  /** Writes the row and the first fact, before anything is answered. @throws CordboardError `store.full` and its kin, unless `urgent` */
  static open(room: CallRoom, tenant: Tenant, start: Step, options: { urgent?: boolean } = {}): LiveCall {
    const journal = room.journalOf(tenant)
    const write = () => journal.writeNow((db) => writeCall(db, start.call, start.facts))
    // An emergency call is placed even with a full disk; its rows follow when there is room.
    if (options.urgent) journal.write((db) => writeCall(db, start.call, start.facts))
    else write()
    const call = new LiveCall(room, tenant, start.call)
    room.openCalls.add(call)
    return call
  }

  get id(): string {
    return this.#call.id
  }

  get call(): Call {
    return this.#call
  }

  /** Aborted the moment the call ends; legs may still be closing. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  /** Resolves when every leg is closed, the end is written and the far ends were told, or could not be. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  /** One step of the call; does nothing once it is over. */
  apply(event: Exclude<CallEvent, { kind: 'ended' }>): void {
    if (!this.over.aborted) this.#step(event)
  }

  /** Tells the log what was decided or happened, in a sentence; does nothing once the call is over. */
  note(sentence: string, userId?: string): void {
    if (this.over.aborted) return
    const body = { callId: this.id, at: this.#room.clock.now(), sentence, ...(userId ? { userId } : {}) }
    this.#write(this.#call, [{ kind: 'call-noted', body }])
  }

  /** The person is busy until the call is over. */
  occupy(userId: string): void {
    this.#taken.use(this.#room.readiness.engage(userId))
  }

  /** The call goes out through this trunk, showing this number of ours. */
  goesOut(way: { readonly trunkId: string; readonly from: string | undefined }): void {
    if (this.over.aborted) return
    this.#call = { ...this.#call, trunkId: way.trunkId, number: way.from }
    this.#write(this.#call, [])
  }

  /** Takes the leg over: it is closed with the call, and its end is the call's end. `side` is whose end that is. */
  own(leg: CallLeg, side: 'caller' | 'callee'): void {
    this.#legs.set(leg, side)
    leg.events.on((event) => {
      if (event.kind === 'ended')
        this.end({ by: event.lost ? 'system' : side, sentence: endSentence(side, event) })
      if (event.kind === 'silent') this.#silent(leg, side, event.silentMs)
    })
    if (this.over.aborted) void leg.close()
    else if (leg.ended) this.end({ by: side, sentence: `The ${side} hung up.` })
  }

  legOf(userId: string): CallLeg | undefined {
    return [...this.#legs.keys()].find((leg) => leg.userId === userId)
  }

  /** Runs when the call is over, before its sound is closed. */
  beforeClose(act: () => Promise<void>): void {
    this.#beforeClose.push(act)
  }

  get recording(): boolean {
    return this.#recording
  }

  setRecording(on: boolean): void {
    this.#recording = on
    this.#room.openCalls.changed(this)
  }

  /** Ends the call, whatever it is doing. The first ending counts; never throws. */
  end(ending: Ending): void {
    if (this.over.aborted) return
    const now = momentOf(this.#room.clock)
    this.#over.abort(ending.sentence)
    guard(this.log, 'closing a call', () => this.#close(ending, now))()
  }

  async #close(ending: Ending, now: { at: number; tick: number }): Promise<void> {
    const legs = [...this.#legs.keys()]
    for (const leg of legs) void leg.hangUp(ending.reason)
    try {
      const qualities = await Promise.all(legs.map((leg) => leg.quality()))
      for (const [index, leg] of legs.entries()) this.legLog.ended(leg, ending.sentence, qualities[index])
      const { by, sentence, outcome } = { ...ending, ...this.verdict }
      const quality = worstOf(qualities.filter((one) => one !== undefined))
      this.#step({ kind: 'ended', by, sentence, outcome, quality }, now)
    } finally {
      this.#taken.dispose()
      await this.#finish()
      await Promise.all(legs.map((leg) => leg.close(ending.reason)))
      this.#room.openCalls.remove(this)
      await this.#within(byeTimeoutMs, Promise.all(legs.map((leg) => leg.hangUp())))
      this.#closed.resolve()
    }
  }

  async #finish(): Promise<void> {
    const results = await this.#within(
      closingTimeoutMs,
      Promise.allSettled(this.#beforeClose.map((act) => act())),
    )
    for (const result of results ?? [])
      if (result.status === 'rejected') this.log.error({ err: result.reason }, 'the end of a call went wrong')
  }

  /** undefined when it takes longer. */
  async #within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    const late = Promise.withResolvers<undefined>()
    const timer = this.#room.clock.after(ms, () => late.resolve(undefined))
    try {
      return await Promise.race([work, late.promise])
    } finally {
      timer.cancel()
    }
  }

  #step(event: CallEvent, now = momentOf(this.#room.clock)): void {
    const { call, facts } = next(this.#call, event, now)
    if (call === this.#call) return
    this.#call = call
    this.#write(call, facts)
    this.#room.openCalls.changed(this)
  }

  #write(call: Call, facts: Step['facts']): void {
    this.#room.journalOf(this.tenant).write((db) => writeCall(db, call, facts))
  }

  // A phone that holds us may well send nothing; so may a far end we are told nothing of before it is answered.
  #silent(leg: CallLeg, side: EndedBy, silentMs: number): void {
    if (leg.holding) return
    const seconds = Math.round(silentMs / 1000)
    this.end({
      by: 'system',
      sentence: `No sound came from the ${side} for ${seconds} s.`,
      reason: 'media timeout',
    })
  }
}

function endSentence(side: EndedBy, event: { lost: boolean; sentence: string }): string {
  return event.lost ? `The connection to the ${side} was lost: ${event.sentence}.` : `The ${side} hung up.`
}

function worstOf(qualities: readonly LegQuality[]): Quality | undefined {
  const [first, ...rest] = qualities
  if (!first) return undefined
  const worse = (a: LegQuality, b: LegQuality) =>
    b.lossRatio > a.lossRatio || (b.mos ?? 5) < (a.mos ?? 5) ? b : a
  const worst = rest.reduce(worse, first)
  return {
    ...(worst.mos === undefined ? {} : { mos: worst.mos }),
    lossRatio: worst.lossRatio,
    jitterMs: worst.jitterMs,
  }
}
