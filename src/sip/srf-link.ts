// One live connection of srf: requests and responses turned into our types, dialogs by the server's id, all pending work
// ended when the connection breaks (srf itself would leave it waiting for ever).
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { tagOf } from '#sip/embedded/name-addr.ts'
import { call, isObject, textAt } from './dynamic.ts'
import type { Answer, Dialog, Outcome, OutgoingRequest, ReceivedRequest, Sending } from './sip-server.ts'
import { answerOf, cseqOf, headerOf, oneLine, ServerRequest } from './srf-message.ts'

export interface LinkOptions {
  /** The Srf, connected. */
  readonly srf: object
  readonly log: Log
  readonly onRequest: (request: ReceivedRequest) => void
}

export interface SendOptions {
  readonly onProvisional?: (answer: Answer) => void
  readonly dialogId?: string
}

export interface Link {
  receive(req: unknown, res: unknown): void
  send(request: OutgoingRequest, options: SendOptions): Sending
  /** BYE to a dialog of an earlier connection, whatever comes of it. */
  endDialog(dialogId: string): void
  /** Fails what is pending and loses the dialogs; returns the ids of those that were confirmed. */
  close(reason: string): readonly string[]
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
  #closed = false

  constructor(options: LinkOptions) {
    this.#options = options
    this.#log = options.log
  }

  // srf would print what we throw and answer 500; guard() logs it instead and the request is refused here.
  receive(req: unknown, res: unknown): void {
    if (this.#closed || !isObject(req) || !isObject(res)) return
    const request = new ServerRequest(req, res, {
      log: this.#log,
      openDialog: (dialogId, tags) => this.#openDialog(dialogId, tags),
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
          ...(options.dialogId === undefined ? {} : { stackDialogId: options.dialogId }),
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
    let dialog: Dialog | undefined
    if (request.method === 'INVITE' && answer.status < 300) {
      if (typeof ack === 'function') ack()
      const dialogId = textAt(res, 'stackDialogId')
      if (options.dialogId === undefined && dialogId !== '')
        dialog = this.#openDialog(dialogId, {
          callId: sent.callId,
          localTag: tagOf(from) ?? '',
          remoteTag: tagOf(answer.header('To') ?? '') ?? '',
        })
    }
    finish({ answer, dialog, sent })
  }

  endDialog(dialogId: string): void {
    this.send({ method: 'BYE', uri: 'sip:placeholder' }, { dialogId }).final.catch((err: unknown) => {
      this.#log.debug({ reason: messageOf(err) }, 'a dialog of an earlier connection is gone')
    })
  }

  close(reason: string): readonly string[] {
    this.#closed = true
    for (const fail of [...this.#pending]) fail(unsent(reason))
    for (const request of [...this.#invites]) request.abandon(`The SIP server is gone: ${reason}.`)
    const ids = [...this.#dialogs.keys()]
    for (const dialog of [...this.#dialogs.values()]) dialog.lose()
    this.#dialogs.clear()
    return ids
  }

  // Synchronous with the message that made the dialog: the next one in the same packet may be its BYE.
  #openDialog(dialogId: string, tags: DialogTags): Dialog {
    const dialog = new LinkDialog(tags, {
      request: (request) => this.send({ ...request, uri: 'sip:placeholder' }, { dialogId }),
      forget: () => this.#dialogs.delete(dialogId),
    })
    this.#dialogs.set(dialogId, dialog)
    return dialog
  }
}

interface DialogTags {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
}

class LinkDialog implements Dialog {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly request: Dialog['request']
  readonly forget: () => void
  #onRequest: ((request: ReceivedRequest) => void) | undefined
  #onLost: (() => void) | undefined
  #early: ReceivedRequest[] = []
  #lost = false

  constructor(tags: DialogTags, acts: { request: Dialog['request']; forget: () => void }) {
    this.callId = tags.callId
    this.localTag = tags.localTag
    this.remoteTag = tags.remoteTag
    this.request = acts.request
    this.forget = acts.forget
  }

  get onRequest(): ((request: ReceivedRequest) => void) | undefined {
    return this.#onRequest
  }
  set onRequest(act: ((request: ReceivedRequest) => void) | undefined) {
    this.#onRequest = act
    const early = this.#early
    this.#early = []
    for (const request of early) this.deliver(request)
  }

  get onLost(): (() => void) | undefined {
    return this.#onLost
  }
  set onLost(act: (() => void) | undefined) {
    this.#onLost = act
    if (this.#lost) act?.()
  }

  deliver(request: ReceivedRequest): void {
    if (this.#onRequest) this.#onRequest(request)
    else this.#early.push(request)
  }

  lose(): void {
    this.#lost = true
    this.#onLost?.()
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
