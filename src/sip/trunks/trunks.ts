// All trunks at work: what they are (books), how they are (states), whose call this is (identify), which to use (choose).
// It knows lines to carriers; it knows no call beyond how many use a trunk.
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { Events, type Source } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { LineCredentials } from '#sip/authenticated.ts'
import type { SipServer } from '#sip/sip-server.ts'
import type { Store } from '#store/store.ts'
import { type CarrierAuthenticator, carrierAuthenticator } from './authenticate-carrier.ts'
import type { HostLookup } from './carrier-addresses.ts'
import { type RankedTrunk, type RuleTrunk, rankTrunks } from './choose-trunk.ts'
import type { Health, Light } from './health.ts'
import { lastLight, lightStrip, type StripPart, saveLight } from './light-strip.ts'
import { type InboundLine, type InboundRequest, matchInbound } from './match-inbound.ts'
import { type NumberBook, numberBook } from './number-book.ts'
import type { ProbeResult, ReachabilityState } from './reachability.ts'
import type { DialogueLine, RegistrationState } from './registration.ts'
import type { Trunk } from './trunk.ts'
import { type TrunkBook, trunkBook } from './trunk-book.ts'
import { openTrunkLine, type TrunkLine } from './trunk-line.ts'

export interface TrunkState extends Health {
  readonly trunkId: string
  readonly tenantId: string
  /** Since when the light has this colour. */
  readonly since: number
  readonly registration: RegistrationState
  readonly reachability: ReachabilityState
  readonly callsInUse: number
  readonly maxCalls: number | null
  /** The last call it could not place though another trunk might. */
  readonly lastFailure: TrunkFailure | undefined
}

export interface TrunkFailure {
  readonly at: number
  readonly sentence: string
}

export interface OutboundCall {
  readonly tenantId: string
  /** What is called, E.164 where it is such a number. */
  readonly number: string
  /** Our number that is shown: its trunk is preferred. */
  readonly callerNumber?: string | undefined
  readonly emergency?: boolean
  /** Only through these, as a rule says. */
  readonly through?: readonly RuleTrunk[] | undefined
  /** 0 to below 1, for weights. */
  readonly dice?: () => number
}

export interface Trunks extends AsyncDisposable {
  readonly book: TrunkBook
  readonly numbers: NumberBook
  states(tenantId?: string): readonly TrunkState[]
  state(trunkId: string): TrunkState | undefined
  /** The state after each change of light, reason or use; `undefined` state: the trunk was removed. */
  readonly onChange: Source<{ readonly trunkId: string; readonly state: TrunkState | undefined }>
  /** The light over time, oldest first, gapless (K4). */
  strip(trunkId: string, span: { from: number; to: number }): readonly StripPart[]
  /** Sends one OPTIONS (K6). @throws CordboardError `sip.no-trunk` */
  probeNow(trunkId: string): Promise<ProbeResult>
  /** Registers at once, also after refused credentials (K6). @throws CordboardError `sip.no-trunk` */
  registerNow(trunkId: string): void
  /** Requests and answers of the last registration (K6). */
  dialogue(trunkId: string): readonly DialogueLine[]
  /** The trunk a request comes from; undefined for a stranger. */
  identify(request: InboundRequest): Trunk | undefined
  /** For carriers that call from anywhere. */
  readonly carriers: CarrierAuthenticator
  /** The trunks to try, best first. */
  choose(call: OutboundCall): readonly string[]
  /** Trunks for a call of that company, best first, also those that are skipped. */
  rank(call: OutboundCall): readonly RankedTrunk[]
  /** It could not place a call: for a moment the others are tried first. */
  failed(trunkId: string, sentence: string): void
  /** To answer a challenge of this trunk's carrier. */
  credentials(trunkId: string): LineCredentials | undefined
  /** Counts a call on the trunk until disposed. */
  use(trunkId: string): Disposable
}

export interface TrunksOptions {
  readonly store: Store
  readonly server: SipServer
  readonly clock: Clock
  readonly log: Log
  readonly resolve?: HostLookup
}

/** Name look-ups of carriers change addresses without telling. */
const inboundFreshMs = 5_000
/** As long as a carrier's trouble with one call tells of the next; a second call then finds the better way at once. */
const failedLatelyMs = 30_000

export function startTrunks(options: TrunksOptions): Trunks {
  return new RunningTrunks(options)
}

interface Running {
  line: TrunkLine
  light: Light
  since: number
  reason: string
  callsInUse: number
  lastFailure: (TrunkFailure & { readonly tick: number }) | undefined
}

class RunningTrunks implements Trunks {
  readonly book: TrunkBook
  readonly numbers: NumberBook
  readonly carriers: CarrierAuthenticator
  readonly #options: TrunksOptions
  readonly #running = new Map<string, Running>()
  readonly #changes: Events<{ readonly trunkId: string; readonly state: TrunkState | undefined }>
  readonly #subscriptions = new DisposableStack()
  #inbound: { readonly lines: readonly InboundLine[]; readonly at: number } | undefined

  constructor(options: TrunksOptions) {
    const { store, server, clock, log } = options
    this.#options = options
    this.#changes = new Events(log)
    this.book = trunkBook({ db: store.system, vault: store.vault, clock, log })
    this.numbers = numberBook({ db: store.system, clock, log })
    this.carriers = this.#subscriptions.use(carrierAuthenticator({ book: this.book, clock, log }))
    for (const trunk of this.book.list()) this.#start(trunk)
    this.#subscriptions.use(
      this.numbers.onChange.on(() => {
        this.#inbound = undefined
      }),
    )
    this.#subscriptions.use(this.book.onChange.on(({ trunkId }) => this.#restart(trunkId)))
    this.#subscriptions.use(
      server.news.on(() => {
        for (const running of this.#running.values()) running.line.serverChanged()
      }),
    )
  }

  get onChange(): Trunks['onChange'] {
    return this.#changes
  }

  states(tenantId?: string): readonly TrunkState[] {
    return [...this.#running.values()]
      .filter(({ line }) => tenantId === undefined || line.trunk.tenantId === tenantId)
      .map(stateOf)
  }

  state(trunkId: string): TrunkState | undefined {
    const running = this.#running.get(trunkId)
    return running && stateOf(running)
  }

  strip(trunkId: string, span: { from: number; to: number }): readonly StripPart[] {
    return lightStrip(this.#options.store.system, trunkId, span)
  }

  probeNow(trunkId: string): Promise<ProbeResult> {
    return this.#get(trunkId).line.probeNow()
  }

  registerNow(trunkId: string): void {
    this.#get(trunkId).line.registerNow()
  }

  dialogue(trunkId: string): readonly DialogueLine[] {
    return this.#running.get(trunkId)?.line.dialogue ?? []
  }

  identify(request: InboundRequest): Trunk | undefined {
    const found = matchInbound(request, this.#inboundLines())
    return found && this.#running.get(found.trunkId)?.line.trunk
  }

  choose(call: OutboundCall): readonly string[] {
    return this.rank(call).flatMap(({ trunkId, skipped }) => (skipped ? [] : [trunkId]))
  }

  rank(call: OutboundCall): readonly RankedTrunk[] {
    const now = this.#options.clock.monotonic()
    const owner = call.callerNumber === undefined ? undefined : this.numbers.find(call.callerNumber)
    const choices = [...this.#running.values()].map(({ line, callsInUse, lastFailure }) => ({
      trunkId: line.trunk.id,
      tenantId: line.trunk.tenantId,
      enabled: line.trunk.enabled,
      usable: line.usable,
      callsInUse,
      maxCalls: line.trunk.maxCalls,
      prefixes: line.trunk.prefixes,
      failedLately: lastFailure !== undefined && now - lastFailure.tick < failedLatelyMs,
    }))
    return rankTrunks(choices, { ...call, preferred: owner?.trunkId })
  }

  failed(trunkId: string, sentence: string): void {
    const running = this.#running.get(trunkId)
    if (!running) return
    const { clock } = this.#options
    running.lastFailure = { at: clock.now(), tick: clock.monotonic(), sentence }
    this.#tell(running)
  }

  credentials(trunkId: string): LineCredentials | undefined {
    const trunk = this.book.find(trunkId)
    const password = trunk?.username ? this.#passwordOf(trunkId) : undefined
    if (!trunk?.username || password === undefined) return undefined
    return { username: trunk.username, password, realm: trunk.realm ?? undefined }
  }

  use(trunkId: string): Disposable {
    const count = (by: number): void => {
      const running = this.#running.get(trunkId)
      if (!running) return
      running.callsInUse += by
      this.#tell(running)
    }
    count(1)
    let counted = true
    return {
      [Symbol.dispose]: () => {
        if (counted) count(-1)
        counted = false
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriptions.dispose()
    const lines = [...this.#running.values()].map(({ line }) => line)
    this.#running.clear()
    await Promise.allSettled(lines.map((line) => line[Symbol.asyncDispose]()))
  }

  // Strangers ask by the thousand: what the lines look like is gathered once for all of them.
  #inboundLines(): readonly InboundLine[] {
    const now = this.#options.clock.monotonic()
    if (this.#inbound && now - this.#inbound.at < inboundFreshMs) return this.#inbound.lines
    const lines = [...this.#running.values()].map(({ line }) =>
      line.inbound(new Set(this.numbers.ofTrunk(line.trunk.id).map((own) => own.number))),
    )
    this.#inbound = { lines, at: now }
    return lines
  }

  #get(trunkId: string): Running {
    const running = this.#running.get(trunkId)
    if (running) return running
    throw new CordboardError('sip.no-trunk', 'There is no such trunk.', { blame: 'user' })
  }

  #start(trunk: Trunk, callsInUse = 0): void {
    const { store, server, clock, log, resolve } = this.#options
    const lineLog = log.with({ trunkId: trunk.id })
    const now = clock.now()
    const line = openTrunkLine({
      trunk,
      password: this.#passwordOf(trunk.id),
      server,
      clock,
      log: lineLog,
      ...(resolve ? { resolve } : {}),
      onChange: () => this.#look(trunk.id),
    })
    // Nobody watched while the program was down: whatever the light was, now it is not known.
    const before = lastLight(store.system, trunk.id, now)
    this.#running.set(trunk.id, {
      line,
      light: before ?? 'grey',
      since: now,
      reason: '',
      callsInUse,
      lastFailure: undefined,
    })
    this.#look(trunk.id)
  }

  // With another key file this one trunk fails to register; the others must not suffer.
  #passwordOf(trunkId: string): string | undefined {
    try {
      return this.book.passwordOf(trunkId)
    } catch (err) {
      this.#options.log.error({ err, trunkId }, "a trunk's password cannot be read")
      return undefined
    }
  }

  #restart(trunkId: string): void {
    this.#inbound = undefined
    const before = this.#running.get(trunkId)
    this.#running.delete(trunkId)
    guard(this.#options.log, 'stopping a trunk', async () => before?.line[Symbol.asyncDispose]())()
    const trunk = this.book.find(trunkId)
    if (trunk) this.#start(trunk, before?.callsInUse)
    else this.#changes.emit({ trunkId, state: undefined })
  }

  #look(trunkId: string): void {
    this.#inbound = undefined
    const running = this.#running.get(trunkId)
    if (!running) return
    const { light, reason, advice, lastCode } = running.line.health
    const before = running.light
    const turned = light !== before
    // A new round-trip time in the sentence is news for the page once per light, not five times a minute.
    if (!turned && withoutNumbers(reason) === withoutNumbers(running.reason)) {
      running.reason = reason
      return
    }
    const at = this.#options.clock.now()
    running.reason = reason
    if (turned) {
      Object.assign(running, { light, since: at })
      const { tenantId } = running.line.trunk
      this.#options.log.info({ trunkId, light, before, reason }, "a trunk's light changed")
      guard(this.#options.log, 'storing a light', () =>
        saveLight(this.#options.store.system, {
          trunkId,
          tenantId,
          at,
          light,
          before,
          reason,
          advice,
          lastCode,
        }),
      )()
    }
    this.#tell(running)
  }

  #tell(running: Running): void {
    this.#changes.emit({ trunkId: running.line.trunk.id, state: stateOf(running) })
  }
}

function stateOf({ line, since, callsInUse, lastFailure }: Running): TrunkState {
  const { trunk, registration, reachability } = line
  return {
    ...line.health,
    trunkId: trunk.id,
    tenantId: trunk.tenantId,
    since,
    registration,
    reachability,
    callsInUse,
    maxCalls: trunk.maxCalls,
    lastFailure: lastFailure && { at: lastFailure.at, sentence: lastFailure.sentence },
  }
}

function withoutNumbers(sentence: string): string {
  return sentence.replace(/\d+ ms/g, '')
}
