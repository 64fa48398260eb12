// All client transactions: routes a request, gives it a Via, finds the transaction a response belongs to.
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { cancelOf, InviteClientTransaction } from './client-invite.ts'
import { NonInviteClientTransaction } from './client-non-invite.ts'
import type { BaseClientTransaction, ClientSurroundings, Path } from './client-transaction.ts'
import { findHeader, prependHeader } from './header.ts'
import { newBranch } from './identifiers.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { type Hop, routeRequest } from './next-hop.ts'
import type { Resolver } from './resolve.ts'
import type { ClientEvents, ClientTransaction, Endpoint, ListeningPoint, Protocol } from './stack.ts'
import { TcpFallback } from './tcp-fallback.ts'
import type { SipTimers } from './timers.ts'
import { clientKey } from './transaction-key.ts'
import { noTransport, type Transports } from './transports.ts'
import { formatVia } from './via.ts'
import { writeMessage } from './write-message.ts'

export interface SendOptions {
  readonly target?: Endpoint
  readonly local?: ListeningPoint
}

export interface ClientTransactionsOptions {
  readonly clock: Clock
  readonly log: Log
  readonly timers: SipTimers
  readonly resolver: Resolver
  readonly transports: Transports
  send(
    text: string,
    target: Endpoint,
    local: ListeningPoint,
    again: boolean,
    failed: (cause: unknown) => void,
  ): void
}

/** What is known before any name is resolved. */
interface Plan {
  readonly request: SipRequest
  readonly hop: Hop
  readonly branch: string
  readonly local: ListeningPoint | undefined
}

export class ClientTransactions {
  readonly #options: ClientTransactionsOptions
  readonly #byKey = new Map<string, BaseClientTransaction>()
  readonly #fallback: TcpFallback
  readonly #guarded: (act: () => void) => void

  constructor(options: ClientTransactionsOptions) {
    this.#options = options
    this.#fallback = new TcpFallback(options.clock)
    this.#guarded = guard(options.log, 'SIP response', (act: () => void) => act())
  }

  get count(): number {
    return this.#byKey.size
  }

  /** Whether a request of ours went out with that branch and still waits. */
  isOurs(branch: string, method: string): boolean {
    return this.#byKey.has(`${branch} ${method}`)
  }

  /** @returns false when the response belongs to none of our requests */
  receive(response: SipResponse, raw: string, source: Endpoint): boolean {
    const transaction = this.#byKey.get(clientKey(response))
    if (!transaction) return false
    this.#guarded(() => transaction.receive(response, raw, source))
    return true
  }

  sendRequest(given: SipRequest, events: ClientEvents, options: SendOptions = {}): ClientTransaction {
    const branch = newBranch()
    const { plan, fault } = this.#plan(withMaxForwards(given), branch, options)
    const { protocol, host, port } = plan.hop
    const first = this.#pathTo(plan, { protocol, address: host, port })
    const transaction = this.#open(first, branch, events)
    if (fault === undefined) this.#start(transaction, plan, first)
    else queueMicrotask(() => this.#guarded(() => transaction.fail('transport', fault)))
    return transaction
  }

  /** RFC 3261 §13.2.2.4: the ACK of a 2xx has a branch of its own and no transaction. */
  sendAck(ack: SipRequest, options: SendOptions = {}): void {
    const { plan, fault } = this.#plan(withMaxForwards(ack), newBranch(), options)
    const lost = (cause: unknown) => this.#options.log.warn({ err: cause }, 'an ACK could not be sent')
    if (fault !== undefined) {
      lost(fault)
      return
    }
    const paths = (addresses: readonly string[]) => {
      const [path] = this.#paths(plan, addresses)
      if (path) this.#options.send(path.raw, path.target, path.local, false, lost)
      else lost(noTransport(plan.hop.protocol))
    }
    const known = this.#options.resolver.now(plan.hop.host)
    if (known) paths(known)
    else this.#options.resolver.resolve(plan.hop.host).then(paths).catch(lost)
  }

  close(): void {
    for (const transaction of [...this.#byKey.values()]) transaction.end()
  }

  #plan(given: SipRequest, branch: string, { target, local }: SendOptions): { plan: Plan; fault?: unknown } {
    const nowhere: Hop = { protocol: local?.protocol ?? 'udp', host: '0.0.0.0', port: 5060, fixed: true }
    try {
      if (target) {
        const hop: Hop = { protocol: target.protocol, host: target.address, port: target.port, fixed: true }
        return { plan: { request: given, hop, branch, local } }
      }
      const { request, hop } = routeRequest(given)
      return { plan: { request, hop: this.#spoken(hop, local), branch, local } }
    } catch (fault) {
      return { plan: { request: given, hop: nowhere, branch, local }, fault }
    }
  }

  /** UDP is only a default: a point given by the caller, or having nothing but TCP, decides otherwise. */
  #spoken(hop: Hop, local: ListeningPoint | undefined): Hop {
    if (hop.fixed || hop.protocol !== 'udp') return hop
    const { transports } = this.#options
    const udp = { protocol: 'udp' as const, address: hop.host }
    const stream = local ? local.protocol === 'tcp' : !transports.reaches(udp)
    return stream ? { ...hop, protocol: 'tcp' } : hop
  }

  #open(first: Path, branch: string, events: ClientEvents): BaseClientTransaction {
    const { method } = first.request
    const key = `${branch} ${method}`
    const { clock, timers, send } = this.#options
    const around: ClientSurroundings = {
      clock,
      timers,
      transmit: (text, { target, local }, again, failed) =>
        send(text, target, local, again, (cause) => {
          this.#fallback.failed(target)
          // Never from within sendRequest: the owner does not hold the transaction yet.
          queueMicrotask(() => this.#guarded(() => failed(cause)))
        }),
      sendCancel: (path, extraHeaders) => this.#sendCancel(path, branch, extraHeaders),
      ended: () => {
        this.#byKey.delete(key)
      },
    }
    const Machine = method === 'INVITE' ? InviteClientTransaction : NonInviteClientTransaction
    const transaction = new Machine(first, events, around)
    this.#byKey.set(key, transaction)
    return transaction
  }

  #start(transaction: BaseClientTransaction, plan: Plan, first: Path): void {
    const known = this.#options.resolver.now(plan.hop.host)
    if (known) {
      this.#begin(transaction, plan, known)
      return
    }
    this.#options.resolver
      .resolve(plan.hop.host)
      .then((addresses) => this.#begin(transaction, plan, addresses))
      .catch((cause: unknown) => this.#guarded(() => transaction.fail('transport', cause)))
    this.#options.log.debug({ target: first.target }, 'resolving the target of a SIP request')
  }

  #begin(transaction: BaseClientTransaction, plan: Plan, addresses: readonly string[]): void {
    const paths = this.#paths(plan, addresses)
    if (paths.length > 0) {
      transaction.start(paths)
      return
    }
    const fault = noTransport(plan.hop.protocol)
    queueMicrotask(() => this.#guarded(() => transaction.fail('transport', fault)))
  }

  /** The ways to try, in order: TCP before UDP for a long request (RFC 3261 §18.1.1), then address by address. */
  #paths(plan: Plan, addresses: readonly string[]): Path[] {
    const { hop } = plan
    const { transports } = this.#options
    return addresses.flatMap((address) => {
      const target: Endpoint = {
        protocol: hop.protocol,
        address,
        port: hop.port,
        ...(hop.protocol === 'tls' && address !== hop.host ? { name: hop.host } : {}),
      }
      if (!transports.reaches(target)) return []
      const path = this.#pathTo(plan, target)
      const stream: Endpoint = { ...target, protocol: 'tcp' }
      if (hop.protocol !== 'udp' || hop.fixed || !transports.reaches(stream)) return [path]
      if (!this.#fallback.prefersTcp(stream, path.raw)) return [path]
      return [this.#pathTo(plan, stream), path]
    })
  }

  #pathTo(plan: Plan, target: Endpoint): Path {
    const { protocol } = target
    const local = this.#localOf(plan, target)
    const request = prependHeader(
      plan.request,
      'Via',
      formatVia({
        transport: protocol.toUpperCase(),
        host: local.advertised ?? local.address,
        port: local.port,
        params: [{ name: 'branch', value: plan.branch }, { name: 'rport' }],
      }),
    )
    return { request, raw: writeMessage(request), target, local }
  }

  #localOf(plan: Plan, target: { protocol: Protocol; address: string }): ListeningPoint {
    if (plan.local && plan.local.protocol === target.protocol) return plan.local
    return this.#options.transports.localFor(target)
  }

  #sendCancel(path: Path, branch: string, extraHeaders: readonly (readonly [string, string])[]): void {
    const request = cancelOf(path.request, extraHeaders)
    const cancelPath: Path = { ...path, request, raw: writeMessage(request) }
    const { log } = this.#options
    const transaction = this.#open(cancelPath, branch, {
      onResponse: () => {},
      onFailure: (reason) => log.debug({ reason, target: path.target }, 'a CANCEL was not answered'),
    })
    transaction.start([cancelPath])
  }
}

function withMaxForwards(request: SipRequest): SipRequest {
  if (findHeader(request, 'Max-Forwards') !== undefined) return request
  return prependHeader(request, 'Max-Forwards', '70')
}
