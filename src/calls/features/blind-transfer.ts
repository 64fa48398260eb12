// Blind transfer (C5): the customer hears music while somebody else rings. The person who passes the call on stays until that
// one answers, or hangs up before; what comes to nothing comes back to them with the reason, and a caller is never lost.
import type { TransferTarget } from '#calls/call.ts'
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { musicOf } from '#calls/prompts/music.ts'
import { type Refusal, refusalOfNoAnswer } from '#calls/refusal.ts'
import type { RingResult } from '#calls/ring.ts'
import type { Side, Stage, Transfer, Verdict } from '#calls/stage.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import type { Target } from '#calls/transfer-target.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Playback } from '#media/engine.ts'
import { watchAfterRefer } from './after-refer.ts'
import { join } from './bridge.ts'
import { noteDecision } from './note-decision.ts'
import { notified } from './notify-phone.ts'
import { type Reaching, reach, shownCaller } from './reach-target.ts'
import { Ringback } from './ringback.ts'
import { takeBack } from './take-back.ts'
import { failureOf } from './transfer-failure.ts'

export interface BlindTransferOptions {
  /** The leg of the person who passes the call on. */
  readonly from: CallLeg
  /** The other one: it stays. */
  readonly customer: CallLeg
  readonly userId: string
  readonly target: Target
  /** For a phone that asked by REFER: statuses as of an INVITE to the target, the last one final. */
  readonly onProgress?: (status: number, reason: string) => Promise<void>
}

/** Starts it; never rejects. Both legs belong to the call. */
export function blindTransfer(switchboard: Switchboard, call: LiveCall, options: BlindTransferOptions): void {
  const transfer = new BlindTransfer(switchboard, call, options)
  guard(call.log, 'a blind transfer', () => transfer.run())()
}

class BlindTransfer implements Stage, Transfer {
  readonly name = 'blind transfer'
  readonly #switchboard: Switchboard
  readonly #call: LiveCall
  readonly #options: BlindTransferOptions
  readonly #side: Side
  #reaching: Reaching | undefined
  #music: Playback | undefined
  #ringback: Ringback | undefined
  #fromGone = false
  #cancelled = false

  constructor(switchboard: Switchboard, call: LiveCall, options: BlindTransferOptions) {
    this.#switchboard = switchboard
    this.#call = call
    this.#options = options
    this.#side = call.sideOf(options.from) ?? 'callee'
  }

  get transfer(): Transfer {
    return this
  }

  get shown(): Transfer['shown'] {
    const { userId, target } = this.#options
    return { how: 'blind', by: userId, to: target.shown, state: 'ringing' }
  }

  async run(): Promise<void> {
    const { target, userId, customer } = this.#options
    const call = this.#call
    call.apply({ kind: 'passing', userId, to: target.shown, how: 'blind' })
    await call.enter(this)
    if (!this.#isOn()) return await this.#tell(gone)
    this.#music = customer.media.play(musicOf(call.tenant))
    if (target.kind === 'skills') return await this.#intoLine(target.skills, target.shown)
    const result = await this.#reach(target)
    using _reached = this.#reaching
    call.decline = undefined
    this.#ringback?.stop()
    if (result.kind === 'answered') await this.#answered(result.leg)
    else await this.#failed(result)
  }

  // Who passes the call on may hang up and leave the rest to us; the customer may not be kept.
  legGone(leg: CallLeg): Verdict {
    if (leg === this.#options.customer) return 'ends'
    if (leg === this.#options.from) this.#fromGone = true
    return 'goes-on'
  }

  hangUp(userId: string): boolean {
    if (userId !== this.#options.userId || this.#fromGone) return false
    this.#fromGone = true
    this.#call.drop(this.#options.from, 'Left the call while it was being transferred.')
    return true
  }

  cancel(userId: string): void {
    this.#mustBe(userId)
    this.#cancelled = true
    this.#reaching?.cancel('caller-gone')
  }

  complete(userId: string): void {
    this.#mustBe(userId)
    this.hangUp(userId)
  }

  swap(): void {
    throw notNow()
  }

  merge(): void {
    throw notNow()
  }

  async leave(): Promise<void> {
    this.#music?.stop()
    this.#ringback?.stop()
    this.#reaching?.cancel('caller-gone')
  }

  async #reach(target: Exclude<Target, { kind: 'skills' }>): Promise<RingResult> {
    const { from, customer, userId } = this.#options
    const call = this.#call
    if (target.kind === 'outside')
      noteDecision(this.#switchboard, call, { decision: target.decision, userId })
    const { media } = this.#switchboard
    const ringback = new Ringback({ media, log: call.log, ear: from.media, toneByUs: true })
    this.#ringback = ringback
    const reaching = reach(this.#switchboard, call, {
      target,
      shownAs: shownCaller(this.#switchboard, call, customer),
      onRinging: guard(call.log, 'tell of ringing', () => {
        if (!this.#fromGone) ringback.rings()
        return this.#tell({ status: 180, reason: 'Ringing' })
      }),
      onProgress: (progress, sound) => {
        if (!this.#fromGone) ringback.heard(progress, sound)
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
    const { from, customer, target } = this.#options
    const call = this.#call
    if (!this.#isOn() || this.#cancelled) {
      await leg.close('SIP;cause=487;text="Not wanted any more"')
      return await this.#failed({ kind: 'cancelled' })
    }
    call.own(leg, this.#side)
    this.#music?.stop()
    const passed = this.#passedTo(leg, target.shown)
    const joined = await join(this.#switchboard, call, [customer, leg], passed)
    await this.#tell(joined ? { status: 200, reason: 'OK' } : gone)
    call.drop(from, `The call was transferred to ${passed.to.name}.`)
  }

  /** Who was rung, or who picked it up there. */
  #passedTo({ userId }: CallLeg, shown: TransferTarget) {
    const isOther = userId !== undefined && userId !== shown.userId
    const taker = isOther ? this.#switchboard.staff.find(this.#call.tenant, userId) : undefined
    return taker
      ? ({ kind: 'passed', to: { userId: taker.id, name: taker.name }, how: 'pickup' } as const)
      : ({ kind: 'passed', to: shown, how: 'blind' } as const)
  }

  async #failed(result: Exclude<RingResult, { kind: 'answered' }>): Promise<void> {
    await this.#tell(statusOf(result))
    // Somebody else has taken it in the meantime, or it is over.
    if (!this.#isOn()) return
    const { from, customer, userId, target } = this.#options
    const { outcome, sentence } = failureOf(result)
    const back = { kind: 'came-back', outcome, sentence } as const
    this.#music?.stop()
    if (!this.#fromGone) {
      const isBack = await join(this.#switchboard, this.#call, [customer, from], back)
      if (isBack && this.#options.onProgress)
        watchAfterRefer(this.#switchboard, this.#call, { from, customer, userId, sentence })
      return
    }
    this.#call.apply({ ...back, alone: true })
    await takeBack(this.#switchboard, this.#call, {
      customer,
      userId,
      side: this.#side,
      sentence: `${target.shown.name}: ${sentence}`,
    })
  }

  // A queue always takes the call: there is nothing to wait for.
  async #intoLine(skills: readonly string[], to: TransferTarget): Promise<void> {
    const { from, customer } = this.#options
    this.#call.apply({ kind: 'passed', to, how: 'blind' })
    await this.#tell({ status: 200, reason: 'OK' })
    this.#call.drop(from, `The call was put into ${to.name}.`)
    if (!this.#isOn()) return
    this.#music?.stop()
    await this.#call.enter(undefined)
    this.#switchboard.waitInLine(this.#call, customer, skills)
  }

  /** Resolves when the phone has taken note, or did not in time. */
  async #tell({ status, reason }: Pick<Refusal, 'status' | 'reason'>): Promise<void> {
    const { onProgress } = this.#options
    if (!onProgress || this.#fromGone) return
    await notified(this.#switchboard.clock, onProgress(status, reason))
  }

  #isOn(): boolean {
    return !this.#call.over.aborted && this.#call.stage === this
  }

  #mustBe(userId: string): void {
    if (userId === this.#options.userId) return
    throw new CordboardError('calls.not-yours', 'You are not on this call.', { blame: 'user' })
  }
}

const gone = { status: 487, reason: 'Request Terminated' } as const

function notNow(): CordboardError {
  return new CordboardError('calls.not-now', 'The other side has not answered yet.', {
    blame: 'user',
    retry: true,
  })
}

function statusOf(result: Exclude<RingResult, { kind: 'answered' }>): Pick<Refusal, 'status' | 'reason'> {
  if (result.kind === 'no-answer') return refusalOfNoAnswer(result.why)
  return result.kind === 'failed' ? { status: 503, reason: 'Service Unavailable' } : gone
}
