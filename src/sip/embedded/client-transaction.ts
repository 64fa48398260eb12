// What INVITE and other client transactions share: the ways a request can go, and giving up.
import type { Clock, Timer } from '#lib/clock.ts'
import type { SipRequest, SipResponse } from './message.ts'
import type { ClientEvents, ClientTransaction, Endpoint, ListeningPoint } from './stack.ts'
import type { SipTimers } from './timers.ts'

/** One way to send the request: its Via differs with the transport, its branch does not. */
export interface Path {
  readonly request: SipRequest
  readonly raw: string
  readonly target: Endpoint
  /** The listening point it leaves from, as its Via says. */
  readonly local: ListeningPoint
  /** Where our Contact lives, when that is elsewhere: a long request goes by TCP, its dialog does not. */
  readonly home?: ListeningPoint | undefined
}

export interface ClientSurroundings {
  readonly clock: Clock
  readonly timers: SipTimers
  transmit(text: string, path: Path, again: boolean, failed: (cause: unknown) => void): void
  /** Sends a CANCEL in a transaction of its own, along the same path. */
  sendCancel(path: Path, extraHeaders: readonly (readonly [string, string])[]): void
  /** Nothing more comes: forget the transaction. */
  ended(): void
}

export abstract class BaseClientTransaction implements ClientTransaction {
  protected phase: ClientTransaction['state'] = 'calling'
  protected readonly around: ClientSurroundings
  protected readonly events: ClientEvents
  protected path: Path
  #others: readonly Path[] = []
  readonly #timers = new Set<Timer>()

  /** `first` is what the request looks like until `start` says where it really goes. */
  constructor(first: Path, events: ClientEvents, around: ClientSurroundings) {
    this.path = first
    this.events = events
    this.around = around
  }

  get request(): SipRequest {
    return this.path.request
  }

  get raw(): string {
    return this.path.raw
  }

  get target(): Endpoint {
    return this.path.target
  }

  get local(): ListeningPoint {
    return this.path.home ?? this.path.local
  }

  get state(): ClientTransaction['state'] {
    return this.phase
  }

  /** Sends along the first path; the others are tried when a transport fails before any response. */
  start(paths: readonly Path[]): void {
    if (this.phase !== 'calling') return
    const [path, ...others] = paths
    if (!path) {
      this.fail('transport')
      return
    }
    this.path = path
    this.#others = others
    this.stopTimers()
    this.begin()
  }

  /** Ends the transaction and tells the owner, unless it has ended before. */
  fail(reason: 'timeout' | 'transport', cause?: unknown): void {
    if (this.phase === 'ended') return
    // After a final response the owner has what it wanted; a lost ACK or a late error is not news.
    const silent = this.phase === 'completed'
    this.end()
    if (!silent) this.events.onFailure(reason, cause)
  }

  end(): void {
    if (this.phase === 'ended') return
    this.phase = 'ended'
    this.stopTimers()
    this.around.ended()
  }

  cancel(_extraHeaders?: readonly (readonly [name: string, value: string])[]): void {}

  abstract receive(response: SipResponse, raw: string, source: Endpoint): void

  /** Sends the request along `path` and starts the timers. */
  protected abstract begin(): void

  protected get reliable(): boolean {
    return this.path.target.protocol !== 'udp'
  }

  protected after(ms: number, act: () => void): void {
    const timer = this.around.clock.after(ms, () => {
      this.#timers.delete(timer)
      act()
    })
    this.#timers.add(timer)
  }

  protected stopTimers(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }

  protected transmit(text: string, again: boolean): void {
    const { path } = this
    this.around.transmit(text, path, again, (cause) => this.#transportFailed(path, cause))
  }

  #transportFailed(path: Path, cause: unknown): void {
    if (path !== this.path || this.phase === 'ended') return
    if (this.phase === 'calling' && this.#others.length > 0) this.start(this.#others)
    else this.fail('transport', cause)
  }
}
