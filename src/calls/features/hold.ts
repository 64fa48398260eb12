// Two legs that hear each other, as a stage of their call, with hold and resume from the desk and from the phone. Each leg's dialog ends at us, so nothing of one side's hold is passed to the other: it just hears music.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { musicOf } from '#calls/prompts/music.ts'
import type { Companion, Stage, Talk, Verdict } from '#calls/stage.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { MediaEngine, Mix, MixMember, Playback } from '#media/engine.ts'

/** More than keys pressed while the engine works could cause. */
const maxRounds = 50

export class Hold implements Stage, Talk {
  readonly name = 'talk'
  readonly #media: MediaEngine
  readonly #call: LiveCall
  readonly #legs: readonly [CallLeg, CallLeg]
  /** Legs that keep the other on hold. */
  readonly #holders = new Set<CallLeg>()
  readonly #music = new Map<CallLeg, Playback>()
  readonly #listening = new DisposableStack()
  #bridge: AsyncDisposable | undefined
  /** The bridge, when supervisors are in it too. */
  #mix: Mix | undefined
  #heardWith: readonly Companion[] = []
  #settling = false
  #begun = false
  #left = false
  /** What the engine does for us now. */
  #work: Promise<void> = Promise.resolve()

  constructor(media: MediaEngine, call: LiveCall, legs: readonly [CallLeg, CallLeg]) {
    this.#media = media
    this.#call = call
    this.#legs = legs
    for (const leg of legs)
      this.#listening.use(
        leg.events.on((event) => {
          // Only our people hold a call; when the outside holds us, our person hears what the carrier plays.
          if (event.kind === 'holding' && leg.userId !== undefined) this.#onPhone(leg, leg.userId, event.on)
          if (event.kind === 'digit') this.#passDigit(leg, event)
        }),
      )
  }

  /** Undefined before they were joined. */
  get talk(): Talk | undefined {
    return this.#begun ? this : undefined
  }

  /** Joins the two for the first time. @throws what the engine throws */
  join(): Promise<void> {
    const joining = this.#join()
    this.#work = joining.catch(() => {})
    return joining
  }

  /** Who has been passed over is still on the line for a moment. */
  legGone(leg: CallLeg): Verdict {
    return this.#legs.includes(leg) ? 'ends' : 'goes-on'
  }

  async leave(): Promise<void> {
    this.#left = true
    this.#listening.dispose()
    for (const playing of this.#music.values()) playing.stop()
    this.#music.clear()
    await this.#work
    await this.#part()
  }

  async #join(): Promise<void> {
    const [a, b] = this.#legs
    const { companions } = this.#call
    if (companions.length > 0) this.#mix = await this.#media.mix?.(this.#membersWith(companions))
    this.#bridge = this.#mix ?? (await this.#media.bridge(a.media, b.media))
    this.#heardWith = companions
  }

  /** The two hear each other and who speaks to them; a supervisor hears both. */
  #membersWith(companions: readonly Companion[]): readonly MixMember[] {
    const legs = this.#legs
    const both = legs.map(({ media }) => media)
    const talkers = legs.map((leg) => ({
      leg: leg.media,
      hears: [
        this.#peerOf(leg).media,
        ...companions.filter((one) => one.hearsUs(leg, legs)).map((one) => one.leg.media),
      ],
    }))
    return [...talkers, ...companions.map((one) => ({ leg: one.leg.media, hears: both }))]
  }

  async #changeCompanions(): Promise<void> {
    const { companions } = this.#call
    if (this.#mix && companions.length > 0) {
      await this.#mix.set(this.#membersWith(companions))
      this.#heardWith = companions
      return
    }
    await this.#part()
    await this.#join()
  }

  async #part(): Promise<void> {
    const bridge = this.#bridge
    this.#bridge = undefined
    this.#mix = undefined
    await bridge?.[Symbol.asyncDispose]()
  }

  /** From now on hold counts; a phone that pressed it while the two were being joined holds from the start. */
  begin(): void {
    this.#begun = true
    for (const leg of this.#legs)
      if (leg.holding && leg.userId !== undefined) this.#onPhone(leg, leg.userId, true)
  }

  hold(userId: string): void {
    this.#hold(this.#legOf(userId), userId, 'desk')
  }

  resume(userId: string): void {
    const leg = this.#legOf(userId)
    // RFC 3264 §8.4: who put the call on hold takes it off; our offer could not.
    if (leg.holding)
      throw new CordboardError('calls.held-by-phone', 'The call is held by the phone: press resume there.', {
        blame: 'user',
      })
    this.#resume(leg, userId)
  }

  companionsChanged(): void {
    this.#settle()
  }

  #onPhone(leg: CallLeg, userId: string, on: boolean): void {
    if (!this.#begun) return
    if (on) this.#hold(leg, userId, 'phone')
    // Resume on the phone ends a hold by the desk as well: whoever presses it wants to talk.
    else this.#resume(leg, userId)
  }

  #hold(leg: CallLeg, userId: string, by: 'desk' | 'phone'): void {
    if (this.#holders.has(leg)) return
    this.#holders.add(leg)
    this.#call.apply({ kind: 'held', userId, by })
    this.#settle()
  }

  #resume(leg: CallLeg, userId: string): void {
    if (!this.#holders.delete(leg)) return
    if (this.#holders.size === 0) this.#call.apply({ kind: 'resumed', userId })
    this.#settle()
  }

  #legOf(userId: string): CallLeg {
    const leg = this.#legs.find((one) => one.userId === userId)
    if (leg) return leg
    throw new CordboardError('calls.not-yours', 'You are not on this call.', { blame: 'user' })
  }

  #passDigit(from: CallLeg, event: { digit: string; durationMs: number }): void {
    const pass = guard(this.#call.log, 'pass a digit', () =>
      this.#peerOf(from).media.sendDigits(event.digit, { durationMs: event.durationMs }),
    )
    if (this.#bridge) pass()
  }

  #peerOf(leg: CallLeg): CallLeg {
    const [a, b] = this.#legs
    return leg === a ? b : a
  }

  // The engine takes its time, keys are pressed faster: one settling runs, and goes on until sound is as wanted now.
  #settle(): void {
    if (this.#settling) return
    this.#settling = true
    this.#work = this.#settleAll().finally(() => {
      this.#settling = false
    })
  }

  /** Never rejects. */
  async #settleAll(): Promise<void> {
    try {
      for (let round = 1; !this.#isOver() && !this.#isAsWanted(); round += 1) {
        // Rounds need no I/O: one that never gets there would stop the whole process, not just this call.
        if (round > maxRounds) throw new Error('the sound of a call does not settle')
        await this.#change()
      }
    } catch (err) {
      if (this.#isOver()) return
      this.#call.log.error({ err }, 'hold or resume failed')
      this.#call.end({ by: 'system', sentence: 'The sound of the call was lost on hold or resume.' })
    }
  }

  #isOver(): boolean {
    return this.#left || this.#call.over.aborted
  }

  #isAsWanted(): boolean {
    const joined = this.#bridge !== undefined
    const held = this.#holders.size > 0
    if (joined && this.#heardWith !== this.#call.companions) return false
    return joined !== held && this.#legs.every((leg) => this.#music.has(leg) === this.#wantsMusic(leg))
  }

  #wantsMusic(leg: CallLeg): boolean {
    return this.#holders.has(this.#peerOf(leg))
  }

  async #change(): Promise<void> {
    for (const leg of this.#legs) this.#changeMusic(leg)
    if (this.#holders.size === 0 && !this.#bridge) await this.#join()
    else if (this.#holders.size > 0) await this.#part()
    else if (this.#heardWith !== this.#call.companions) await this.#changeCompanions()
  }

  #changeMusic(leg: CallLeg): void {
    const playing = this.#music.get(leg)
    if (this.#wantsMusic(leg) && !playing) this.#music.set(leg, leg.media.play(musicOf(this.#call.tenant)))
    if (!this.#wantsMusic(leg) && playing) {
      this.#music.delete(leg)
      playing.stop()
    }
  }
}
