// Warm transfer (C6) at the desk: the customer hears music while the person calls somebody else in, speaks with them, goes to
// and fro, and then passes the customer on, takes them back or joins all three. One call and one story throughout.
import type { CallEvent } from '#calls/call.ts'
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { musicOf } from '#calls/prompts/music.ts'
import type { RingResult } from '#calls/ring.ts'
import type { ShownTransfer, Side, Stage, Transfer, Verdict } from '#calls/stage.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Target } from '#calls/transfer-target.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Playback } from '#media/engine.ts'
import { join } from './bridge.ts'
import { noteDecision } from './note-decision.ts'
import { type Reaching, reach, shownCaller } from './reach-target.ts'
import { Ringback } from './ringback.ts'
import { takeBack } from './take-back.ts'
import { threeWay } from './three-way.ts'
import { failureOf } from './transfer-failure.ts'

export interface ConsultOptions {
  /** The leg of the person who asks. */
  readonly own: CallLeg
  /** The other one, who waits. */
  readonly customer: CallLeg
  readonly userId: string
  readonly target: Exclude<Target, { kind: 'skills' }>
}

/** Starts it; never rejects. Both legs belong to the call. */
export function consult(switchboard: Switchboard, call: LiveCall, options: ConsultOptions): void {
  const stage = new Consult(switchboard, call, options)
  guard(call.log, 'a consultation', () => stage.run())()
}

class Consult implements Stage, Transfer {
  readonly name = 'consult'
  readonly #switchboard: Switchboard
  readonly #call: LiveCall
  readonly #options: ConsultOptions
  readonly #side: Side
  readonly #ringback: Ringback
  #state: ShownTransfer['state'] = 'ringing'
  #second: CallLeg | undefined
  #reaching: Reaching | undefined
  #music: Playback | undefined
  /** The person has hung up and left the rest to us. */
  #alone = false
  #cancelled = false
  /** Joining takes its time; one follows the other. */
  #work: Promise<unknown> = Promise.resolve()

  constructor(switchboard: Switchboard, call: LiveCall, options: ConsultOptions) {
    this.#switchboard = switchboard
    this.#call = call
    this.#options = options
    this.#side = call.sideOf(options.own) ?? 'callee'
    const { media } = switchboard
    this.#ringback = new Ringback({ media, log: call.log, ear: options.own.media, toneByUs: true })
  }

  get transfer(): Transfer {
    return this
  }

  get shown(): ShownTransfer {
    const { userId, target } = this.#options
    return { how: 'warm', by: userId, to: target.shown, state: this.#state }
  }

  async run(): Promise<void> {
    const { userId, customer, target } = this.#options
    const call = this.#call
    call.apply({ kind: 'held', userId, by: 'desk' })
    call.note(`Calls ${target.shown.name} in`, userId)
    await call.enter(this)
    if (!this.#isOn()) return
    this.#music = customer.media.play(musicOf(call.tenant))
    const result = await this.#reach()
    using _reached = this.#reaching
    call.decline = undefined
    this.#ringback.stop()
    if (result.kind === 'answered') await this.#answered(result.leg)
    else await this.#failed(result)
  }

  legGone(leg: CallLeg): Verdict {
    if (leg === this.#options.customer) return 'ends'
    if (leg === this.#options.own) this.#leftAlone()
    if (leg === this.#second) this.#back(`${this.#options.target.shown.name} hung up`)
    return 'goes-on'
  }

  hangUp(userId: string): boolean {
    const second = this.#second
    if (second && userId === second.userId) {
      this.#call.drop(second, 'Hung up at the desk.')
      this.#back(`${this.#options.target.shown.name} hung up`)
      return true
    }
    if (userId !== this.#options.userId || this.#alone) return false
    this.complete(userId)
    return true
  }

  cancel(userId: string): void {
    this.#mustBe(userId)
    this.#cancelled = true
    const second = this.#second
    this.#reaching?.cancel('caller-gone')
    if (!second) return
    this.#call.drop(second, 'The consultation was ended.')
    this.#back(undefined)
  }

  complete(userId: string): void {
    this.#mustBe(userId)
    const { own } = this.#options
    this.#leftAlone()
    // Once it is a talk of the other two, who passed it on is let go; before, they are let go at once.
    if (!this.#second) this.#call.drop(own, 'Left the call while it was being transferred.')
  }

  swap(userId: string): void {
    this.#mustBe(userId)
    const second = this.#mustHaveSecond()
    const { customer } = this.#options
    if (this.#state === 'consulting') {
      this.#state = 'waiting'
      this.#call.apply({ kind: 'resumed', userId })
      this.#listen(customer, second)
    } else {
      this.#state = 'consulting'
      this.#call.apply({ kind: 'held', userId, by: 'desk' })
      this.#listen(second, customer)
    }
    this.#call.changed()
  }

  merge(userId: string): void {
    this.#mustBe(userId)
    const second = this.#mustHaveSecond()
    const { own, customer, target } = this.#options
    threeWay(this.#switchboard, this.#call, { own, customer, second, userId, who: target.shown })
  }

  async leave(): Promise<void> {
    this.#music?.stop()
    this.#ringback.stop()
    this.#reaching?.cancel('caller-gone')
    await this.#work
  }

  async #reach(): Promise<RingResult> {
    const { customer, userId, target } = this.#options
    const call = this.#call
    if (target.kind === 'outside')
      noteDecision(this.#switchboard, call, { decision: target.decision, userId })
    const reaching = reach(this.#switchboard, call, {
      target,
      shownAs: shownCaller(this.#switchboard, call, customer),
      onRinging: () => {
        if (!this.#alone) this.#ringback.rings()
      },
      onProgress: (progress, sound) => {
        if (!this.#alone) this.#ringback.heard(progress, sound)
      },
    })
    this.#reaching = reaching
    call.decline = (decliner) => {
      if (decliner === reaching.userId) reaching.decline()
    }
    call.changed()
    return await reaching.result
  }

  async #answered(leg: CallLeg): Promise<void> {
    if (!this.#isOn() || this.#cancelled) {
      await leg.close('SIP;cause=487;text="Not wanted any more"')
      return await this.#failed({ kind: 'cancelled' })
    }
    this.#call.own(leg, this.#side)
    this.#second = leg
    if (this.#alone) return await this.#passOn(leg)
    this.#state = 'consulting'
    this.#call.changed()
    this.#call.note(`${this.#options.target.shown.name} answered`, leg.userId)
    this.#listen(leg, this.#options.customer)
  }

  async #failed(result: Exclude<RingResult, { kind: 'answered' }>): Promise<void> {
    if (!this.#isOn()) return
    const { outcome, sentence } = failureOf(result)
    if (!this.#alone) return this.#back(this.#cancelled ? undefined : sentence)
    const { customer, userId, target } = this.#options
    this.#call.apply({ kind: 'came-back', outcome, sentence, alone: true })
    this.#music?.stop()
    const why = `${target.shown.name}: ${sentence}`
    await takeBack(this.#switchboard, this.#call, { customer, userId, side: this.#side, sentence: why })
  }

  /** The person goes: the customer is passed on to who was called in, or to who still rings. */
  #leftAlone(): void {
    if (this.#alone) return
    this.#alone = true
    const { userId, target } = this.#options
    const call = this.#call
    if (this.#second) {
      this.#then(this.#passOn(this.#second))
      return
    }
    this.#ringback.stop()
    call.note(
      `Did not wait for ${target.shown.name} to answer: the call is transferred there without a word`,
      userId,
    )
    call.apply({ kind: 'passing', userId, to: target.shown, how: 'blind' })
  }

  async #passOn(second: CallLeg): Promise<void> {
    const { customer, own, target } = this.#options
    const how = this.#call.call.state.kind === 'passing' ? 'blind' : 'warm'
    this.#music?.stop()
    await join(this.#switchboard, this.#call, [customer, second], { kind: 'passed', to: target.shown, how })
    this.#call.drop(own, `The call was transferred to ${target.shown.name}.`)
  }

  /** The second party is gone, or never came: the person has the customer again. */
  #back(sentence: string | undefined): void {
    this.#second = undefined
    const { customer, own, userId, target } = this.#options
    const { name } = target.shown
    if (sentence !== undefined) this.#call.note(`${name}: ${sentence}; back to the customer`, userId)
    this.#music?.stop()
    const cameBack = sentence === undefined ? undefined : { to: target.shown, sentence }
    const event: Exclude<CallEvent, { kind: 'ended' }> = { kind: 'resumed', userId, cameBack }
    this.#then(join(this.#switchboard, this.#call, [customer, own], event))
  }

  /** The person hears one of the two, and the other one hears music. */
  #listen(to: CallLeg, waiting: CallLeg): void {
    this.#music?.stop()
    this.#music = waiting.media.play(musicOf(this.#call.tenant))
    this.#work = this.#work.then(async () => {
      try {
        if (this.#isOn()) await this.#switchboard.media.bridge(this.#options.own.media, to.media)
      } catch (err) {
        if (!this.#isOn()) return
        this.#call.log.error({ err }, 'a consultation could not be joined')
        this.#call.end({ by: 'system', sentence: `The sound of the call was lost: ${messageOf(err)}` })
      }
    })
  }

  #then(work: Promise<unknown>): void {
    guard(this.#call.log, 'a consultation', async () => void (await work))()
  }

  #isOn(): boolean {
    return !this.#call.over.aborted && this.#call.stage === this
  }

  #mustBe(userId: string): void {
    if (userId === this.#options.userId && !this.#alone) return
    throw new CordboardError('calls.not-yours', 'You are not on this call.', { blame: 'user' })
  }

  #mustHaveSecond(): CallLeg {
    if (this.#second) return this.#second
    throw new CordboardError('calls.not-now', 'The other side has not answered yet.', {
      blame: 'user',
      retry: true,
    })
  }
}
