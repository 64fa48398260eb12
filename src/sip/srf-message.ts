// srf's request and response objects, read with suspicion.
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { tagOf } from '#sip/embedded/name-addr.ts'
import { plainAddress } from './address.ts'
import { call, childOf, isObject, textAt } from './dynamic.ts'
import { type DialogParts, routesIn } from './link-dialog.ts'
import type { Answer, Dialog, Peer, ReceivedRequest, ReplyOptions } from './sip-server.ts'

interface Host {
  readonly log: Log
  openDialog(dialogId: string, parts: DialogParts): Dialog
  onSettled(request: ServerRequest): void
}

export class ServerRequest implements ReceivedRequest {
  readonly method: string
  readonly uri: string
  readonly callId: string
  readonly fromTag: string
  readonly toTag: string | undefined
  readonly cseq: number
  readonly body: string
  readonly source: Peer
  readonly fromServer: boolean
  /** '' outside of dialogs. */
  readonly dialogId: string
  readonly #req: object
  readonly #res: object
  readonly #host: Host
  readonly #abandoned = new AbortController()
  #settled = false
  #refuseAccept: ((why: string) => void) | undefined

  constructor(req: object, res: object, host: Host) {
    this.#req = req
    this.#res = res
    this.#host = host
    this.method = textAt(req, 'method').toUpperCase()
    this.uri = textAt(req, 'uri')
    this.body = textAt(req, 'body')
    this.callId = headerOf(req, 'Call-ID') ?? ''
    this.fromTag = safeTag(headerOf(req, 'From')) ?? ''
    this.toTag = safeTag(headerOf(req, 'To'))
    this.cseq = cseqOf(req)
    this.source = sourceOf(req)
    this.fromServer = textAt(req, 'source') === 'application'
    this.dialogId = textAt(req, 'stackDialogId')
    if (this.method === 'INVITE')
      call(
        req,
        'on',
        'cancel',
        guard(host.log, 'CANCEL', (cancel: unknown) => {
          const reason = isObject(cancel) ? headerOf(cancel, 'Reason') : undefined
          this.abandon(reason ? `The caller gave up (${reason}).` : 'The caller gave up.')
        }),
      )
  }

  get settled(): boolean {
    return this.#settled
  }

  get abandoned(): AbortSignal {
    return this.#abandoned.signal
  }

  header(name: string): string | undefined {
    return headerOf(this.#req, name)
  }

  /** CANCEL was answered by the server with 487 already, or there is no server to answer through. */
  abandon(sentence: string): void {
    this.#refuseAccept?.(sentence)
    if (this.#settled) return
    this.#settle()
    this.#abandoned.abort(sentence)
  }

  reply(status: number, options: ReplyOptions = {}): void {
    if (this.#settled || this.method === 'ACK') return
    if (status >= 200) this.#settle()
    try {
      this.#send(status, options, (err) => {
        if (err)
          this.#host.log.debug(
            { reason: messageOf(err), status, callId: this.callId },
            'a SIP response was not sent',
          )
      })
    } catch (err) {
      this.#host.log.warn({ err, status, callId: this.callId }, 'a SIP response could not be made')
    }
  }

  accept(options: ReplyOptions): Promise<Dialog> {
    const { promise, resolve, reject } = Promise.withResolvers<Dialog>()
    if (this.#settled) {
      const { aborted, reason } = this.#abandoned.signal
      reject(abandonedFault(aborted ? String(reason) : 'It was answered before.'))
      return promise
    }
    this.#settled = true
    const done = (): void => {
      this.#refuseAccept = undefined
      this.#host.onSettled(this)
    }
    const refuse = (why: string): void => {
      done()
      reject(abandonedFault(why))
    }
    this.#refuseAccept = refuse
    try {
      this.#send(200, options, (err, response) => {
        if (err || !isObject(response)) {
          refuse(messageOf(err))
          return
        }
        done()
        const parts = {
          callId: this.callId,
          local: headerOf(response, 'To') ?? '',
          remote: this.header('From') ?? '',
          contact: this.header('Contact'),
          routes: routesIn(this.header('Record-Route'), 'uas'),
          source: this.source,
        }
        resolve(this.#host.openDialog(textAt(this.#res, 'stackDialogId'), parts))
      })
    } catch (err) {
      refuse(messageOf(err))
    }
    return promise
  }

  drop(): void {
    this.#settle()
    // srf keeps every INVITE until its final response; of one that never gets any it would keep all for ever.
    const servers: unknown = Reflect.get(childOf(this.#req, 'agent') ?? {}, 'mapServer')
    const server: unknown = servers instanceof Map ? servers.get(Reflect.get(this.#req, 'socket')) : undefined
    const invites: unknown = isObject(server) ? Reflect.get(server, 'pendingNetworkInvites') : undefined
    if (invites instanceof Map) invites.delete(this.callId)
  }

  #settle(): void {
    this.#settled = true
    this.#host.onSettled(this)
  }

  #send(status: number, options: ReplyOptions, done: (err: unknown, response: unknown) => void): void {
    const content = {
      headers: headerLines(options.headers ?? {}),
      ...(options.body === undefined ? {} : { body: options.body }),
    }
    const sent = guard(this.#host.log, 'SIP response sent', done)
    if (options.reason === undefined) call(this.#res, 'send', status, content, sent)
    else call(this.#res, 'send', status, oneLine(options.reason), content, sent)
  }
}

// srf writes a header's text as it is, so that a list becomes several headers of one name only by our own line breaks:
// challenges may not be joined with commas (RFC 3261 §7.3.1).
function headerLines(headers: NonNullable<ReplyOptions['headers']>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const values = typeof value === 'string' ? [value] : value
      return [name, values.map(oneLine).join(`\r\n${name}: `)]
    }),
  )
}

/** No header of ours may end early and begin another. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}

export function answerOf(res: object): Answer {
  return {
    status: Number(textAt(res, 'status')),
    reason: textAt(res, 'reason'),
    body: textAt(res, 'body'),
    source: sourceOf(res),
    header: (name) => headerOf(res, name),
  }
}

export function headerOf(message: object, name: string): string | undefined {
  const value: unknown = call(message, 'get', name)
  return typeof value === 'string' ? value : undefined
}

/** The CSeq's number; 0 when it cannot be read. */
export function cseqOf(message: object): number {
  return Number.parseInt(headerOf(message, 'CSeq') ?? '0', 10) || 0
}

function sourceOf(message: object): Peer {
  return {
    protocol: textAt(message, 'protocol').toLowerCase(),
    address: plainAddress(textAt(message, 'source_address')),
    port: Number(textAt(message, 'source_port')) || 0,
  }
}

// A From or To that cannot be read has no tag; whoever needs more of it refuses the request.
function safeTag(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : tagOf(value)
  } catch {
    return undefined
  }
}

function abandonedFault(why: string): CordboardError {
  return new CordboardError('sip.abandoned', `The call was gone before it was answered: ${why}`, {
    blame: 'theirs',
  })
}
