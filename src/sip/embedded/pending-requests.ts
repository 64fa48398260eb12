// Requests from the network that wait for an application's response.
import { randomUUID } from 'node:crypto'
import type { Clock, Timer } from '#lib/clock.ts'
import type { Client } from './client.ts'
import type { Dialog } from './dialog.ts'
import { newTag } from './identifiers.ts'
import type { ReliableResponses } from './reliable-responses.ts'
import type { ServerTransaction } from './stack.ts'

export interface PendingRequest {
  /** What the application's response names. */
  readonly transactionId: string
  readonly transaction: ServerTransaction
  readonly client: Client
  readonly method: string
  /** It started (or would start) a dialog: INVITE or SUBSCRIBE without a To tag. */
  readonly initial: boolean
  /** Our tag in To; the application may choose it with its first response. */
  localTag: string
  /** The dialog it belongs to or started; missing until one exists. */
  dialog: Dialog | undefined
  /** The application has sent at least one response. */
  touched: boolean
  /** Reliable provisional responses of an INVITE (RFC 3262). */
  reliable: ReliableResponses | undefined
  /** Tells the application that its 2xx, held back for a PRACK, will not go out. */
  onDropped: (() => void) | undefined
}

export interface PendingOptions {
  readonly clock: Clock
  /** How long an application may stay silent: drachtio forgets a request after 64 s. */
  readonly silenceMs: number
  /** How long an INVITE may ring: then the application has forgotten it. */
  readonly ringMs: number
  /** The application stayed silent; the request is forgotten already. */
  onSilence(request: PendingRequest): void
}

export class PendingRequests {
  readonly #byId = new Map<string, { request: PendingRequest; timer: Timer }>()
  readonly #options: PendingOptions

  constructor(options: PendingOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#byId.size
  }

  add(
    transaction: ServerTransaction,
    options: { client: Client; initial: boolean; dialog?: Dialog },
  ): PendingRequest {
    const request: PendingRequest = {
      transactionId: randomUUID(),
      transaction,
      client: options.client,
      method: transaction.request.method,
      initial: options.initial,
      localTag: options.dialog?.localTag ?? newTag(),
      dialog: options.dialog,
      touched: false,
      reliable: undefined,
      onDropped: undefined,
    }
    this.#watch(request, this.#options.silenceMs)
    return request
  }

  find(transactionId: string): PendingRequest | undefined {
    return this.#byId.get(transactionId)?.request
  }

  /** The application works on it: an INVITE may now take as long as people do. */
  touch(request: PendingRequest): void {
    if (!request.touched && request.method === 'INVITE') this.#watch(request, this.#options.ringMs)
    request.touched = true
  }

  /** Forgets it: it has a final response, or will get none from the application. */
  remove(request: PendingRequest): void {
    this.#byId.get(request.transactionId)?.timer.cancel()
    this.#byId.delete(request.transactionId)
    request.reliable?.stop()
  }

  all(): PendingRequest[] {
    return [...this.#byId.values()].map(({ request }) => request)
  }

  ofClient(client: Client): PendingRequest[] {
    return this.all().filter((request) => request.client === client)
  }

  ofDialog(dialog: Dialog): PendingRequest[] {
    return this.all().filter((request) => request.dialog === dialog)
  }

  #watch(request: PendingRequest, ms: number): void {
    this.#byId.get(request.transactionId)?.timer.cancel()
    const timer = this.#options.clock.after(ms, () => {
      this.#byId.delete(request.transactionId)
      this.#options.onSilence(request)
    })
    this.#byId.set(request.transactionId, { request, timer })
  }
}
