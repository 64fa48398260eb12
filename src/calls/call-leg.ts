// One answered leg of a call: its dialog and its sound kept in step. It settles what the far end asks by re-INVITE
// and tells its call what matters. It knows no other leg.
import type { Clock } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import { Events, type Source } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { LegQuality, MediaLeg } from '#media/engine.ts'
import type { AnsweredLeg, LegEvent } from '#sip/leg.ts'
import { within } from './within.ts'

export interface LegAccount {
  readonly userId: string
  /** As dialled out: E.164, or a short number. */
  readonly number: string
}

/** Whose leg it is. */
export type LegOwner =
  | {
      readonly kind: 'outside'
      readonly trunkId: string
      /** Whose call it counts as, when the call itself is another one: a transfer to the outside. */
      readonly account?: LegAccount | undefined
    }
  | { readonly kind: 'person'; readonly userId: string; readonly phoneId: string }

/** A phone asks that the other side is connected elsewhere (RFC 3515). To be settled by whoever listens. */
export type ReferEvent = Extract<LegEvent, { kind: 'refer' }>

export type CallLegEvent =
  /** The far end put us on hold by re-INVITE, or took us off. */
  | { readonly kind: 'holding'; readonly on: boolean }
  /** A key sent by SIP INFO: the media engine has not seen it, so the bridge has not passed it on. */
  | { readonly kind: 'digit'; readonly digit: string; readonly durationMs: number }
  | { readonly kind: 'silent'; readonly silentMs: number }
  | { readonly kind: 'refer'; readonly refer: ReferEvent }
  /** The far end hung up, or the dialog or its sound was lost. Told once; `lost` says the far end did not choose it. */
  | { readonly kind: 'ended'; readonly lost: boolean; readonly sentence: string }

export interface CallLegOptions {
  readonly sip: AnsweredLeg
  readonly media: MediaLeg
  readonly owner: LegOwner
  readonly clock: Clock
  readonly log: Log
}

/** A quality that does not come within this time is left out: no call waits for it. */
const qualityTimeoutMs = 500

type Renegotiate = Extract<LegEvent, { kind: 'renegotiate' }>

export class CallLeg {
  readonly media: MediaLeg
  readonly owner: LegOwner
  readonly #sip: AnsweredLeg
  readonly #clock: Clock
  readonly #log: Log
  readonly #events: Events<CallLegEvent>
  readonly #subscriptions = new DisposableStack()
  #negotiation: Promise<void> = Promise.resolve()
  #bye: Promise<void> | undefined
  #holding = false
  #over = false

  constructor(options: CallLegOptions) {
    this.media = options.media
    this.owner = options.owner
    this.#sip = options.sip
    this.#clock = options.clock
    this.#log = options.log
    this.#events = new Events(options.log)
    this.#holding = holdsUs(options.media)
    this.#subscriptions.use(options.sip.events.on((event) => this.#onSip(event)))
    this.#subscriptions.use(
      options.media.events.on((event) => {
        if (event.kind === 'media-timeout') this.#events.emit({ kind: 'silent', silentMs: event.silentMs })
        if (event.kind === 'closed' && event.reason === 'engine') this.#lost('the sound was lost')
      }),
    )
  }

  get events(): Source<CallLegEvent> {
    return this.#events
  }

  get sipCallId(): string {
    return this.#sip.callId
  }

  /** What Replaces names it by (RFC 3891 §3). */
  get dialog(): Pick<AnsweredLeg, 'callId' | 'localTag' | 'remoteTag'> {
    return this.#sip
  }

  get userId(): string | undefined {
    return this.owner.kind === 'person' ? this.owner.userId : undefined
  }

  /** The far end keeps us on hold now. */
  get holding(): boolean {
    return this.#holding
  }

  /** The far end is gone already: whoever subscribes now will not be told. */
  get ended(): boolean {
    return this.#over || this.#sip.ended !== undefined
  }

  /** Figures of the leg, or undefined when the engine does not give them in time. */
  async quality(): Promise<LegQuality | undefined> {
    try {
      return await within(this.#clock, qualityTimeoutMs, this.media.quality())
    } catch (err) {
      this.#log.debug({ err }, 'a leg gave no quality')
      return undefined
    }
  }

  /** Sends BYE and waits for its answer. Idempotent, never throws. */
  async hangUp(reason?: string): Promise<void> {
    this.#over = true
    this.#subscriptions.dispose()
    this.#bye ??= this.#sip.hangUp(reason)
    await this.#bye
  }

  /** Hangs up and gives the port back; the far end's answer to the BYE is not waited for. Idempotent, never throws. */
  async close(reason?: string): Promise<void> {
    void this.hangUp(reason)
    try {
      await this.media.close()
    } catch (err) {
      this.#log.warn({ err }, 'a media leg did not close')
    }
  }

  #onSip(event: LegEvent): void {
    switch (event.kind) {
      case 'renegotiate':
        // One after the other: an UPDATE may come while a re-INVITE is being settled.
        this.#negotiation = this.#negotiation.then(() => this.#renegotiate(event))
        return
      case 'refer':
        // A carrier could place calls at our cost with it.
        if (this.owner.kind === 'outside') event.refuse(403)
        else this.#events.emit({ kind: 'refer', refer: event })
        return
      case 'digit':
        this.#events.emit(event)
        return
      case 'ended':
        if (event.end.by !== 'us') this.#farEndGone(event.end.by === 'lost', event.end.reason)
    }
  }

  // The other side of the call never hears of it: both legs end here (RFC 3264 §8).
  async #renegotiate(event: Renegotiate): Promise<void> {
    if (this.#over) return event.refuse(481)
    try {
      if (event.offer === undefined) await this.#offerOurs(event)
      else await event.accept(await this.media.answerAgain(event.offer))
    } catch (err) {
      // RFC 3261 §14.2: refused, the session stays as it was.
      this.#log.info({ reason: messageOf(err) }, 'a new offer of the far end was refused')
      guard(this.#log, 'refuse renegotiation', () => event.refuse(488))()
      return
    }
    this.#tellHolding()
  }

  /** An offerless re-INVITE asks for all we can do (RFC 3261 §14.2), so the offer is sendrecv also while on hold. */
  async #offerOurs(event: Renegotiate): Promise<void> {
    const { answer } = await event.accept(await this.media.offerAgain('sendrecv'))
    if (answer !== undefined) await this.media.acceptAnswer(answer)
  }

  #tellHolding(): void {
    const on = holdsUs(this.media)
    if (on === this.#holding || this.#over) return
    this.#holding = on
    this.#events.emit({ kind: 'holding', on })
  }

  #farEndGone(lost: boolean, reason: string | undefined): void {
    if (lost) this.#lost(reason ?? 'the connection was lost')
    else this.#end({ kind: 'ended', lost: false, sentence: reason ?? 'hung up' })
  }

  #lost(sentence: string): void {
    this.#end({ kind: 'ended', lost: true, sentence })
  }

  #end(event: CallLegEvent): void {
    if (this.#over) return
    this.#over = true
    this.#events.emit(event)
  }
}

function holdsUs(media: MediaLeg): boolean {
  return media.remoteDirection === 'sendonly' || media.remoteDirection === 'inactive'
}
