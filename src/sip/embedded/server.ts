// The embedded SIP server: drachtio's wire protocol on the admin port, SIP on the listening points. An application
// built on drachtio-srf cannot tell it from drachtio-server 0.9. It knows dialogs and proxying; it knows no calls.
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { callRecords } from './call-records.ts'
import type { Client } from './client.ts'
import { clientGone } from './client-gone.ts'
import { type Clients, openClients } from './clients.ts'
import { type Command, statusOf } from './command.ts'
import { Dialogs } from './dialogs.ts'
import { Flows } from './flows.ts'
import { greetingOf } from './local-addresses.ts'
import { openProxies } from './open-proxies.ts'
import { openSipStack, type StackLimits } from './open-stack.ts'
import type { Parts } from './parts.ts'
import { type PendingRequest, PendingRequests } from './pending-requests.ts'
import { receiveAck, receiveRequest } from './requests-in.ts'
import { type SipCommand, sendForApp } from './requests-out.ts'
import { respondForApp, terminate, withdraw } from './responses-out.ts'
import { SentRequests } from './sent-requests.ts'
import type { ListeningPoint, SipStack, StackOptions } from './stack.ts'
import { defaultTimers, type SipTimers } from './timers.ts'

// drachtio-srf looks at it to learn what the server can do.
const compatibleVersion = 'v0.9.10'

export interface ServerLimits {
  readonly frameBytes: number
  readonly backlogBytes: number
  readonly authenticateMs: number
  readonly clients: number
  readonly pendingRequests: number
  /** How long an application may leave a request without any response. */
  readonly silenceMs: number
}

const defaultLimits: ServerLimits = {
  // A SIP message fits 64 KiB; room for its wrapping.
  frameBytes: 262_144,
  backlogBytes: 67_108_864,
  authenticateMs: 10_000,
  clients: 50,
  pendingRequests: 5_000,
  silenceMs: 64_000,
}

export interface EmbeddedServerOptions extends StackOptions {
  /** Where applications connect; port 0 picks a free one. */
  readonly admin: { readonly address: string; readonly port: number; readonly secret: string }
  readonly clock: Clock
  readonly log: Log
  readonly timers?: Partial<SipTimers>
  readonly limits?: Partial<ServerLimits & StackLimits>
}

export interface LiveCounts {
  readonly clients: number
  readonly dialogs: number
  /** Requests from the network that wait for an application. */
  readonly pending: number
  /** Requests of applications that wait for a final response. */
  readonly sent: number
  readonly proxies: number
  readonly serverTransactions: number
  readonly clientTransactions: number
}

export interface EmbeddedServer extends AsyncDisposable {
  readonly adminPort: number
  readonly listening: readonly ListeningPoint[]
  /** What is alive now: all 0 but `clients` after the last call and its timers. */
  readonly live: LiveCounts
  readonly stack: SipStack
}

/** Starts the server. @throws CordboardError when a port cannot be had */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { clock, log } = options
  const limits = { ...defaultLimits, ...options.limits }
  await using opening = new AsyncDisposableStack()
  const stack = opening.use(await openSipStack(options))
  const timers = { ...defaultTimers, ...options.timers }
  const holder: { clients: Clients | undefined } = { clients: undefined }
  const choose = (verb: string) => holder.clients?.choose(verb)
  const base = {
    stack,
    clients: { choose },
    dialogs: new Dialogs(),
    pending: new PendingRequests({
      clock,
      silenceMs: limits.silenceMs,
      // Just before the stack gives up by itself, so that the application hears of it.
      ringMs: Math.max(0, timers.unansweredInviteMs - 1_000),
      onSilence: (request) => forget(parts, request),
    }),
    sent: new SentRequests(),
    records: callRecords({ choose }),
    flows: new Flows(clock),
    clock,
    timers,
    log,
    mostPending: limits.pendingRequests,
  }
  const parts: Parts = { ...base, proxies: openProxies(base) }
  stack.onRequest = (transaction) => receiveRequest(parts, transaction)
  stack.onAck = guard(log, 'embedded sip: ACK', (ack, raw, source) => receiveAck(parts, ack, raw, source))
  const clients = opening.use(
    await openClients({
      ...options.admin,
      clock,
      log,
      limits,
      greeting: () => greetingOf(stack, compatibleVersion),
      onCommand: guard(log, 'embedded sip: command', (client, command) => serve(parts, client, command)),
      onGone: guard(log, 'embedded sip: client gone', (client) => clientGone(parts, client)),
    }),
  )
  holder.clients = clients
  const open = opening.move()
  return {
    adminPort: clients.port,
    listening: stack.listening,
    stack,
    get live() {
      const { serverTransactions, clientTransactions } = stack.counters
      return {
        clients: clients.counters.connected,
        dialogs: parts.dialogs.size,
        pending: parts.pending.size,
        sent: parts.sent.size,
        proxies: parts.proxies.size,
        serverTransactions,
        clientTransactions,
      }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** The application never answered. A caller hears 408; for other requests nobody listens any more. */
function forget(parts: Parts, request: PendingRequest): void {
  parts.log.warn(
    { method: request.method, client: request.client.name },
    'an application left a request unanswered',
  )
  if (request.method === 'INVITE') withdraw(parts, request, { status: 408 })
  else terminate(parts, request, 408)
}

function serve(parts: Parts, client: Client, command: Command): void {
  if (command.kind === 'proxy') parts.proxies.start(client, command)
  if (command.kind === 'sip') serveSip(parts, client, command)
}

function serveSip(parts: Parts, client: Client, command: SipCommand): void {
  if (!command.message.startLine.startsWith('SIP/')) sendForApp(parts, client, command)
  else if (statusOf(command.message)) respondForApp(parts, client, command)
  else client.answer(command.id, 'NOK|invalid status line')
}
