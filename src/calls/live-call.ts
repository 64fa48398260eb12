// A call while it lasts: its state, the legs it owns and how they are all closed when it ends. What they do now is its stage
// (stage.ts), made by the features; every state change is written with its facts here and nowhere else.
//
// Legs: `own` takes one in, with the person it belongs to busy from then on; `drop` hangs one up while the call goes on;
// `release` lets one go alive; `hand` moves one into another call, with its row. A leg that ends by itself is put to the policy
// it was owned with, else to the stage, else it ends the call.
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { LegQuality } from '#media/engine.ts'
import type { Readiness } from '#people/readiness.ts'
import type { Database } from '#store/database.ts'
import type { Tenant } from '#store/store.ts'
import type { Call, CallEvent, EndedBy, Outcome, Step } from './call.ts'
import type { CallLeg, ReferEvent } from './call-leg.ts'
import type { Journal } from './journal.ts'
import { LegLog } from './leg-log.ts'
import { momentOf } from './moment.ts'
import type { PlanStep } from './plan/plan-step.ts'
import type { TalkRecorder } from './recording/talk-recorder.ts'
import type { Companion, LegGone, Side, Stage, Talk, WhenGone } from './stage.ts'
import { writeCounted } from './statistics/statistics-store.ts'
import { metStep, startTally, type Tally, tallied } from './statistics/tally.ts'
import { next } from './step.ts'
import { within } from './within.ts'
import { worstOf } from './worst-quality.ts'

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
  /** A leg of the call asks by REFER that somebody else gets it. */
  readonly refer?: (call: LiveCall, leg: CallLeg, refer: ReferEvent) => void
}

/** Somebody's devices ring for the call. */
export interface RingingPerson {
  /** On the monotonic clock. */
  readonly since: number
  /** Another person's answered leg gets the call instead. False: it rings no more, and the leg is nobody's. */
  take(leg: CallLeg, userId: string): boolean
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
  /** Resolves when the row is on the disk: nothing is answered before. Rejects with CordboardError `store.unwritable` and its kin. */
  readonly kept: Promise<void>
  /** Set while somebody's devices ring for it: stops their ringing, the call goes on. */
  decline: ((userId: string) => void) | undefined
  /** Everybody whose devices ring for it now, by user id. */
  readonly ringing = new Map<string, RingingPerson>()
  /** Supervisors who hear its talk; they stay through holds and transfers. */
  companions: readonly Companion[] = []
  /** From its first talk on, when a recording rule is about it. */
  recorder: TalkRecorder | undefined
  /** What came of trying to reach the other side, while the caller is still told so by a tone. */
  verdict: { readonly outcome: Outcome; readonly sentence: string } | undefined
  readonly #room: CallRoom
  readonly #over = new AbortController()
  readonly #closed = Promise.withResolvers<void>()
  readonly #legs = new Map<CallLeg, Owned>()
  readonly #beforeClose: (() => Promise<void>)[] = []
  readonly #busy = new Map<string, Disposable>()
  /** Of legs that left before the end. */
  readonly #qualities: LegQuality[] = []
  readonly #dropping = new Set<Promise<void>>()
  #call: Call
  #tally: Tally
  #stage: Stage | undefined
  #left: Promise<unknown> = Promise.resolve()
  #recording = false

  private constructor(room: CallRoom, tenant: Tenant, call: Call, kept: Promise<void>) {
    this.tenant = tenant
    this.kept = kept
    // Who answers waits for it; a call that is never answered need not.
    kept.catch(() => {})
    this.log = room.log.with({ call: call.id })
    this.#room = room
    this.#call = call
    this.#tally = startTally(call)
    this.legLog = new LegLog(call.id, room.journalOf(tenant), room.clock)
  }

  /** Writes the row and the first fact, before anything is answered. @throws CordboardError `store.full` and its kin, unless `urgent` */
  static open(room: CallRoom, tenant: Tenant, start: Step, options: { urgent?: boolean } = {}): LiveCall {
    const journal = room.journalOf(tenant)
    const write = (db: Database) => writeCounted(db, start, startTally(start.call))
    let kept = Promise.resolve()
    // An emergency call is placed even with a full disk; its rows follow when there is room.
    if (options.urgent) journal.write(write)
    else kept = journal.writeNow(write)
    const call = new LiveCall(room, tenant, start.call, kept)
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

  /** A step of the plan of its number begins. */
  meets(step: PlanStep['kind']): void {
    this.#tally = metStep(this.#tally, step, this.#instant())
  }

  #instant() {
    return { call: this.#call, now: momentOf(this.#room.clock), stage: this.#stage?.name }
  }

  /** The person is busy with this call until their leg leaves it, or it is over. Owning a leg of theirs does the same. */
  occupy(userId: string): void {
    if (!this.over.aborted && !this.#busy.has(userId))
      this.#busy.set(userId, this.#room.readiness.engage(userId))
  }

  /** The call goes out through this trunk, showing this number of ours. A call that was answered stays what it was. */
  goesOut(way: { readonly trunkId: string; readonly from: string | undefined }): void {
    // A call that came in stays one of the number and the trunk it came by, wherever it is sent on.
    if (this.over.aborted || this.#call.answered || this.#call.direction === 'in') return
    this.#call = { ...this.#call, trunkId: way.trunkId, number: way.from }
    this.#write(this.#call, [])
  }

  /** What the legs do now; undefined: nothing but wait for what a feature does to them, and any leg's end is the call's. */
  get stage(): Stage | undefined {
    return this.#stage
  }

  /** Set while there is a talk to hold and to resume. */
  get talk(): Talk | undefined {
    return this.#stage?.talk
  }

  /** From now on the legs do this. Resolves when the stages before have let go of the sound; never rejects. */
  async enter(stage: Stage | undefined): Promise<void> {
    const before = this.#stage
    this.#stage = stage
    this.#tally = tallied(this.#tally, { ...this.#instant(), facts: [] })
    const leaving = before?.leave().catch((err: unknown) => {
      this.log.error({ err, stage: before.name }, 'a stage of a call was not left in order')
    })
    this.#left = Promise.all([this.#left, leaving])
    this.changed()
    await this.#left
  }

  /**
   * Takes the leg over: it is closed with the call. `side` is whose end its end would be; `whenGone` decides what that
   * means, instead of the stage.
   */
  own(leg: CallLeg, side: Side, whenGone?: WhenGone): void {
    const listening = leg.events.on((event) => {
      if (event.kind === 'ended')
        this.#gone(leg, { by: event.lost ? 'system' : side, sentence: endSentence(side, event) })
      if (event.kind === 'silent') this.#silent(leg, side, event.silentMs)
      if (event.kind === 'refer') this.#refer(leg, event.refer)
    })
    this.#legs.set(leg, { side, listening, whenGone })
    if (leg.userId !== undefined) {
      this.occupy(leg.userId)
      this.recorder?.hears(leg)
    }
    if (this.over.aborted) void leg.close()
    else if (leg.ended) this.#gone(leg, { by: side, sentence: `The ${side} hung up.` })
    this.changed()
  }

  /** From now on this decides what the leg's end means; undefined: the stage does. */
  decideEnd(leg: CallLeg, whenGone: WhenGone | undefined): void {
    const owned = this.#legs.get(leg)
    if (owned) owned.whenGone = whenGone
  }

  /** The leg leaves the call alive and belongs to nobody; its person is free. Does nothing for a leg the call has not. */
  release(leg: CallLeg): void {
    const owned = this.#legs.get(leg)
    if (!owned) return
    this.#legs.delete(leg)
    owned.listening[Symbol.dispose]()
    const { userId } = leg
    if (userId === undefined || this.legOf(userId)) return
    this.#busy.get(userId)?.[Symbol.dispose]()
    this.#busy.delete(userId)
    this.changed()
  }

  /** The leg goes over to another call, with its row in the log; its person stays busy throughout. */
  hand(leg: CallLeg, to: LiveCall, side: Side): void {
    const row = this.legLog.give(leg.sipCallId)
    if (row) to.legLog.take(row)
    to.own(leg, side)
    this.release(leg)
  }

  /** Hangs the leg up; the call goes on. `why` is for the log, `reason` for the far end's Reason header. */
  drop(leg: CallLeg, why: string, reason?: string): void {
    if (!this.#legs.has(leg)) return
    this.release(leg)
    const dropping = this.#closeLeg(leg, why, reason).finally(() => this.#dropping.delete(dropping))
    this.#dropping.add(dropping)
  }

  /** The legs of the call, in the order they came. */
  get legs(): readonly CallLeg[] {
    return [...this.#legs.keys()]
  }

  legOf(userId: string): CallLeg | undefined {
    return this.legs.find((leg) => leg.userId === userId)
  }

  sideOf(leg: CallLeg): Side | undefined {
    return this.#legs.get(leg)?.side
  }

  /** Runs when the call is over, before its sound is closed. */
  beforeClose(act: () => Promise<void>): void {
    this.#beforeClose.push(act)
  }

  get recording(): boolean {
    return this.#recording
  }

  /** A supervisor hears the talk from now on, or is heard by others than before. */
  accompany(companion: Companion): void {
    this.companions = [...this.companions.filter((one) => one !== companion), companion]
    this.talk?.companionsChanged?.()
    this.changed()
  }

  leaveAlone(companion: Companion): void {
    this.companions = this.companions.filter((one) => one !== companion)
    this.talk?.companionsChanged?.()
    this.changed()
  }

  setRecording(on: boolean): void {
    this.#recording = on
    this.changed()
  }

  /** Something changed that the live list shows and that is no step of the call. */
  changed(): void {
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
    const { legs } = this
    for (const leg of legs) void leg.hangUp(ending.reason)
    try {
      const qualities = await Promise.all(legs.map((leg) => leg.quality()))
      for (const [index, leg] of legs.entries()) this.legLog.ended(leg, ending.sentence, qualities[index])
      const { by, sentence, outcome } = { ...ending, ...this.verdict }
      const known = [...this.#qualities, ...qualities].filter((one) => one !== undefined)
      this.#step({ kind: 'ended', by, sentence, outcome, quality: worstOf(known) }, now)
    } finally {
      for (const busy of this.#busy.values()) busy[Symbol.dispose]()
      await this.#finish()
      await Promise.all([...this.#dropping, ...legs.map((leg) => leg.close(ending.reason))])
      this.#room.openCalls.remove(this)
      await within(this.#room.clock, byeTimeoutMs, Promise.all(legs.map((leg) => leg.hangUp())))
      this.#closed.resolve()
    }
  }

  /** Never rejects. */
  async #closeLeg(leg: CallLeg, why: string, reason: string | undefined): Promise<void> {
    void leg.hangUp(reason)
    const quality = await leg.quality()
    if (quality) this.#qualities.push(quality)
    this.legLog.ended(leg, why, quality)
    await leg.close()
  }

  async #finish(): Promise<void> {
    const acts = Promise.allSettled(this.#beforeClose.map((act) => act()))
    const results = await within(this.#room.clock, closingTimeoutMs, acts)
    for (const result of results ?? [])
      if (result.status === 'rejected') this.log.error({ err: result.reason }, 'the end of a call went wrong')
  }

  #step(event: CallEvent, now = momentOf(this.#room.clock)): void {
    const { call, facts } = next(this.#call, event, now)
    if (call === this.#call) return
    this.#call = call
    this.#tally = tallied(this.#tally, { call, facts, now, stage: this.#stage?.name })
    this.#write(call, facts)
    this.changed()
  }

  #write(call: Call, facts: Step['facts']): void {
    const tally = this.#tally
    this.#room.journalOf(this.tenant).write((db) => writeCounted(db, { call, facts }, tally))
  }

  #gone(leg: CallLeg, gone: LegGone & { readonly reason?: string }): void {
    if (this.over.aborted) return
    const decide = this.#legs.get(leg)?.whenGone ?? ((...args) => this.#stage?.legGone(...args) ?? 'ends')
    if (decide(leg, gone) === 'ends') this.end(gone)
    // Handed over or dropped by who decided, as it may be.
    else if (this.#legs.has(leg)) this.drop(leg, gone.sentence, gone.reason)
  }

  #refer(leg: CallLeg, refer: ReferEvent): void {
    const { refer: take } = this.#room
    if (take) take(this, leg, refer)
    else refer.refuse(501)
  }

  // A phone that holds us may well send nothing; so may a far end we are told nothing of before it is answered.
  #silent(leg: CallLeg, side: Side, silentMs: number): void {
    if (leg.holding) return
    const seconds = Math.round(silentMs / 1000)
    const sentence = `No sound came from the ${side} for ${seconds} s.`
    this.#gone(leg, { by: 'system', sentence, reason: 'media timeout' })
  }
}

interface Owned {
  readonly side: Side
  readonly listening: Disposable
  whenGone: WhenGone | undefined
}

function endSentence(side: Side, event: { lost: boolean; sentence: string }): string {
  return event.lost ? `The connection to the ${side} was lost: ${event.sentence}.` : `The ${side} hung up.`
}
