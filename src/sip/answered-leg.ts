// An answered leg: requests inside a confirmed dialog, both ways, until BYE, silence or the server ends it.
import type { Clock, Timer } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { type AuthOutcome, type LineCredentials, sendAuthenticated } from './authenticated.ts'
import { digitFromInfo } from './info-digit.ts'
import type { AnsweredLeg, LegEnd, LegEvent } from './leg.ts'
import { HeldEvents } from './leg-events.ts'
import { referEvent } from './refer.ts'
import { Renegotiation } from './renegotiation.ts'
import { answerSession, minSessionS } from './session-expires.ts'
import type { Dialog, OutgoingRequest, ReceivedRequest } from './sip-server.ts'

export interface AnsweredLegOptions {
  readonly dialog: Dialog
  /** We called: the far end answered our INVITE, and its ACK is not waited for. */
  readonly role: 'uac' | 'uas'
  readonly localSdp: string
  readonly remoteSdp: string
  /** The far end's Contact: what digest names when it asks for credentials inside the dialog. */
  readonly remoteTarget: string
  readonly credentials: LineCredentials | undefined
  readonly clock: Clock
  readonly log: Log
}

/** 64*T1 (RFC 3261 §13.3.1.4): after this a missing ACK is not coming; a little more than the server itself waits. */
const ackTimeoutMs = 34_000
const byeTimeoutMs = 5_000
export const allowed = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY'

export class DialogLeg implements AnsweredLeg {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly events: HeldEvents<LegEvent>
  /** Resolves with the body of the first ACK. */
  readonly #acknowledged: Promise<string>
  #remoteSdp: string
  readonly #options: AnsweredLegOptions
  readonly #dialog: Dialog
  readonly #log: Log
  readonly #renegotiation: Renegotiation
  #ackWait: Timer | undefined
  #onAck: (body: string) => void = () => {}
  #acked: boolean
  #ended: LegEnd | undefined
  readonly #over = Promise.withResolvers<string>()

  constructor(options: AnsweredLegOptions) {
    const { dialog, clock } = options
    this.#options = options
    this.#dialog = dialog
    this.#log = options.log.with({ sipCallId: dialog.callId })
    this.callId = dialog.callId
    this.localTag = dialog.localTag
    this.remoteTag = dialog.remoteTag
    this.#remoteSdp = options.remoteSdp
    this.events = new HeldEvents(this.#log)
    this.#acked = options.role === 'uac'
    const ack = Promise.withResolvers<string>()
    this.#acknowledged = ack.promise
    this.#onAck = ack.resolve
    if (this.#acked) ack.resolve('')
    else
      this.#ackWait = clock.after(ackTimeoutMs, () => {
        // RFC 3261 §13.3.1.4: now BYE may go out without it.
        this.#acked = true
        this.#lose('The far end never acknowledged our answer.')
      })
    this.#renegotiation = new Renegotiation({
      clock,
      log: this.#log,
      ownsCallId: options.role === 'uac',
      localSdp: options.localSdp,
      send: (offer) => this.#send({ method: 'INVITE', body: offer, headers: sdpHeaders }),
      onDead: (why) => this.#lose(why),
      emit: (event) => this.events.emit(event),
    })
    dialog.onLost = () => this.#end({ by: 'lost', reason: 'The SIP server is gone.' })
    dialog.onBack = guard(this.#log, 'SIP server back', () => this.#takeUp())
    dialog.onRequest = guard(this.#log, 'request in a dialog', (request) => this.#receive(request))
  }

  get ended(): LegEnd | undefined {
    return this.#ended
  }

  get remoteSdp(): string {
    return this.#remoteSdp
  }

  /** For a late offer: waits for the ACK and takes its body as the remote SDP; '' when the leg ends without one. */
  async remoteSdpFromAck(): Promise<string> {
    this.#remoteSdp = await Promise.race([this.#acknowledged, this.#over.promise])
    return this.#remoteSdp
  }

  /** Runs `act` once, when the leg has ended; does not count as a listener of its events. */
  onEnd(act: () => void): void {
    this.#over.promise.then(guard(this.#log, 'end of a leg', act))
  }

  renegotiate(offer: string): Promise<string> {
    if (this.#ended)
      return Promise.reject(new CordboardError('sip.renegotiate', 'The call has ended.', { blame: 'theirs' }))
    return this.#renegotiation.offer(offer)
  }

  async hangUp(reason?: string): Promise<void> {
    if (this.#ended) return
    this.#end({ by: 'us', reason })
    await this.#sayBye(reason)
  }

  #receive(request: ReceivedRequest): void {
    if (this.#ended && request.method !== 'ACK' && request.method !== 'BYE') {
      request.reply(481)
      return
    }
    switch (request.method) {
      case 'ACK':
        this.#receiveAck(request)
        break
      case 'BYE':
        this.#receiveBye(request)
        break
      case 'INVITE':
      case 'UPDATE':
        this.#receiveOffer(request)
        break
      case 'INFO':
        this.#receiveInfo(request)
        break
      case 'REFER': {
        const event = referEvent(request, this.#dialog, this.#log)
        if (event) this.events.emit(event)
        break
      }
      case 'OPTIONS':
        request.reply(200, { headers: { Allow: allowed, Accept: 'application/sdp' } })
        break
      // RFC 6665 §4.1.3: NOTIFY without a subscription of ours.
      case 'NOTIFY':
        request.reply(481)
        break
      case 'SUBSCRIBE':
        request.reply(489)
        break
      default:
        request.reply(405, { headers: { Allow: allowed } })
    }
  }

  #receiveAck(request: ReceivedRequest): void {
    if (this.#renegotiation.acknowledged(request) || this.#acked) return
    this.#acked = true
    this.#ackWait?.cancel()
    this.#onAck(request.body)
  }

  #receiveBye(request: ReceivedRequest): void {
    request.reply(200)
    if (request.fromServer)
      this.#end({ by: 'lost', reason: request.header('Reason') ?? 'The SIP server ended it.' })
    else this.#end({ by: 'far', reason: request.header('Reason') })
    this.#dialog.forget()
  }

  #receiveOffer(request: ReceivedRequest): void {
    const session = answerSession(request)
    if (session.kind === 'tooSmall') {
      request.reply(422, { headers: { 'Min-SE': String(minSessionS) } })
      return
    }
    const headers = { ...(session.kind === 'agreed' ? session.headers : {}), Allow: allowed }
    // An UPDATE without SDP only refreshes the session.
    if (request.method === 'UPDATE' && request.body === '') request.reply(200, { headers })
    else this.#renegotiation.receive(request, headers)
  }

  #receiveInfo(request: ReceivedRequest): void {
    if (request.body === '') {
      request.reply(200)
      return
    }
    const digit = digitFromInfo(request.header('Content-Type') ?? '', request.body)
    request.reply(digit ? 200 : 415)
    if (digit) this.events.emit({ kind: 'digit', ...digit })
  }

  #send(request: Omit<OutgoingRequest, 'uri' | 'proxy'>): Promise<AuthOutcome> {
    return sendAuthenticated({
      send: ({ method, headers, body }) =>
        this.#dialog.request({
          method,
          ...(headers ? { headers } : {}),
          ...(body === undefined ? {} : { body }),
        }),
      request: { ...request, uri: 'sip:placeholder' },
      credentials: this.#options.credentials,
      digestUri: this.#options.remoteTarget,
    }).final
  }

  /** The far end heard nothing of it: a re-INVITE that changes nothing tells it where we are now (RFC 3261 §14). */
  #takeUp(): void {
    this.#acked = true
    this.#ackWait?.cancel()
    this.#onAck('')
    this.#renegotiation.again().catch((err: unknown) => {
      this.#lose(`The SIP server was gone, and the far end is not found again: ${messageOf(err)}`)
    })
  }

  #lose(reason: string): void {
    if (this.#ended) return
    this.#log.info({ reason }, 'a leg is lost')
    this.#end({ by: 'lost', reason })
    guard(this.#log, 'BYE for a lost leg', () => this.#sayBye(reason))()
  }

  // RFC 3261 §15: who answered a call must not send BYE before the ACK, or the far end would meet a dialog it does not know.
  async #sayBye(reason: string | undefined): Promise<void> {
    const { clock } = this.#options
    if (!this.#acked) {
      const waited = Promise.withResolvers<string>()
      const timer = clock.after(ackTimeoutMs, () => waited.resolve(''))
      await Promise.race([this.#acknowledged, waited.promise])
      timer.cancel()
    }
    const done = Promise.withResolvers<void>()
    const timer = clock.after(byeTimeoutMs, () => done.resolve())
    const headers = reason === undefined ? {} : { Reason: reasonHeader(reason) }
    this.#send({ method: 'BYE', headers }).then(
      () => done.resolve(),
      () => done.resolve(),
    )
    await done.promise
    timer.cancel()
    this.#dialog.forget()
  }

  #end(end: LegEnd): void {
    if (this.#ended) return
    this.#ended = end
    this.#over.resolve('')
    this.#renegotiation.end()
    this.#ackWait?.cancel()
    this.events.emit({ kind: 'ended', end })
  }
}

const sdpHeaders = { 'Content-Type': 'application/sdp', Supported: 'timer', Allow: allowed }

/** Our words as a Reason header (RFC 3326), unless they are one already. */
export function reasonHeader(reason: string): string {
  if (/^(Q\.850|SIP)\s*;/i.test(reason)) return reason
  return `Q.850;cause=16;text="${reason.replace(/["\\\r\n]/g, ' ')}"`
}
