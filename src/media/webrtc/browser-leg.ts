// One leg to a browser, as call control knows legs: it rings, is answered by the browser's offer, and ends. The rest of
// the program cannot tell it from a SIP leg. Sound lies in leg-sound.ts.
import type { Clock, Timer } from '#lib/clock.ts'
import { Events } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { randomToken } from '#lib/secret.ts'
import type {
  AnsweredLeg,
  DialOptions,
  DialProgress,
  DialResult,
  LegEnd,
  LegEvent,
  OutgoingLeg,
} from '#sip/leg.ts'
import { type LegSound, legIsOver } from './leg-sound.ts'

/** What its browser shows. */
export interface BrowserLegView {
  readonly id: string
  /** The call it belongs to, when call control said so. */
  readonly callId: string | undefined
  readonly state: 'ringing' | 'talking'
  readonly from: DialOptions['from']
}

export interface BrowserLegOptions {
  readonly dial: DialOptions
  readonly openSound: (onLost: () => void) => Promise<LegSound>
  /** It rings, talks or is over: its browser must be told. */
  readonly onChange: () => void
  readonly clock: Clock
  readonly log: Log
}

const awayReason = 'the browser was gone'

export class BrowserLeg implements OutgoingLeg {
  readonly callId = randomToken(18)
  readonly progress: Events<DialProgress>
  readonly result: Promise<DialResult>
  readonly #options: BrowserLegOptions
  readonly #settle: (result: DialResult) => void
  readonly #tooLate: Timer
  #state: BrowserLegView['state'] | 'over' = 'ringing'
  #sound: LegSound | undefined
  #answered: Answered | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: BrowserLegOptions) {
    const { clock, log, dial } = options
    const { promise, resolve } = Promise.withResolvers<DialResult>()
    this.#options = options
    this.progress = new Events(log)
    this.result = promise
    this.#settle = resolve
    this.#tooLate = clock.after(dial.ringTimeoutMs, () => this.cancel('timeout'))
    // Whoever dials subscribes first.
    queueMicrotask(() => {
      if (this.#state === 'ringing') this.progress.emit({ kind: 'ringing' })
    })
  }

  get over(): boolean {
    return this.#state === 'over'
  }

  /** undefined once it is over. */
  get view(): BrowserLegView | undefined {
    if (this.#state === 'over') return undefined
    const { from, forCall } = this.#options.dial
    return { id: this.callId, callId: forCall, state: this.#state, from }
  }

  /**
   * The browser's offer: answers the leg, or connects the browser anew. Our SDP answer.
   * @throws CordboardError `phone.offer` (nothing changed), `phone.unknown` (the leg is over), `media.full`
   */
  take(offer: string): Promise<string> {
    const answer = this.#turn.then(() => this.#take(offer))
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  cancel(why: 'elsewhere' | 'caller-gone' | 'timeout'): void {
    if (this.#state !== 'ringing') return
    this.#end()
    this.#settle(
      why === 'timeout'
        ? { kind: 'no-answer', why: { kind: 'timeout' }, sentence: 'no answer' }
        : { kind: 'cancelled' },
    )
  }

  /** Ends the leg, whatever it does: its device or its worker is gone. */
  lose(sentence: string): void {
    if (this.#state === 'ringing') {
      this.#end()
      const why = { kind: 'unreachable', status: 480 } as const
      this.#settle({ kind: 'no-answer', why, sentence })
    } else this.#answered?.end({ by: 'lost', reason: sentence })
  }

  async #take(offer: string): Promise<string> {
    if (this.#state === 'over') throw legIsOver()
    if (this.#sound) return this.#sound.connect(offer)
    const sound = await this.#options.openSound(() => this.lose(awayReason))
    try {
      const answer = await sound.connect(offer)
      if (this.over) throw legIsOver()
      this.#sound = sound
      this.#pickUp(sound)
      return answer
    } catch (err) {
      await sound.close()
      throw err
    }
  }

  #pickUp(sound: LegSound): void {
    this.#state = 'talking'
    this.#tooLate.cancel()
    const leg = new Answered({
      callId: this.callId,
      sound,
      log: this.#options.log,
      onEnd: () => this.#end(),
    })
    this.#answered = leg
    this.#options.onChange()
    this.#settle({ kind: 'answered', leg })
  }

  #end(): void {
    this.#state = 'over'
    this.#tooLate.cancel()
    const sound = this.#sound
    if (sound) guard(this.#options.log, 'close the sound of a browser leg', () => sound.close())()
    this.#options.onChange()
  }
}

interface AnsweredOptions {
  readonly callId: string
  readonly sound: LegSound
  readonly log: Log
  readonly onEnd: () => void
}

class Answered implements AnsweredLeg {
  readonly callId: string
  readonly localTag = randomToken(6)
  readonly remoteTag = randomToken(6)
  readonly remoteSdp: string
  readonly events: Events<LegEvent>
  ended: LegEnd | undefined
  readonly #options: AnsweredOptions

  constructor(options: AnsweredOptions) {
    this.#options = options
    this.callId = options.callId
    this.remoteSdp = options.sound.sdp
    this.events = new Events(options.log)
  }

  async renegotiate(offer: string): Promise<string> {
    return this.#options.sound.answerAgain(offer)
  }

  async hangUp(reason?: string): Promise<void> {
    this.end({ by: 'us', reason })
  }

  end(end: LegEnd): void {
    if (this.ended) return
    this.ended = end
    this.#options.onEnd()
    this.events.emit({ kind: 'ended', end })
  }
}
