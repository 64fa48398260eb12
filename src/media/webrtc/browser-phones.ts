// Browsers as phones: which of them are there, and their legs. Beside SIP phones they join call control's Signalling.
// A browser is one signed-in browser, whatever tab of it speaks; it knows nothing of HTTP.
import type { Clock, Timer } from '#lib/clock.ts'
import { Events, type Source } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import type { DialOptions, OutgoingLeg, Signalling } from '#sip/leg.ts'
import { BrowserLeg, type BrowserLegView } from './browser-leg.ts'
import { type LegSound, legIsOver, openLegSound, type PlainPlace } from './leg-sound.ts'
import type { PhoneState, WorkerKeeper } from './worker-keeper.ts'

/** Who is at the browser. */
export interface BrowserUser {
  readonly tenantId: string
  readonly userId: string
  /** The same through reloads of its page: its session. */
  readonly browserId: string
}

export type LineNews =
  /** All legs of this browser, after each change. */
  | { readonly kind: 'legs'; readonly legs: readonly BrowserLegView[] }
  /** Another page of this browser is its phone now. */
  | { readonly kind: 'replaced' }

export type BrowserNews =
  | { readonly kind: 'state'; readonly state: PhoneState }
  /** A browser came or went. */
  | { readonly kind: 'browser'; readonly user: BrowserUser }

export interface BrowserPhonesOptions {
  readonly keeper: WorkerKeeper
  readonly plain: PlainPlace
  readonly clock: Clock
  readonly log: Log
}

interface Line {
  readonly user: BrowserUser
  readonly tell: (news: LineNews) => void
}

interface KeptLeg {
  readonly user: BrowserUser
  readonly leg: BrowserLeg
}

/** A reloading page is back by then; a call must not ring at nobody for longer. */
const reloadMs = 5_000

const prefix = 'browser:'

export class BrowserPhones implements AsyncDisposable {
  readonly changes: Source<BrowserNews>
  readonly #options: BrowserPhonesOptions
  readonly #events: Events<BrowserNews>
  readonly #lines = new Map<string, Line>()
  readonly #gone = new Map<string, Timer>()
  readonly #legs = new Map<string, KeptLeg>()
  readonly #stack = new AsyncDisposableStack()

  constructor(options: BrowserPhonesOptions) {
    const { keeper, log } = options
    this.#options = options
    this.#events = new Events(log)
    this.changes = this.#events
    this.#stack.use(keeper)
    this.#stack.use(
      keeper.changes.on((state) => {
        if (state.kind !== 'ready')
          for (const { leg } of [...this.#legs.values()]) leg.lose('the sound of the browser phone was lost')
        this.#events.emit({ kind: 'state', state })
      }),
    )
  }

  get state(): PhoneState {
    return this.#options.keeper.state
  }

  /** Legs of all browsers. */
  get size(): number {
    return this.#legs.size
  }

  /** The phone id of a person's browsers. */
  phoneOf(tenantId: string, userId: string): string {
    return `${prefix}${tenantId}:${userId}`
  }

  /** The people of a company who can be rung at a browser now. */
  peopleAt(tenantId: string): readonly string[] {
    if (!this.#options.keeper.worker) return []
    const users = [...this.#lines.values()].map(({ user }) => user)
    return users.filter((user) => user.tenantId === tenantId).map(({ userId }) => userId)
  }

  /** A page of the browser is its phone until disposed; it takes over from one before. `tell` is called at once. */
  attach(user: BrowserUser, tell: (news: LineNews) => void): Disposable {
    const { browserId } = user
    const line = { user, tell }
    const before = this.#lines.get(browserId)
    this.#lines.set(browserId, line)
    this.#gone.get(browserId)?.cancel()
    before?.tell({ kind: 'replaced' })
    this.#tell(browserId)
    this.#events.emit({ kind: 'browser', user })
    return { [Symbol.dispose]: () => this.#detach(line) }
  }

  /**
   * The browser's offer for a leg of its own: answers it, or connects it anew. Our SDP answer.
   * @throws CordboardError `phone.unknown`, `phone.offer`, `media.full`
   */
  async connect(user: BrowserUser, legId: string, offer: string): Promise<string> {
    const kept = this.#legs.get(legId)
    if (!kept || !isSame(kept.user, user)) throw legIsOver()
    return await kept.leg.take(offer)
  }

  /** `sip` with browsers among the phones. */
  beside(sip: Signalling): Signalling {
    return {
      get onIncoming() {
        return sip.onIncoming
      },
      set onIncoming(take) {
        sip.onIncoming = take
      },
      get up() {
        return sip.up
      },
      // A browser's leg is met by our own engine, inside this machine.
      isSecure: (target) => !(target.kind === 'phone' && isBrowser(target.phoneId)) && sip.isSecure(target),
      contactsOf: (phoneId) => (isBrowser(phoneId) ? this.#contactsOf(phoneId) : sip.contactsOf(phoneId)),
      dial: (options) => {
        const { target } = options
        return target.kind === 'phone' && isBrowser(target.phoneId)
          ? this.#dial(options, target.contact)
          : sip.dial(options)
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { leg } of [...this.#legs.values()]) leg.lose('Cordboard was stopped')
    for (const timer of this.#gone.values()) timer.cancel()
    await this.#stack.disposeAsync()
  }

  #contactsOf(phoneId: string): readonly string[] {
    if (!this.#options.keeper.worker) return []
    return [...this.#lines.values()]
      .filter(({ user }) => this.phoneOf(user.tenantId, user.userId) === phoneId)
      .map(({ user }) => user.browserId)
      .reverse()
  }

  #dial(options: DialOptions, browserId: string): OutgoingLeg {
    const { clock, log } = this.#options
    const line = this.#lines.get(browserId)
    const leg: BrowserLeg = new BrowserLeg({
      dial: options,
      openSound: (onLost) => this.#openSound(options.sdp, onLost),
      onChange: () => {
        if (leg.over) this.#legs.delete(leg.callId)
        this.#tell(browserId)
      },
      clock,
      log: log.with({ leg: 'browser' }),
    })
    if (line) {
      this.#legs.set(leg.callId, { user: line.user, leg })
      this.#tell(browserId)
    } else leg.lose('the browser is gone')
    return leg
  }

  async #openSound(offer: string, onLost: () => void): Promise<LegSound> {
    const { keeper, plain, clock, log } = this.#options
    const { worker } = keeper
    if (!worker) throw legIsOver()
    return await openLegSound({ plain, worker, offer, onLost, clock, log })
  }

  #tell(browserId: string): void {
    const legs = this.#legsOf(browserId).flatMap((leg) => leg.view ?? [])
    this.#lines.get(browserId)?.tell({ kind: 'legs', legs })
  }

  #legsOf(browserId: string): readonly BrowserLeg[] {
    return [...this.#legs.values()].filter(({ user }) => user.browserId === browserId).map(({ leg }) => leg)
  }

  #detach(line: Line): void {
    const { browserId } = line.user
    if (this.#lines.get(browserId) !== line) return
    this.#lines.delete(browserId)
    this.#gone.set(
      browserId,
      this.#options.clock.after(reloadMs, () => {
        this.#gone.delete(browserId)
        // Who talks has its own, longer time: its sound may still be there.
        if (this.#lines.has(browserId)) return
        for (const leg of this.#legsOf(browserId))
          if (leg.view?.state === 'ringing') leg.lose('the browser is gone')
      }),
    )
    this.#events.emit({ kind: 'browser', user: line.user })
  }
}

function isBrowser(phoneId: string): boolean {
  return phoneId.startsWith(prefix)
}

function isSame(a: BrowserUser, b: BrowserUser): boolean {
  return a.tenantId === b.tenantId && a.userId === b.userId && a.browserId === b.browserId
}
