// Signalling played by the test: it brings calls in, answers what is dialled and presses hold.
import { CordboardError } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import type {
  AnsweredLeg,
  DialOptions,
  DialProgress,
  DialResult,
  DialTarget,
  IncomingLeg,
  LegEnd,
  LegEvent,
  LegOrigin,
  OutgoingLeg,
  Signalling,
} from '#sip/leg.ts'
import { noAnswerFromStatus, sentenceOf } from '#sip/status.ts'

let count = 0
const nextId = (word: string) => `${word}-${++count}`

export class FakeAnswered implements AnsweredLeg {
  readonly callId: string
  readonly localTag = 'l'
  readonly remoteTag = 'r'
  readonly events = new Events<LegEvent>(silentLog)
  remoteSdp: string
  ended: LegEnd | undefined
  /** What we said in the BYE, when it was us. */
  byeReason: string | undefined

  constructor(callId: string, remoteSdp: string) {
    this.callId = callId
    this.remoteSdp = remoteSdp
  }

  async renegotiate(offer: string): Promise<string> {
    return `answer to ${offer}`
  }

  async hangUp(reason?: string): Promise<void> {
    if (this.ended) return
    this.byeReason = reason
    this.ended = { by: 'us', reason }
    this.events.emit({ kind: 'ended', end: this.ended })
  }

  /** The far end sends BYE, or is lost. */
  farEndHangsUp(by: 'far' | 'lost' = 'far', reason?: string): void {
    if (this.ended) return
    this.ended = { by, reason }
    this.events.emit({ kind: 'ended', end: this.ended })
  }

  /** The far end sends a re-INVITE; resolves with our answer, or the status of our refusal. */
  reinvite(offer: string | undefined, answer = 'answer'): Promise<string | number> {
    return new Promise((resolve) => {
      this.events.emit({
        kind: 'renegotiate',
        offer,
        accept: async (sdp) => {
          resolve(sdp)
          return { answer: offer === undefined ? answer : undefined }
        },
        refuse: (status = 488) => resolve(status),
      })
    })
  }
}

export interface IncomingInit {
  readonly origin: LegOrigin
  readonly dialled: string
  readonly from?: string
  readonly displayName?: string
  readonly offer?: string | undefined
  /** The SDP in the ACK of a late offer. */
  readonly ackSdp?: string
  readonly secure?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

export class FakeIncoming implements IncomingLeg {
  readonly callId = nextId('in')
  readonly from: IncomingLeg['from']
  readonly dialled: string
  readonly origin: LegOrigin
  readonly offer: string | undefined
  readonly header: (name: string) => string | undefined
  readonly secure: boolean
  readonly provisionals: string[] = []
  rejected:
    | { status: number; reason: string | undefined; headers: Readonly<Record<string, string>> | undefined }
    | undefined
  leg: FakeAnswered | undefined
  /** The SDP in our 200. */
  answerSdp: string | undefined
  readonly #ackSdp: string
  readonly #abandon = new AbortController()

  constructor(init: IncomingInit) {
    this.origin = init.origin
    this.dialled = init.dialled
    this.secure = init.secure ?? false
    this.header = (name) => init.headers?.[name]
    this.from = { user: init.from ?? '+420777000111', host: 'acme.example', displayName: init.displayName }
    this.#ackSdp = init.ackSdp ?? 'late answer'
    this.offer = 'offer' in init ? init.offer : 'offer'
  }

  get abandoned(): AbortSignal {
    return this.#abandon.signal
  }

  ring(): void {
    this.provisionals.push('180')
  }

  progress(sdp: string): void {
    this.provisionals.push(`183 ${sdp}`)
  }

  async answer(sdp: string): Promise<AnsweredLeg> {
    await Promise.resolve()
    if (this.abandoned.aborted) throw new CordboardError('sip.abandoned', 'The caller hung up.')
    if (this.rejected || this.leg) throw new Error('answered twice')
    this.answerSdp = sdp
    this.leg = new FakeAnswered(this.callId, this.offer ?? this.#ackSdp)
    return this.leg
  }

  reject(status: number, reason?: string, headers?: Readonly<Record<string, string>>): void {
    if (this.rejected || this.leg) throw new Error('refused twice')
    this.rejected = { status, reason, headers }
  }

  /** CANCEL */
  cancel(): void {
    if (!this.leg && !this.rejected) this.#abandon.abort('the caller hung up')
  }
}

export class FakeOutgoing implements OutgoingLeg {
  readonly callId = nextId('out')
  readonly progress = new Events<DialProgress>(silentLog)
  readonly options: DialOptions
  readonly result: Promise<DialResult>
  cancelled: Parameters<OutgoingLeg['cancel']>[0] | undefined
  leg: FakeAnswered | undefined
  /** Does not answer a CANCEL: its answer may cross it. */
  deaf = false
  over = false
  readonly #settle: (result: DialResult) => void

  constructor(options: DialOptions) {
    this.options = options
    const { promise, resolve } = Promise.withResolvers<DialResult>()
    this.result = promise
    this.#settle = (result) => {
      this.over = true
      resolve(result)
    }
  }

  /** Where it rings: the phone's contact or the number outside. */
  get to(): string {
    return this.options.target.kind === 'phone' ? this.options.target.contact : this.options.target.number
  }

  cancel(why: Parameters<OutgoingLeg['cancel']>[0]): void {
    this.cancelled ??= why
    if (!this.deaf) this.#settle({ kind: 'cancelled' })
  }

  rings(): void {
    this.progress.emit({ kind: 'ringing' })
  }

  earlyMedia(sdp = 'early'): void {
    this.progress.emit({ kind: 'early-media', sdp })
  }

  answers(sdp = 'answer'): FakeAnswered {
    const leg = new FakeAnswered(this.callId, sdp)
    this.leg = leg
    this.#settle({ kind: 'answered', leg })
    return leg
  }

  refuses(status: number): void {
    const why = noAnswerFromStatus(status)
    this.#settle({ kind: 'no-answer', why, sentence: sentenceOf(why) })
  }
}

export class FakeSignalling implements Signalling {
  onIncoming: (leg: IncomingLeg) => void = () => {}
  readonly dialled: FakeOutgoing[] = []
  readonly contacts = new Map<string, readonly string[]>()
  up = true

  dial(options: DialOptions): FakeOutgoing {
    const leg = new FakeOutgoing(options)
    this.dialled.push(leg)
    return leg
  }

  isSecure(target: DialTarget): boolean {
    return target.kind === 'phone' && target.contact.includes('transport=tls')
  }

  contactsOf(phoneId: string): readonly string[] {
    return this.contacts.get(phoneId) ?? []
  }

  comesIn(init: IncomingInit): FakeIncoming {
    const leg = new FakeIncoming(init)
    this.onIncoming(leg)
    return leg
  }
}
