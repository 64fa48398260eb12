// Three who hear each other: a person, the customer and who was called in. When one of them goes, the other two talk on.
import type { TransferTarget } from '#calls/call.ts'
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Stage, Verdict } from '#calls/stage.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { MediaEngine, Mix } from '#media/engine.ts'
import { join } from './bridge.ts'

export interface ThreeWayOptions {
  readonly own: CallLeg
  readonly customer: CallLeg
  readonly second: CallLeg
  readonly userId: string
  /** Who `second` is. */
  readonly who: TransferTarget
}

/** Starts it; never rejects. The three belong to the call. @throws CordboardError `calls.no-mixing` */
export function threeWay(switchboard: Switchboard, call: LiveCall, options: ThreeWayOptions): void {
  const { media } = switchboard
  if (!media.mix)
    throw new CordboardError('calls.no-mixing', 'The sound engine in use cannot join three in one talk.', {
      blame: 'setup',
    })
  const stage = new ThreeWay(switchboard, call, options)
  guard(call.log, 'a talk of three', () => stage.run())()
}

class ThreeWay implements Stage {
  readonly name = 'three-way'
  readonly #switchboard: Switchboard
  readonly #media: MediaEngine
  readonly #call: LiveCall
  readonly #options: ThreeWayOptions
  #mix: Mix | undefined
  #left = false

  constructor(switchboard: Switchboard, call: LiveCall, options: ThreeWayOptions) {
    this.#switchboard = switchboard
    this.#media = switchboard.media
    this.#call = call
    this.#options = options
  }

  async run(): Promise<void> {
    const { own, customer, second, userId, who } = this.#options
    const call = this.#call
    await call.enter(this)
    if (!this.#isOn()) return
    try {
      const legs = [own, customer, second]
      this.#mix = await this.#media.mix?.(legs.map((leg) => ({ leg: leg.media, hears: 'all' })))
    } catch (err) {
      if (!this.#isOn()) return
      call.log.error({ err }, 'three legs could not be joined')
      call.end({ by: 'system', sentence: `The call could not be joined: ${messageOf(err)}` })
      return
    }
    if (!this.#isOn()) return await this.#part()
    call.apply({ kind: 'resumed', userId })
    call.apply({ kind: 'joined', who })
  }

  legGone(leg: CallLeg): Verdict {
    if (leg === this.#options.customer) return 'ends'
    this.#without(leg)
    return 'goes-on'
  }

  hangUp(userId: string): boolean {
    const { own, second } = this.#options
    const leg = [own, second].find((one) => one.userId === userId)
    if (!leg) return false
    this.#call.drop(leg, 'Hung up at the desk.')
    this.#without(leg)
    return true
  }

  async leave(): Promise<void> {
    this.#left = true
    await this.#part()
  }

  #without(leg: CallLeg): void {
    const { own, customer, second, who } = this.#options
    const { userId } = leg
    const other = leg === own ? second : own
    if (userId === undefined) this.#call.note(`${who.name} left the call`)
    const left = { kind: 'left', userId: userId ?? '' } as const
    guard(this.#call.log, 'two of three', async () => {
      await join(this.#switchboard, this.#call, [customer, other], left)
    })()
  }

  async #part(): Promise<void> {
    const mix = this.#mix
    this.#mix = undefined
    await mix?.[Symbol.asyncDispose]()
  }

  #isOn(): boolean {
    return !this.#left && !this.#call.over.aborted && this.#call.stage === this
  }
}
