// One live connection of srf: requests and responses turned into our types, dialogs by the server's id, all pending work
// ended when the connection breaks (srf itself would leave it waiting for ever).
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { call, isObject, textAt } from './dynamic.ts'
import { type DialogHome, type DialogParts, LinkDialog, routesIn } from './link-dialog.ts'
import type { Answer, Outcome, OutgoingRequest, ReceivedRequest, Sending } from './sip-server.ts'
import { answerOf, cseqOf, headerOf, oneLine, ServerRequest } from './srf-message.ts'

export interface LinkOptions {
  /** The Srf, connected. */
  readonly srf: object
  readonly log: Log
  readonly onRequest: (request: ReceivedRequest) => void
  /** The connection is found broken before srf says so. */
  readonly onBroken: (reason: string) => void
}

export interface SendOptions {
  readonly onProvisional?: (answer: Answer) => void
  /** The dialog the request is sent in, and the server's id of it where it has one. */
  readonly within?: { readonly dialog: LinkDialog; readonly id: string | undefined }
}

export interface Link {
  receive(req: unknown, res: unknown): void
  send(request: OutgoingRequest, options: SendOptions): Sending
  /** Dialogs, calls that come in and requests on their way. */
  readonly load: number
  /** Takes up a dialog of another connection. */
  adopt(dialog: LinkDialog): void
  /** Fails what is pending; returns the dialogs that can go on elsewhere, the others are lost. */
  close(reason: string): readonly LinkDialog[]
}

export function openLink(options: LinkOptions): Link {
  return new SrfLink(options)
}

class SrfLink implements Link {
  readonly #options: LinkOptions
  readonly #log: Log
  readonly #dialogs = new Map<string, LinkDialog>()
  readonly #pending = new Set<(err: CordboardError) => void>()
  readonly #invites = new Set<ServerRequest>()
  readonly #home: DialogHome
  #closed = false

  constructor(options: LinkOptions) {
    this.#options = options
    this.#log = options.log
    this.#home = {
      send: (request, dialog, id) => this.send(request, { within: { dialog, id } }),
      forget: (id) => this.#dialogs.delete(id),
    }
  }

  get load(): number {
    return this.#dialogs.size + this.#invites.size + this.#pending.size
  }

  // srf would print what we throw and answer 500; guard() logs it instead and the request is refused here.
  receive(req: unknown, res: unknown): void {
    if (this.#closed || !isObject(req) || !isObject(res)) return
    const request = new ServerRequest(req, res, {
      log: this.#log,
      openDialog: (dialogId, parts) => this.#openDialog(dialogId, parts),
      onSettled: (settled) => this.#invites.delete(settled),
    })
    try {
      this.#route(request)
    } catch (err) {
      this.#log.error({ err, method: request.method, callId: request.callId }, 'a SIP request failed')
      request.reply(500)
    }
  }

  #route(request: ServerRequest): void {
    const dialog = this.#dialogs.get(request.dialogId)
    if (request.method === 'INVITE') this.#invites.add(request)
    if (dialog) dialog.deliver(request)
    else if (request.method !== 'ACK') this.#routeNew(request)
  }

  #routeNew(request: ServerRequest): void {
    // RFC 3261 §12.2.2: a tag in To of a dialog we do not have.
    if (request.fromServer || request.toTag !== undefined) request.reply(481)
    else this.#options.onRequest(request)
  }

  send(request: OutgoingRequest, options: SendOptions): Sending {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
    promise.catch(() => {})
    let sentReq: object | undefined
    let cancelWith: Readonly<Record<string, string>> | undefined
    let done = false
    const fail = (err: CordboardError): void => {
      done = true
      this.#pending.delete(fail)
      reject(err)
    }
    const finish = (outcome: Outcome): void => {
      done = true
      this.#pending.delete(fail)
      resolve(outcome)
    }
    const sendCancel = (): void => {
      if (!sentReq || !cancelWith || done) return
      try {
        call(sentReq, 'cancel', { headers: clean(cancelWith) }, () => {})
      } catch (err) {
        this.#log.debug({ err }, 'CANCEL could not be sent')
      }
    }
    const onSent = guard(this.#log, 'SIP request sent', (err: unknown, req: unknown): void => {
      if (isObject(err) && Reflect.get(err, 'code') === 'ESOCKETDESTROYED')
        this.#options.onBroken(messageOf(err))
      if (err || !isObject(req)) {
        // The server saw their re-INVITE before we did: that is glare, as if they had answered 491 (RFC 3261 §14.1).
        if (/request pending/i.test(messageOf(err))) finish(glare)
        else fail(unsent(messageOf(err)))
        return
      }
      sentReq = req
      call(
        req,
        'on',
        'response',
        guard(this.#log, 'SIP response', (res: unknown, ack: unknown) => {
          this.#answered({ request, req, res, ack, finish, options })
        }),
      )
      // srf hands an UPDATE that crosses any of our requests with its Call-ID to that request alone.
      call(req, 'on', 'update', (update: unknown, res: unknown) => this.receive(update, res))
      sendCancel()
    })
    this.#pending.add(fail)
    try {
      if (this.#closed) throw new Error('the connection is closed')
      call(
        this.#options.srf,
        'request',
        request.uri,
        {
          method: request.method,
          headers: clean(request.headers ?? {}),
          ...(request.body === undefined ? {} : { body: request.body }),
          ...(request.proxy === undefined ? {} : { proxy: request.proxy }),
          ...(options.within?.id === undefined ? {} : { stackDialogId: options.within.id }),
        },
        onSent,
      )
    } catch (err) {
      fail(unsent(messageOf(err)))
    }
    return {
      final: promise,
      cancel: (headers) => {
        if (cancelWith) return
        cancelWith = headers ?? {}
        sendCancel()
      },
    }
  }

  #answered(given: {
    request: OutgoingRequest
    req: object
    res: unknown
    ack: unknown
    finish: (outcome: Outcome) => void
    options: SendOptions
  }): void {
    const { request, req, res, ack, finish, options } = given
    if (!isObject(res)) return
    const answer = answerOf(res)
    if (answer.status < 200) {
      // RFC 3262: a reliable 1xx is repeated until we say PRACK.
      if (answer.header('RSeq') !== undefined && typeof ack === 'function') ack()
      options.onProvisional?.(answer)
      return
    }
    const from = headerOf(req, 'From') ?? ''
    const sent = { callId: headerOf(req, 'Call-ID') ?? '', cseq: cseqOf(req), from }
    let dialog: LinkDialog | undefined
    if (request.method === 'INVITE' && answer.status < 300) {
      if (typeof ack === 'function') ack()
      const dialogId = textAt(res, 'stackDialogId')
      const { within } = options
      within?.dialog.movedTo(answer.header('Contact'))
      if (within) {
        const id = within.id ?? dialogId
        if (within.dialog.homeless && id !== '') this.#takeUp(within.dialog, id)
      } else if (dialogId !== '')
        dialog = this.#openDialog(dialogId, {
          callId: sent.callId,
          local: from,
          remote: answer.header('To') ?? '',
          contact: answer.header('Contact'),
          routes: routesIn(answer.header('Record-Route'), 'uac'),
          source: answer.source,
        })
    }
    finish({ answer, dialog, sent })
  }

  adopt(dialog: LinkDialog): void {
    dialog.enter(this.#home)
  }

  close(reason: string): readonly LinkDialog[] {
    this.#closed = true
    for (const fail of [...this.#pending]) fail(unsent(reason))
    for (const request of [...this.#invites]) request.abandon(`The SIP server is gone: ${reason}.`)
    const dialogs = [...this.#dialogs.values()]
    this.#dialogs.clear()
    return dialogs.filter((dialog) => {
      const kept = dialog.leave()
      if (!kept) dialog.lose()
      return kept
    })
  }

  // Synchronous with the message that made the dialog: the next one in the same packet may be its BYE.
  #openDialog(dialogId: string, parts: DialogParts): LinkDialog {
    const dialog = new LinkDialog(parts, this.#home, dialogId)
    this.#dialogs.set(dialogId, dialog)
    return dialog
  }

  #takeUp(dialog: LinkDialog, dialogId: string): void {
    this.#dialogs.set(dialogId, dialog)
    dialog.takenUp(dialogId)
  }
}

const glare: Outcome = {
  answer: {
    status: 491,
    reason: 'Request Pending',
    body: '',
    header: () => undefined,
    source: { protocol: '', address: '', port: 0 },
  },
  dialog: undefined,
  sent: { callId: '', cseq: 0, from: '' },
}

function unsent(reason: string): CordboardError {
  return new CordboardError('sip.unsent', `The SIP request could not be sent: ${reason}.`, { retry: true })
}

function clean(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, oneLine(value)]))
}
