// Offers inside a dialog, one at a time: ours wait their turn and come again after 491, theirs are refused while one runs
// (RFC 3261 §14). Each offer of theirs is settled once, by call control or by the clock.
import { randomInt } from 'node:crypto'
import { type Clock, delay, type Timer } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import type { AuthOutcome } from './authenticated.ts'
import type { LegEvent } from './leg.ts'
import type { ReceivedRequest } from './sip-server.ts'

export interface RenegotiationOptions {
  readonly clock: Clock
  readonly log: Log
  /** We made the Call-ID: then our waits after 491 are the long ones, so that the two sides do not meet again. */
  readonly ownsCallId: boolean
  readonly localSdp: string
  /** Sends a re-INVITE with this offer. */
  readonly send: (offer: string) => Promise<AuthOutcome>
  /** The far end does not know the dialog any more. */
  readonly onDead: (why: string) => void
  readonly emit: (event: LegEvent) => void
}

const offerTimeoutMs = 10_000
/** Call control has this long to settle an offer before we refuse it for it. */
const settleTimeoutMs = 10_000
const ackTimeoutMs = 32_000

export class Renegotiation {
  readonly #options: RenegotiationOptions
  readonly #ended = new AbortController()
  /** Ours, running or waiting: each waits for the one before. */
  #ours: Promise<unknown> = Promise.resolve()
  #sending = false
  /** Theirs: from its arrival to its ACK. */
  #theirs:
    | { readonly cseq: number; readonly done: (ackBody: string) => void; readonly gone: Promise<void> }
    | undefined
  #localSdp: string

  constructor(options: RenegotiationOptions) {
    this.#options = options
    this.#localSdp = options.localSdp
  }

  /** What we last offered or answered and the far end took. */
  get localSdp(): string {
    return this.#localSdp
  }

  end(): void {
    this.#ended.abort(new CordboardError('sip.renegotiate', 'The call has ended.', { blame: 'theirs' }))
  }

  /** Resolves with the answer. @throws CordboardError `sip.renegotiate` */
  offer(sdp: string): Promise<string> {
    const limit = Promise.withResolvers<never>()
    const timer = this.#options.clock.after(offerTimeoutMs, () =>
      limit.reject(refused('The other side did not answer the change in time.')),
    )
    const stop = (): void => limit.reject(this.#ended.signal.reason)
    this.#ended.signal.addEventListener('abort', stop, { once: true })
    limit.promise.catch(() => {})
    const state = { givenUp: false }
    const turn = this.#ours.then(() => this.#run(sdp, state))
    this.#ours = turn.catch(() => {})
    return Promise.race([turn, limit.promise]).finally(() => {
      state.givenUp = true
      timer.cancel()
      this.#ended.signal.removeEventListener('abort', stop)
    })
  }

  /** What is agreed on already, after an outage: their offer that was being settled is not. @throws as `offer` */
  again(): Promise<string> {
    this.#theirs?.done('')
    return this.offer(this.#localSdp)
  }

  async #run(sdp: string, state: { readonly givenUp: boolean }): Promise<string> {
    for (;;) {
      await this.#theirs?.gone
      if (state.givenUp || this.#ended.signal.aborted) throw refused('The change was given up.')
      const { answer } = await this.#sendOne(sdp)
      if (answer.status < 300) {
        this.#localSdp = sdp
        return answer.body
      }
      if (answer.status === 481 || answer.status === 408) {
        // RFC 3261 §14.1 asks to end the dialog for these two.
        this.#options.onDead('The far end does not know this call any more.')
        throw refused('The other side is gone.')
      }
      if (answer.status !== 491) throw refused(`The other side refused the change (${answer.status}).`)
      await delay(this.#options.clock, glareWaitMs(this.#options.ownsCallId), this.#ended.signal)
    }
  }

  async #sendOne(sdp: string): Promise<AuthOutcome> {
    this.#sending = true
    try {
      return await this.#options.send(sdp)
    } catch (cause) {
      throw new CordboardError('sip.renegotiate', 'The change could not be sent.', { cause })
    } finally {
      this.#sending = false
    }
  }

  /** A re-INVITE or an UPDATE with SDP of the far end; `headers` go into its answer. */
  receive(request: ReceivedRequest, headers: Readonly<Record<string, string>>): void {
    // RFC 3261 §14.2: ours is out: 491; theirs is not finished: 500 with a wait.
    if (this.#sending) {
      request.reply(491)
      return
    }
    if (this.#theirs) {
      request.reply(500, { headers: { 'Retry-After': String(randomInt(11)) } })
      return
    }
    const ack = Promise.withResolvers<string>()
    const gone = Promise.withResolvers<void>()
    const done = (): void => {
      timer.cancel()
      if (this.#theirs === theirs) this.#theirs = undefined
      gone.resolve()
    }
    const theirs = { cseq: request.cseq, done: ack.resolve, gone: gone.promise }
    let timer: Timer = this.#options.clock.after(settleTimeoutMs, () => refuse(500))
    this.#theirs = theirs
    const refuse = (status = 488): void => {
      request.reply(status, { headers })
      done()
    }
    request.abandoned.addEventListener('abort', done, { once: true })
    const offer = request.body === '' ? undefined : request.body
    this.#options.emit({
      kind: 'renegotiate',
      offer,
      refuse,
      accept: async (sdp) => {
        if (request.settled) return { answer: undefined }
        request.reply(200, { headers: { ...headers, 'Content-Type': 'application/sdp' }, body: sdp })
        this.#localSdp = sdp
        timer.cancel()
        if (request.method === 'UPDATE') {
          done()
          return { answer: undefined }
        }
        timer = this.#options.clock.after(ackTimeoutMs, () => ack.resolve(''))
        const body = await ack.promise
        done()
        // An offerless re-INVITE carries the answer to our offer in its ACK.
        return { answer: offer === undefined && body !== '' ? body : undefined }
      },
    })
  }

  /** True when the ACK belongs to a re-INVITE. */
  acknowledged(ack: ReceivedRequest): boolean {
    if (this.#theirs?.cseq !== ack.cseq) return false
    this.#theirs.done(ack.body)
    return true
  }
}

/** RFC 3261 §14.1: 2.1 to 4 s for who made the Call-ID, up to 2 s for the other, in steps of 10 ms. */
function glareWaitMs(ownsCallId: boolean): number {
  return ownsCallId ? 2_100 + 10 * randomInt(191) : 10 * randomInt(201)
}

function refused(sentence: string): CordboardError {
  return new CordboardError('sip.renegotiate', sentence, { blame: 'theirs' })
}
