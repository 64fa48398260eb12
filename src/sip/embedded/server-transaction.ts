// What INVITE and other server transactions share: the request, the last response, the way back, the end.
import type { Clock, Timer } from '#lib/clock.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { toTagOf } from './response.ts'
import type { Endpoint, ListeningPoint, ServerTransaction } from './stack.ts'
import type { SipTimers } from './timers.ts'
import { writeMessage } from './write-message.ts'

/** A request as it arrived, with `received` and `rport` already in its top Via. */
export interface Arrival {
  readonly request: SipRequest
  readonly raw: string
  readonly source: Endpoint
  readonly local: ListeningPoint
}

export interface ServerSurroundings {
  readonly clock: Clock
  readonly timers: SipTimers
  /** Sends a response back the way the request came. */
  transmit(text: string, again: boolean, failed: (cause: unknown) => void): void
  /** The final response is out: the request no longer waits for its owner. */
  answered(): void
  /** Nothing more comes: forget the transaction. */
  ended(): void
}

export abstract class BaseServerTransaction implements ServerTransaction {
  readonly request: SipRequest
  readonly raw: string
  readonly source: Endpoint
  readonly local: ListeningPoint
  readonly receivedAt: number
  onCancel?: (cancel: SipRequest, raw: string) => void
  onFailure?: (reason: 'noAck' | 'transport') => void
  protected phase: ServerTransaction['state'] = 'trying'
  protected lastText: string | undefined
  protected readonly around: ServerSurroundings
  readonly #timers = new Set<Timer>()
  #toTag: string | undefined

  constructor(arrival: Arrival, around: ServerSurroundings) {
    this.request = arrival.request
    this.raw = arrival.raw
    this.source = arrival.source
    this.local = arrival.local
    this.receivedAt = around.clock.now()
    this.around = around
  }

  get state(): ServerTransaction['state'] {
    return this.phase
  }

  /** The tag our responses put on To, once one had it. */
  get toTag(): string | undefined {
    return this.#toTag
  }

  get answered(): boolean {
    return this.phase !== 'trying' && this.phase !== 'proceeding'
  }

  abstract respond(response: SipResponse): void

  acknowledge(): void {}

  /** The same request came again. */
  abstract repeat(): void

  /** Stops every timer and forgets the transaction; no callback runs after it. */
  end(): void {
    if (this.phase === 'ended') return
    if (!this.answered) this.around.answered()
    this.phase = 'ended'
    this.stopTimers()
    this.around.ended()
  }

  protected get reliable(): boolean {
    return this.source.protocol !== 'udp'
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

  protected send(response: SipResponse): void {
    this.#toTag = toTagOf(response) ?? this.#toTag
    this.lastText = writeMessage(response)
    this.around.transmit(this.lastText, false, this.#failed)
  }

  protected sendAgain(): void {
    if (this.lastText !== undefined) this.around.transmit(this.lastText, true, this.#failed)
  }

  readonly #failed = (): void => {
    if (this.phase === 'ended') return
    this.end()
    this.onFailure?.('transport')
  }
}
