// An outgoing leg: INVITE with credentials, ringing and early media, one result, CANCEL and the races around it.
import type { Clock, Timer } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { allowed, DialogLeg } from './answered-leg.ts'
import { type AuthOutcome, type LineCredentials, sendAuthenticated } from './authenticated.ts'
import type { DialProgress, DialResult, OutgoingLeg } from './leg.ts'
import { HeldEvents } from './leg-events.ts'
import { readTarget } from './remote-target.ts'
import type { Answer, SipServer } from './sip-server.ts'
import { type NoAnswer, noAnswerFromStatus, sentenceOf } from './status.ts'

export interface DialRequest {
  readonly server: SipServer
  readonly uri: string
  readonly proxy?: string
  readonly headers: Readonly<Record<string, string>>
  readonly callId: string
  /** Our offer. */
  readonly sdp: string
  readonly ringTimeoutMs: number
  readonly credentials: LineCredentials | undefined
  readonly onAnswered: (leg: DialogLeg) => void
  readonly clock: Clock
  readonly log: Log
}

type CancelReason = Parameters<OutgoingLeg['cancel']>[0]

/** After CANCEL the 487 should be here at once; a far end that stays silent is not waited for longer. */
const cancelledTimeoutMs = 4_000

export function dial(options: DialRequest): OutgoingLeg {
  return new OutgoingDial(options)
}

class OutgoingDial implements OutgoingLeg {
  readonly callId: string
  readonly progress: HeldEvents<DialProgress>
  readonly result: Promise<DialResult>
  readonly #options: DialRequest
  readonly #log: Log
  readonly #sending: ReturnType<typeof sendAuthenticated>
  readonly #settled = Promise.withResolvers<DialResult>()
  #cancelled: CancelReason | undefined
  #done = false
  #giveUp: Timer | undefined

  constructor(options: DialRequest) {
    const { server, clock } = options
    this.#options = options
    this.callId = options.callId
    this.#log = options.log.with({ sipCallId: options.callId })
    this.progress = new HeldEvents(this.#log)
    this.result = this.#settled.promise
    this.#sending = sendAuthenticated({
      send: (request) => server.send(request, (answer) => this.#provisional(answer)),
      request: {
        method: 'INVITE',
        uri: options.uri,
        ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
        headers: {
          ...options.headers,
          'Call-ID': options.callId,
          'Content-Type': 'application/sdp',
          Allow: allowed,
          Supported: 'timer, replaces',
        },
        body: options.sdp,
      },
      credentials: options.credentials,
    })
    const ringing = clock.after(options.ringTimeoutMs, () => this.cancel('timeout'))
    this.#sending.final
      .then(
        (outcome) => this.#final(outcome),
        (err: unknown) => {
          this.#log.warn({ reason: messageOf(err) }, 'an INVITE could not be sent')
          this.#finish(noAnswer({ kind: 'trunkFault', status: 503 }))
        },
      )
      .finally(() => ringing.cancel())
  }

  cancel(why: CancelReason): void {
    if (this.#done || this.#cancelled) return
    this.#cancelled = why
    // RFC 3326: without it the other phones of a person would list a missed call.
    const reason = why === 'elsewhere' ? 'SIP;cause=200;text="Call completed elsewhere"' : undefined
    this.#sending.cancel(reason === undefined ? {} : { Reason: reason })
    this.#giveUp = this.#options.clock.after(cancelledTimeoutMs, () => this.#finish(cancelledResult(why)))
  }

  #provisional(answer: Answer): void {
    if (this.#done || this.#cancelled || answer.status === 100) return
    if (answer.body !== '') this.progress.emit({ kind: 'early-media', sdp: answer.body })
    else if (answer.status === 180) this.progress.emit({ kind: 'ringing' })
  }

  #final(outcome: AuthOutcome): void {
    const { answer } = outcome
    const leg = outcome.dialog && this.#open(outcome, outcome.dialog)
    if (leg && (this.#done || this.#cancelled)) {
      // The 200 crossed our CANCEL: it was acknowledged, now it is ended (RFC 3261 §9.1).
      leg.hangUp(
        this.#cancelled === 'elsewhere' ? 'SIP;cause=200;text="Call completed elsewhere"' : undefined,
      )
    }
    if (this.#cancelled) this.#finish(cancelledResult(this.#cancelled))
    else if (leg) {
      this.#options.onAnswered(leg)
      this.#finish({ kind: 'answered', leg })
    } else this.#finish(noAnswer(whyNot(answer)))
  }

  #open(outcome: AuthOutcome, dialog: NonNullable<AuthOutcome['dialog']>): DialogLeg {
    const { answer } = outcome
    return new DialogLeg({
      dialog,
      role: 'uac',
      localSdp: this.#options.sdp,
      remoteSdp: answer.body,
      remoteTarget: readTarget(answer.header('Contact')) ?? this.#options.uri,
      credentials: this.#options.credentials,
      clock: this.#options.clock,
      log: this.#options.log,
    })
  }

  #finish(result: DialResult): void {
    if (this.#done) return
    this.#done = true
    this.#giveUp?.cancel()
    this.#settled.resolve(result)
  }
}

function cancelledResult(why: CancelReason): DialResult {
  return why === 'timeout' ? noAnswer({ kind: 'timeout' }) : { kind: 'cancelled' }
}

function whyNot(answer: Answer): NoAnswer {
  // A redirect would let a callee place calls at our cost: it is not followed.
  return noAnswerFromStatus(answer.status)
}

function noAnswer(why: NoAnswer): DialResult {
  return { kind: 'no-answer', why, sentence: sentenceOf(why) }
}
