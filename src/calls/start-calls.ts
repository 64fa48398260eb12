// Call control: what a call is and where it goes. It knows people, trunks and phones by narrow questions, SIP by legs,
// sound by media legs; it knows no task and no web page, which learn of calls from facts.
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { MediaEngine } from '#media/engine.ts'
import type { Readiness } from '#people/readiness.ts'
import type { IncomingLeg, Signalling } from '#sip/leg.ts'
import type { LampSource } from '#sip/subscriptions/lamp.ts'
import type { Store, Tenant } from '#store/store.ts'
import type { CallLeg } from './call-leg.ts'
import { type CallCommands, callCommands } from './commands.ts'
import { join } from './features/bridge.ts'
import { Lines } from './features/lines.ts'
import { isEmergency, takeFromPhone } from './features/outbound.ts'
import { takeRefer } from './features/refer.ts'
import { takeReplaces } from './features/replace-leg.ts'
import { takeStarCode } from './features/star-service.ts'
import { refuse, takeInbound } from './inbound.ts'
import { Journal } from './journal.ts'
import { lampsOf } from './lamps.ts'
import type { LiveCall } from './live-call.ts'
import type { Numbers, Phones, Staff } from './neighbours.ts'
import { OpenCalls } from './open-calls.ts'
import { recover } from './recover.ts'
import { noRoom, stopping } from './refusal.ts'
import type { Switchboard, Timeouts } from './switchboard.ts'

export interface CallsOptions {
  readonly store: Pick<Store, 'tenant' | 'onTenant' | 'tenants'>
  readonly sip: Signalling
  readonly media: MediaEngine
  readonly staff: Staff
  readonly phones: Phones
  readonly numbers: Numbers
  readonly readiness: Readiness
  readonly clock: Clock
  readonly log: Log
  readonly timeouts?: Partial<Timeouts>
  /** How long a stop waits for calls to end by themselves; 0: not at all. */
  readonly drainMs?: number
  /** Aborted by a second signal: the stop waits no longer. */
  readonly hurry?: AbortSignal
}

export interface Calls extends CallCommands, AsyncDisposable {
  /** Calls going on, of all tenants. */
  readonly size: number
  /** For the lamps of phones. */
  readonly lamps: LampSource
  /** Takes no new calls, waits for those going on, then hangs up. The same as disposing. */
  stop(): Promise<void>
}

// 60 s of silence: a far end that suppresses silence while its user only listens sends nothing for long.
const defaults: Timeouts = { ringMs: 20_000, dialMs: 60_000, mediaMs: 60_000 }

/** Recovers what a crash cut off, then takes calls. */
export async function startCalls(options: CallsOptions): Promise<Calls> {
  const { store } = options
  for (const tenant of store.tenants()) await recover(tenant, options)
  return new CallControl(options)
}

class CallControl implements Calls {
  readonly lamps: LampSource
  readonly changes: CallCommands['changes']
  readonly liveCalls: CallCommands['liveCalls']
  readonly hold: CallCommands['hold']
  readonly resume: CallCommands['resume']
  readonly steerRecording: CallCommands['steerRecording']
  readonly hangUp: CallCommands['hangUp']
  readonly callNumber: CallCommands['callNumber']
  readonly transfer: CallCommands['transfer']
  readonly team: CallCommands['team']
  readonly #options: CallsOptions
  readonly #switchboard: Switchboard
  readonly #lines: Lines
  readonly #journals = new Map<string, Journal>()
  #stopped: Promise<void> | undefined

  constructor(options: CallsOptions) {
    const { sip, media, staff, phones, numbers, readiness, clock, log, store } = options
    this.#options = options
    this.#switchboard = {
      sip,
      media,
      staff,
      phones,
      numbers,
      readiness,
      clock,
      log,
      timeouts: { ...defaults, ...options.timeouts },
      openCalls: new OpenCalls(log),
      tenant: (id) => store.tenant(id),
      journalOf: (tenant) => this.#journalOf(tenant),
      waitInLine: (call, leg, skills) => this.#waitInLine(call, leg, skills),
      refer: (call, leg, refer) => takeRefer(this.#switchboard, call, leg, refer),
    }
    this.lamps = lampsOf(this.#switchboard)
    this.#lines = new Lines(this.#switchboard)
    const commands = callCommands(this.#switchboard, () => this.#stopped !== undefined)
    this.changes = commands.changes
    this.liveCalls = commands.liveCalls
    this.hold = commands.hold
    this.resume = commands.resume
    this.steerRecording = commands.steerRecording
    this.hangUp = commands.hangUp
    this.callNumber = commands.callNumber
    this.transfer = commands.transfer
    this.team = commands.team
    // Callers from before this start may wait to be called back.
    for (const tenant of store.tenants()) this.#lines.of(tenant)
    sip.onIncoming = guard(log, 'incoming call', (incoming) => this.#take(incoming))
  }

  get size(): number {
    return this.#switchboard.openCalls.size
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#drain()
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #take(incoming: IncomingLeg): Promise<void> {
    const { origin } = incoming
    // An emergency is let through for as long as there is a process to take it.
    const urgent = origin.kind === 'phone' && isEmergency(this.#switchboard, { incoming, origin })
    if (this.#stopped && !urgent) return refuse(incoming, stopping)
    try {
      if (origin.kind === 'phone') {
        if (await takeReplaces(this.#switchboard, { incoming, origin })) return
        if (!urgent && (await takeStarCode(this.#switchboard, { incoming, origin }))) return
        await takeFromPhone(this.#switchboard, { incoming, origin })
      } else {
        const { trunkId } = origin
        await takeInbound(this.#switchboard, {
          incoming,
          trunkId,
          lineOf: (tenant) => this.#lines.of(tenant),
        })
      }
    } catch (err) {
      this.#switchboard.log.error({ err, leg: incoming.callId }, 'a call could not be taken')
      refuse(incoming, noRoom)
    }
  }

  #waitInLine(call: LiveCall, leg: CallLeg, skills: readonly string[]): void {
    const side = call.sideOf(leg) === 'caller' ? 'callee' : 'caller'
    this.#lines.of(call.tenant).queue.join({
      call,
      leg,
      skills,
      onAnswered: (person, userId) => {
        call.own(person, side)
        void join(this.#switchboard, call, [leg, person], { kind: 'answered', userId })
      },
    })
  }

  #journalOf(tenant: Tenant): Journal {
    const known = this.#journals.get(tenant.id)
    if (known) return known
    const { clock, log } = this.#options
    const journal = new Journal({ db: tenant.db, clock, log })
    this.#journals.set(tenant.id, journal)
    return journal
  }

  async #drain(): Promise<void> {
    const { openCalls } = this.#switchboard
    this.#lines.stopCallbacks()
    await this.#untilQuiet()
    const left = openCalls.all()
    for (const call of left)
      call.end({
        by: 'system',
        sentence: 'Cordboard was stopped.',
        outcome: 'interrupted',
        reason: 'SIP;cause=503;text="Stopping"',
      })
    await Promise.all(left.map((call) => call.closed))
    this.#lines[Symbol.dispose]()
    for (const journal of this.#journals.values()) journal[Symbol.dispose]()
  }

  /** Resolves when no call is left, when the deadline has come or when somebody is in a hurry. */
  async #untilQuiet(): Promise<void> {
    const { openCalls, clock } = this.#switchboard
    const { drainMs = 10_000, hurry } = this.#options
    if (openCalls.size === 0 || drainMs === 0 || hurry?.aborted) return
    const quiet = Promise.withResolvers<void>()
    const done = () => quiet.resolve()
    using stack = new DisposableStack()
    stack.use(clock.after(drainMs, done))
    stack.use(openCalls.changes.on(() => openCalls.size === 0 && done()))
    hurry?.addEventListener('abort', done, { once: true })
    stack.defer(() => hurry?.removeEventListener('abort', done))
    await quiet.promise
  }
}
