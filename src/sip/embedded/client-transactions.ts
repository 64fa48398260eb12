// All client transactions: routes a request, gives it a Via, finds the transaction a response belongs to.
import { isIP, isIPv6 } from 'node:net'
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { ClientAttempts } from './client-attempts.ts'
import { cancelOf, InviteClientTransaction } from './client-invite.ts'
import { NonInviteClientTransaction } from './client-non-invite.ts'
import type { BaseClientTransaction, ClientSurroundings, Path } from './client-transaction.ts'
import { withContactAt } from './contact-at.ts'
import { findHeader, prependHeader } from './header.ts'
import { newBranch } from './identifiers.ts'
import type { Locator } from './locate.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { type Hop, hopOf, routeRequest } from './next-hop.ts'
import type {
  ClientEvents,
  ClientTransaction,
  Endpoint,
  ListeningPoint,
  Protocol,
  SendOptions,
} from './stack.ts'
import { TcpFallback } from './tcp-fallback.ts'
import type { SipTimers } from './timers.ts'
import { clientKey } from './transaction-key.ts'
import { noTransport, type Transports } from './transports.ts'
import { formatVia } from './via.ts'
import { writeMessage } from './write-message.ts'

export interface ClientTransactionsOptions {
  readonly clock: Clock
  readonly log: Log
  readonly timers: SipTimers
  readonly locator: Locator
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
  /** Requests to names, while one of their transactions lives. */
  readonly #byName = new Set<ClientAttempts>()
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
    const known = fault === undefined ? this.#options.locator.now(plan.hop) : undefined
    if (fault === undefined && !known) return this.#sendByName(plan, first, events)
    const transaction = this.#open(first, branch, events)
    const [place] = known ?? []
    if (place) this.#begin(transaction, plan, place)
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
    const send = (places: readonly Endpoint[]) => {
      const [path] = places.flatMap((place) => this.#paths(plan, place))
      if (path) this.#options.send(path.raw, path.target, path.local, false, lost)
      else lost(noTransport(plan.hop.protocol))
    }
    const known = this.#options.locator.now(plan.hop)
    if (known) send(known)
    else this.#locate(plan).then(send).catch(lost)
  }

  close(): void {
    for (const attempts of this.#byName) attempts.stop()
    for (const transaction of [...this.#byKey.values()]) transaction.end()
  }

  #plan(
    given: SipRequest,
    branch: string,
    { target, nextHop, local }: SendOptions,
  ): { plan: Plan; fault?: unknown } {
    const nowhere = exactly({ protocol: local?.protocol ?? 'udp', address: '0.0.0.0', port: 5060 })
    try {
      if (target) {
        return { plan: { request: given, hop: exactly(target), branch, local } }
      }
      if (nextHop)
        return { plan: { request: given, hop: this.#spoken(hopOf(nextHop), local), branch, local } }
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
    if (local ? local.protocol === 'udp' : transports.reaches(udp)) return hop
    const protocol = local?.protocol ?? (transports.reaches({ ...udp, protocol: 'tcp' }) ? 'tcp' : 'tls')
    return { ...hop, protocol, port: hop.portGiven || protocol === 'tcp' ? hop.port : 5061 }
  }

  #locate(plan: Plan): Promise<readonly Endpoint[]> {
    const { transports, locator } = this.#options
    const address = plan.hop.host
    return locator.locate(
      plan.hop,
      protocols.filter((protocol) => transports.reaches({ protocol, address })),
    )
  }

  /** Looks the name up, then tries its servers one after another. */
  #sendByName(plan: Plan, first: Path, events: ClientEvents): ClientTransaction {
    const { clock, timers, locator, log } = this.#options
    // Each server gets a transaction, hence a branch, of its own (RFC 3263 §4.3).
    const plans = new Map<BaseClientTransaction, Plan>()
    let branch: string | undefined = plan.branch
    const attempts = new ClientAttempts({
      clock,
      silenceMs: 8 * timers.t1Ms,
      events,
      open: (inner) => {
        const own = { ...plan, branch: branch ?? newBranch() }
        branch = undefined
        const transaction = this.#open(first, own.branch, inner, () => {
          plans.delete(transaction)
          if (plans.size === 0) this.#byName.delete(attempts)
        })
        plans.set(transaction, own)
        return transaction
      },
      begin: (transaction, place) => {
        const paths = this.#paths(plans.get(transaction) ?? plan, place)
        if (paths.length > 0) transaction.start(paths)
        return paths.length > 0
      },
      failed: (place, retryAfterMs) => locator.failed(place, retryAfterMs),
    })
    this.#byName.add(attempts)
    this.#locate(plan)
      .then((places) => {
        const reachable = places.filter((place) => this.#options.transports.reaches(place))
        if (reachable.length > 0) attempts.start(reachable)
        else attempts.fail('transport', noTransport(plan.hop.protocol))
      })
      .catch((cause: unknown) => this.#guarded(() => attempts.fail('transport', cause)))
    log.debug({ target: first.target }, 'resolving the target of a SIP request')
    return attempts
  }

  #open(first: Path, branch: string, events: ClientEvents, ended = () => {}): BaseClientTransaction {
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
        ended()
      },
    }
    const Machine = method === 'INVITE' ? InviteClientTransaction : NonInviteClientTransaction
    const transaction = new Machine(first, events, around)
    this.#byKey.set(key, transaction)
    return transaction
  }

  #begin(transaction: BaseClientTransaction, plan: Plan, place: Endpoint): void {
    const paths = this.#paths(plan, place)
    if (paths.length > 0) {
      transaction.start(paths)
      return
    }
    const fault = noTransport(plan.hop.protocol)
    queueMicrotask(() => this.#guarded(() => transaction.fail('transport', fault)))
  }

  /** The ways to a place, in order: TCP before UDP for a long request (RFC 3261 §18.1.1). */
  #paths(plan: Plan, target: Endpoint): Path[] {
    const { transports } = this.#options
    if (!transports.reaches(target)) return []
    const path = this.#pathTo(plan, target)
    const stream: Endpoint = { ...target, protocol: 'tcp' }
    if (target.protocol !== 'udp' || plan.hop.fixed || !transports.reaches(stream)) return [path]
    if (!this.#fallback.prefersTcp(stream, path.raw)) return [path]
    return [{ ...this.#pathTo({ ...plan, local: undefined }, stream), home: path.local }, path]
  }

  #pathTo(plan: Plan, target: Endpoint): Path {
    const { protocol } = target
    const local = this.#localOf(plan, target)
    const request = prependHeader(
      plan.local && local !== plan.local ? withContactAt(plan.request, plan.local, local) : plan.request,
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
    const { local } = plan
    const sameFamily =
      local && (isIP(target.address) === 0 || isIPv6(local.address) === isIPv6(target.address))
    if (local && sameFamily && local.protocol === target.protocol) return local
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

const protocols: readonly Protocol[] = ['udp', 'tcp', 'tls']

function exactly({ protocol, address, port }: Endpoint): Hop {
  return { protocol, host: address, port, portGiven: true, secure: protocol === 'tls', fixed: true }
}

function withMaxForwards(request: SipRequest): SipRequest {
  if (findHeader(request, 'Max-Forwards') !== undefined) return request
  return prependHeader(request, 'Max-Forwards', '70')
}
