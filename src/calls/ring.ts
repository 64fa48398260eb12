// One outgoing leg from its offer to its answer: sound, dialling, ring timer. Whatever happens, the sound is closed
// unless the leg was answered and handed over. Over TLS it is offered encrypted, and again in other words when that is refused.
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { LegOptions, MediaLeg } from '#media/engine.ts'
import type { DialOptions, DialProgress, DialResult, OutgoingLeg } from '#sip/leg.ts'
import type { NoAnswer } from '#sip/status.ts'
import { CallLeg, type LegOwner } from './call-leg.ts'
import type { LiveCall } from './live-call.ts'
import type { Switchboard } from './switchboard.ts'

export interface RingOptions {
  readonly target: DialOptions['target']
  readonly from: DialOptions['from']
  readonly owner: LegOwner
  readonly ringTimeoutMs: number
  /** Told with the leg's sound, so that early media can be heard. */
  readonly onProgress?: (progress: DialProgress, media: MediaLeg) => void
}

export type RingResult =
  /** The caller of `ring` owns the leg now. */
  | { readonly kind: 'answered'; readonly leg: CallLeg }
  | { readonly kind: 'no-answer'; readonly why: NoAnswer; readonly sentence: string }
  /** By `cancel`. */
  | { readonly kind: 'cancelled' }
  /** We could not even try: no free sound, no signalling. */
  | { readonly kind: 'failed'; readonly sentence: string; readonly retry: boolean }

export type CancelWhy = Parameters<OutgoingLeg['cancel']>[0]

export interface Ringing {
  /** Never rejects. */
  readonly result: Promise<RingResult>
  /** Idempotent. An answer that crosses it is hung up. */
  cancel(why: CancelWhy): void
}

/** The seam promises a result 5 s after the ring timeout; one second more and we stop believing it. */
const lastResortMs = 6_000

type Wish = NonNullable<LegOptions['srtp']>

/**
 * Keys on a plain line are taken as plain by far ends without SRTP (RFC 8643). Who refuses them may want the line itself to
 * be a secure one (RFC 4568 §3.1.2), or no keys at all.
 */
const wishes = { tls: ['optional', 'required', 'off'], open: ['off'] } as const

/** RFC 3326, for a phone that answered although we had cancelled. */
const byeReason: Readonly<Record<CancelWhy, string>> = {
  elsewhere: 'SIP;cause=200;text="Call completed elsewhere"',
  'caller-gone': 'SIP;cause=487;text="The caller hung up"',
  timeout: 'SIP;cause=408;text="Too late"',
}

export function ring(switchboard: Switchboard, call: LiveCall, options: RingOptions): Ringing {
  const ringing = new RingingLeg(switchboard, call, options)
  return { result: ringing.run(), cancel: (why) => ringing.cancel(why) }
}

class RingingLeg {
  readonly #switchboard: Switchboard
  readonly #call: LiveCall
  readonly #options: RingOptions
  readonly #lastResort = Promise.withResolvers<DialResult>()
  #dialled: OutgoingLeg | undefined
  #cancelled: CancelWhy | undefined

  constructor(switchboard: Switchboard, call: LiveCall, options: RingOptions) {
    this.#switchboard = switchboard
    this.#call = call
    this.#options = options
  }

  cancel(why: CancelWhy): void {
    if (this.#cancelled) return
    this.#cancelled = why
    this.#dialled?.cancel(why)
  }

  async run(): Promise<RingResult> {
    const { sip, clock } = this.#switchboard
    const until = clock.monotonic() + this.#options.ringTimeoutMs
    try {
      for (const srtp of wishes[sip.isSecure(this.#options.target) ? 'tls' : 'open']) {
        const result = await this.#try(srtp, until - clock.monotonic())
        if (result !== 'keys refused') return result
      }
      throw new Error('plain sound was refused for its keys')
    } catch (err) {
      return this.#failed(err)
    }
  }

  async #try(srtp: Wish, ringTimeoutMs: number): Promise<RingResult | 'keys refused'> {
    const { media, clock, timeouts } = this.#switchboard
    const sound = await media.openForOffer({ owner: this.#call.id, mediaTimeoutMs: timeouts.mediaMs, srtp })
    const timers = new DisposableStack()
    try {
      if (this.#cancelled) return await this.#without(sound, { kind: 'cancelled' })
      const dialled = this.#dial(sound, ringTimeoutMs, timers)
      timers.use(clock.after(ringTimeoutMs, () => dialled.cancel('timeout')))
      timers.use(clock.after(ringTimeoutMs + lastResortMs, () => this.#giveUp(dialled)))
      const result = await Promise.race([dialled.result, this.#lastResort.promise])
      const settled = await this.#settled(dialled, result, sound)
      return !this.#cancelled && hasKeys(sound) && isNotAcceptable(result) ? 'keys refused' : settled
    } catch (err) {
      return await this.#without(sound, this.#failed(err))
    } finally {
      timers.dispose()
    }
  }

  #dial(sound: MediaLeg, ringTimeoutMs: number, timers: DisposableStack): OutgoingLeg {
    const { target, from, owner, onProgress } = this.#options
    const forCall = this.#call.id
    const dialled = this.#switchboard.sip.dial({ target, from, sdp: sound.localSdp, ringTimeoutMs, forCall })
    this.#dialled = dialled
    this.#call.legLog.started(dialled.callId, 'out', owner)
    if (onProgress) timers.use(dialled.progress.on((progress) => onProgress(progress, sound)))
    // Somebody may have cancelled while dial() itself ran.
    if (this.#cancelled) dialled.cancel(this.#cancelled)
    return dialled
  }

  #giveUp(dialled: OutgoingLeg): void {
    this.#call.log.error({ leg: dialled.callId }, 'an outgoing leg never came to a result')
    this.#lastResort.resolve({ kind: 'cancelled' })
    const hangUp = guard(this.#call.log, 'hang up a late answer', async () => {
      const late = await dialled.result
      if (late.kind === 'answered') await late.leg.hangUp()
    })
    hangUp()
  }

  async #settled(dialled: OutgoingLeg, result: DialResult, sound: MediaLeg): Promise<RingResult> {
    const { legLog } = this.#call
    switch (result.kind) {
      case 'answered':
        return await this.#answered(result.leg, sound)
      case 'no-answer':
        legLog.unanswered(dialled.callId, result.sentence)
        return await this.#without(sound, result)
      case 'cancelled':
        legLog.unanswered(dialled.callId, this.#cancelled ?? 'no answer')
        return await this.#without(
          sound,
          this.#cancelled
            ? { kind: 'cancelled' }
            : { kind: 'no-answer', why: { kind: 'timeout' }, sentence: 'no answer' },
        )
    }
  }

  async #answered(
    sip: Extract<DialResult, { kind: 'answered' }>['leg'],
    sound: MediaLeg,
  ): Promise<RingResult> {
    const { clock } = this.#switchboard
    const { legLog, log } = this.#call
    legLog.answered(sip.callId)
    const leg = new CallLeg({ sip, media: sound, owner: this.#options.owner, clock, log })
    try {
      if (!this.#cancelled) await sound.acceptAnswer(sip.remoteSdp)
    } catch (err) {
      log.warn({ reason: messageOf(err) }, 'an answer came with sound we cannot use')
      legLog.unanswered(sip.callId, 'no common sound format')
      await leg.close('SIP;cause=488;text="Not Acceptable Here"')
      return { kind: 'no-answer', why: { kind: 'rejected', status: 488 }, sentence: 'no common sound format' }
    }
    if (!this.#cancelled) return { kind: 'answered', leg }
    legLog.unanswered(sip.callId, `answered too late: ${this.#cancelled}`)
    await leg.close(byeReason[this.#cancelled])
    return { kind: 'cancelled' }
  }

  async #without(sound: MediaLeg, result: RingResult): Promise<RingResult> {
    guard(this.#call.log, 'close unused sound', () => sound.close())()
    return result
  }

  #failed(err: unknown): RingResult {
    if (err instanceof CordboardError) return { kind: 'failed', sentence: err.message, retry: err.retry }
    this.#call.log.error({ err }, 'a leg could not be dialled')
    return { kind: 'failed', sentence: 'an internal fault', retry: false }
  }
}

function hasKeys(sound: MediaLeg): boolean {
  return sound.localSdp.includes('a=crypto:')
}

/** The far end's word on what we offered (RFC 3261 §21.4.26), before anybody answered. */
function isNotAcceptable(result: DialResult): boolean {
  return (
    result.kind === 'no-answer' &&
    result.why.kind === 'rejected' &&
    (result.why.status === 488 || result.why.status === 606)
  )
}
