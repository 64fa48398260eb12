// Requests applications sent to the network that have no final response yet.
import type { Client } from './client.ts'
import type { Dialog } from './dialog.ts'
import type { ClientTransaction } from './stack.ts'

/** An INVITE or SUBSCRIBE that can start dialogs: what they will be made of. */
export interface Attempt {
  readonly method: 'INVITE' | 'SUBSCRIBE'
  readonly dialogId: string
  readonly contact: string
  /** The dialog of the first 2xx; other forks that answer are hung up. */
  winner: Dialog | undefined
}

export interface SentRequest {
  readonly transactionId: string
  readonly client: Client
  readonly method: string
  /** The dialog it was sent in. */
  readonly dialog: Dialog | undefined
  readonly attempt: Attempt | undefined
  /** The application asked to cancel it: a 2xx that crossed is acknowledged and hung up. */
  cancelled: boolean
  transaction: ClientTransaction | undefined
}

export class SentRequests {
  readonly #byId = new Map<string, SentRequest>()

  get size(): number {
    return this.#byId.size
  }

  add(request: SentRequest): void {
    this.#byId.set(request.transactionId, request)
  }

  find(transactionId: string): SentRequest | undefined {
    return this.#byId.get(transactionId)
  }

  remove(request: SentRequest): void {
    this.#byId.delete(request.transactionId)
  }

  all(): SentRequest[] {
    return [...this.#byId.values()]
  }

  ofClient(client: Client): SentRequest[] {
    return this.all().filter((request) => request.client === client)
  }

  /** The attempt that a NOTIFY answers before its SUBSCRIBE's 2xx has come (RFC 6665 §4.1.2.4). */
  subscribing(dialogId: string): SentRequest | undefined {
    return this.all().find(
      ({ attempt }) => attempt?.method === 'SUBSCRIBE' && attempt.dialogId === dialogId && !attempt.winner,
    )
  }
}
