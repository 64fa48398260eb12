// Requests that pass through us: calls an application proxied, and later requests of dialogs that recorded our route.
import type { Client } from './client.ts'
import type { ProxyCommand } from './command.ts'
import type { SipRequest } from './message.ts'
import type { ServerTransaction } from './stack.ts'

export interface Proxies {
  /** Proxied calls that have no final response yet. */
  readonly size: number
  /** Serves a `proxy` command. */
  start(client: Client, command: ProxyCommand & { readonly id: string }): void
  /** Whether a request inside of a dialog names us in its first Route. */
  passesThrough(request: SipRequest): boolean
  /** Sends such a request on, and its response back. */
  forward(transaction: ServerTransaction): void
  /** The same for the ACK of a 2xx; others are dropped. */
  forwardAck(ack: SipRequest): void
}
