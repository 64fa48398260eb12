// What drachtio-fsmrf uses of an Srf, over the SIP server connection we have: its INVITEs to FreeSWITCH and their dialogs.
// srf's own dialogs hang after a refused re-INVITE and wait for ever when the connection breaks; these do neither.
import { EventEmitter } from 'node:events'
import type { Clock } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { childOf, isObject, textAt } from '#sip/dynamic.ts'
import type { Dialog, Outcome, ReceivedRequest, Sending, SipServer } from '#sip/sip-server.ts'

export interface LentSrfOptions {
  readonly sip: Pick<SipServer, 'send'>
  /** User part of our From: marks our channels at a FreeSWITCH that serves others too. */
  readonly user: string
  readonly clock: Clock
  readonly log: Log
}

/** FreeSWITCH is a neighbour: what takes longer than this will not come. */
const answerMs = 4_000
const sdpType = 'application/sdp'

export class LentSrf {
  readonly #o: LentSrfOptions

  constructor(options: LentSrfOptions) {
    this.#o = options
  }

  /** Called by fsmrf with its headers and the SDP to offer. @throws CordboardError `media.down`, `media.full` */
  async createUAC(uri: string, options: unknown): Promise<LentDialog> {
    if (!isObject(options)) throw new Error('createUAC needs options')
    const headers = headersOf(childOf(options, 'headers'))
    const host = uri.slice(uri.indexOf('@') + 1)
    const from = `<sip:${this.#o.user}@${host}>`
    const outcome = await this.bounded(
      this.#o.sip.send({
        method: 'INVITE',
        uri,
        headers: { From: from, 'Content-Type': sdpType, ...headers },
        body: textAt(options, 'localSdp'),
      }),
    )
    const { dialog, answer } = outcome
    if (!dialog) throw refused(answer.status)
    const localSdp = textAt(options, 'localSdp')
    return new LentDialog({ dialog, localSdp, remoteSdp: answer.body, srf: this, log: this.#o.log })
  }

  /** The final response, or after four seconds `media.down`, and CANCEL where there is one (RFC 3261 §9.1). */
  async bounded(sending: Sending, invites = true): Promise<Outcome> {
    const late = Promise.withResolvers<never>()
    using _limit = this.#o.clock.after(answerMs, () => {
      if (invites) sending.cancel()
      // A 200 that crosses the CANCEL leaves a dialog nobody has: BYE to it.
      sending.final.then(
        ({ dialog }) => dialog && endDialog(dialog, this.#o.log),
        (err: unknown) => this.#o.log.debug({ reason: messageOf(err) }, 'a late INVITE to FreeSWITCH failed'),
      )
      late.reject(new CordboardError('media.down', 'FreeSWITCH does not answer SIP.', { retry: true }))
    })
    try {
      return await Promise.race([sending.final, late.promise])
    } catch (cause) {
      if (cause instanceof CordboardError && cause.code === 'media.down') throw cause
      throw new CordboardError('media.down', 'FreeSWITCH cannot be reached by SIP now.', {
        retry: true,
        cause,
      })
    }
  }
}

interface LentDialogOptions {
  readonly dialog: Dialog
  readonly localSdp: string
  readonly remoteSdp: string
  readonly srf: LentSrf
  readonly log: Log
}

/** A dialog with FreeSWITCH. Emits `destroy` once, when either side ended it or the SIP server went away. */
export class LentDialog extends EventEmitter {
  /** FreeSWITCH's last answer. */
  remoteSdp: string
  readonly #o: LentDialogOptions
  #localSdp: string
  #over = false

  constructor(options: LentDialogOptions) {
    super()
    this.#o = options
    this.#localSdp = options.localSdp
    this.remoteSdp = options.remoteSdp
    options.dialog.onRequest = (request) => this.#receive(request)
    options.dialog.onLost = () => this.#end()
    options.dialog.onBack = () => this.#takeUp()
  }

  /** A re-INVITE; resolves with FreeSWITCH's answer. @throws CordboardError `media.down`, `media.sdp` */
  async modify(sdp: string): Promise<string> {
    if (this.#over)
      throw new CordboardError('media.down', 'The dialog with FreeSWITCH is over.', { retry: true })
    const request = { method: 'INVITE', headers: { 'Content-Type': sdpType }, body: sdp }
    const { answer } = await this.#o.srf.bounded(this.#o.dialog.request(request))
    if (answer.status >= 300) throw refused(answer.status)
    this.#localSdp = sdp
    this.remoteSdp = answer.body
    return answer.body
  }

  /** BYE; whether FreeSWITCH answered it. */
  async destroy(): Promise<boolean> {
    if (this.#over) return false
    this.#end()
    return await this.#o.srf.bounded(this.#o.dialog.request({ method: 'BYE' }), false).then(
      () => true,
      (err: unknown) => {
        this.#o.log.debug({ reason: messageOf(err) }, 'BYE to FreeSWITCH was not answered')
        return false
      },
    )
  }

  /** The same again, so that FreeSWITCH knows where we are now: its sound went on meanwhile. */
  #takeUp(): void {
    this.modify(this.#localSdp).catch((err: unknown) => {
      this.#o.log.warn({ reason: messageOf(err) }, 'a leg at FreeSWITCH is lost after the SIP server was')
      this.#end()
    })
  }

  #receive(request: ReceivedRequest): void {
    if (request.method === 'ACK') return
    if (request.method === 'BYE') {
      request.reply(200)
      this.#end()
      return
    }
    // It has nothing to ask of us: hold and session timers are off.
    request.reply(request.method === 'INVITE' ? 488 : 501)
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#o.dialog.forget()
    this.emit('destroy')
  }
}

function endDialog(dialog: Dialog, log: Log): void {
  dialog.request({ method: 'BYE' }).final.catch((err: unknown) => {
    log.debug({ reason: messageOf(err) }, 'BYE to FreeSWITCH was not answered')
  })
  dialog.forget()
}

function refused(status: number): CordboardError {
  // 503 is its limit of sessions, 486 and 480 stand for resources too; 488 is the SDP.
  if (status === 488 || status === 415)
    return new CordboardError('media.sdp', 'FreeSWITCH cannot use the SDP of the far end.', {
      blame: 'theirs',
    })
  const sentence = `FreeSWITCH refuses another leg (SIP ${status}).`
  return new CordboardError('media.full', sentence, { blame: 'setup', retry: true })
}

function headersOf(given: object | undefined): Record<string, string> {
  const texts = Object.entries(given ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(texts)
}
