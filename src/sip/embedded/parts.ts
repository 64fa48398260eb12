// What the acts of the embedded server share: the stack below, the applications above, the state in between.
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import type { CallRecords } from './call-records.ts'
import type { Clients } from './clients.ts'
import type { Dialogs } from './dialogs.ts'
import type { Flows } from './flows.ts'
import type { PendingRequests } from './pending-requests.ts'
import type { Proxies } from './proxies.ts'
import type { SentRequests } from './sent-requests.ts'
import type { SipStack } from './stack.ts'
import type { SipTimers } from './timers.ts'

/** All of it but proxying, which needs the rest to be there. */
export interface CoreParts {
  readonly stack: SipStack
  readonly clients: Pick<Clients, 'choose'>
  readonly dialogs: Dialogs
  readonly pending: PendingRequests
  readonly sent: SentRequests
  readonly records: CallRecords
  readonly flows: Flows
  readonly clock: Clock
  readonly timers: SipTimers
  readonly log: Log
  /** Requests that may wait for applications at the same time; more get 503. */
  readonly mostPending: number
}

export interface Parts extends CoreParts {
  readonly proxies: Proxies
}
