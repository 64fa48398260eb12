// A request an application had us proxy: to one target after another or to all at once, until somebody answers
// (RFC 3261 §16). The application is told each final response, then that it is done.
import { appHeaders } from './app-headers.ts'
import { bestStatus } from './best-response.ts'
import type { Client } from './client.ts'
import type { ProxyCommand } from './command.ts'
import { allValues, removeHeader } from './header.ts'
import { newTag } from './identifiers.ts'
import { isOurs, localForUri } from './local-addresses.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { parseNameAddr } from './name-addr.ts'
import type { CoreParts } from './parts.ts'
import { ProxyBranch } from './proxy-branch.ts'
import { oneHopLess, recordRoute, withoutTopVia } from './proxy-message.ts'
import { refuse } from './refuse.ts'
import { responseTo } from './response.ts'
import type { Endpoint, ListeningPoint, ServerTransaction } from './stack.ts'
import { proxiedAnswer, type Told } from './wire-text.ts'
import { writeMessage } from './write-message.ts'

export interface ProxiedOptions {
  readonly parts: CoreParts
  readonly transaction: ServerTransaction
  readonly client: Client
  readonly command: ProxyCommand & { readonly id: string }
  readonly destinations: readonly string[]
  /** A target challenged the caller: the request it repeats with credentials is for the same target. */
  onChallenge(response: SipResponse, target: string): void
  onDone(): void
}

export class ProxiedRequest {
  readonly #options: ProxiedOptions
  readonly #branches: ProxyBranch[]
  #done = false
  #answered = false
  #cancelled = false

  constructor(options: ProxiedOptions) {
    this.#options = options
    this.#branches = options.destinations.map((target) => this.#newBranch(target))
  }

  /** Sends the first request, or all. */
  start(): void {
    const { transaction, client, command } = this.#options
    if (transaction.request.method === 'INVITE') transaction.onCancel = () => this.#cancel()
    const started = this.#startNext()
    if (started === 0) {
      client.answer(command.id, 'NOK|error proxying request to ')
      refuse(transaction, 500)
      this.#finish(false)
    } else if (!command.fullResponse) client.answer(command.id, 'OK|done')
  }

  #newBranch(target: string): ProxyBranch {
    const { parts, command } = this.#options
    return new ProxyBranch({
      parts,
      target,
      provisionalTimeoutMs: command.provisionalTimeoutMs,
      finalTimeoutMs: command.finalTimeoutMs,
      onResponse: (branch, response, raw, source) => this.#receive(branch, response, { raw, source }),
    })
  }

  /** Starts what may start now; returns how many did. */
  #startNext(): number {
    let started = 0
    for (const branch of this.#branches) {
      if (branch.state !== 'waiting' || this.#cancelled) continue
      if (!this.#startBranch(branch)) continue
      started += 1
      if (!this.#options.command.simultaneous) break
    }
    return started
  }

  #startBranch(branch: ProxyBranch): boolean {
    const { parts, transaction, command } = this.#options
    try {
      const local = localForUri(parts.stack, branch.target)
      const request = local && this.#requestFor(branch.target, local)
      if (!local || !request) throw new Error('no transport')
      const { raw } = branch.start(request, local)
      const told: Told = { source: 'application', raw, endpoint: local, at: parts.clock.now() }
      if (request.method === 'INVITE') parts.records.attempt(told)
      return true
    } catch (err) {
      parts.log.info(
        { target: branch.target, err, transactionId: command.transactionId },
        'no way to a target',
      )
      branch.skip(responseTo(transaction.request, 503, { toTag: newTag() }))
      return false
    }
  }

  #requestFor(target: string, local: ListeningPoint): SipRequest | undefined {
    const { parts, transaction, command } = this.#options
    // Some phones preload a Route with our own address (an outbound proxy setting).
    const plain = oneHopLess(removeHeader(transaction.request, 'Route'))
    if (!plain) return undefined
    // Who called our own address meant the application's choice; other Request-URIs are left as they are.
    const uri = isOurs(parts.stack, plain.uri) ? target : plain.uri
    const own = appHeaders(command.headers, local)
    const request: SipRequest = { ...plain, uri, headers: [...plain.headers, ...own] }
    return command.recordRoute ? recordRoute(request, transaction.local, local) : request
  }

  #receive(
    branch: ProxyBranch,
    response: SipResponse,
    { raw, source }: { raw: string; source: Endpoint },
  ): void {
    const { status } = response
    if (status === 100) return
    const { parts } = this.#options
    const told: Told = { source: 'network', raw, endpoint: source, at: parts.clock.now() }
    if (status < 200) this.#forward(response)
    else if (status < 300) this.#receive2xx(branch, response, told)
    else this.#receiveFailure(branch, response, told)
  }

  #receive2xx(branch: ProxyBranch, response: SipResponse, told: Told): void {
    const { parts, transaction } = this.#options
    this.#forward(response)
    if (transaction.request.method === 'INVITE') {
      // The callee repeats its 2xx until the caller's ACK; we only pass each of them on.
      transaction.acknowledge()
      if (this.#answered) return
      parts.records.start(told, 'proxy-uac')
      parts.records.start({ ...told, source: 'application', endpoint: transaction.local }, 'proxy-uas')
    }
    this.#answered = true
    for (const other of this.#branches) if (other !== branch) other.cancel()
    this.#tell(told)
    this.#finish(true)
  }

  #receiveFailure(branch: ProxyBranch, response: SipResponse, told: Told): void {
    const { parts, transaction, command } = this.#options
    const { status } = response
    if (transaction.request.method === 'INVITE')
      parts.records.stop(told, status === 487 ? 'call-canceled' : 'call-rejected')
    if (this.#done) return
    this.#tell(told)
    if (status < 400 && command.followRedirects && this.#follow(branch, response)) branch.final = undefined
    if (status === 401 || status === 407) {
      this.#options.onChallenge(response, branch.target)
      this.#stopSearching()
    } else if (status >= 600) this.#stopSearching()
    else if (!this.#branches.some(({ active }) => active) || command.simultaneous) this.#startNext()
    if (this.#branches.some(({ active, state }) => active || state === 'waiting')) return
    this.#reportBest()
  }

  // RFC 3261 §16.7 step 4: each Contact of a 3xx becomes a target, right after the one that named it.
  #follow(branch: ProxyBranch, response: SipResponse): boolean {
    const known = new Set(this.#branches.map(({ target }) => target))
    const targets = allValues(response, 'Contact')
      .map((value) => parseNameAddr(value).uri)
      .filter((uri) => /^sips?:/i.test(uri) && !known.has(uri))
    this.#branches.splice(
      this.#branches.indexOf(branch) + 1,
      0,
      ...targets.map((uri) => this.#newBranch(uri)),
    )
    return targets.length > 0
  }

  #reportBest(): void {
    const { parts, transaction } = this.#options
    const finals = this.#branches.flatMap(({ final, skipped }) =>
      final ? [skipped ? final : withoutTopVia(final)] : [],
    )
    const status = bestStatus(finals.map((response) => response.status))
    const best =
      finals.find((response) => response.status === status) ??
      responseTo(transaction.request, this.#cancelled ? 487 : 408, { toTag: newTag() })
    transaction.respond(best)
    if (transaction.request.method === 'INVITE') {
      const raw = writeMessage(best)
      const told: Told = { source: 'application', raw, endpoint: transaction.local, at: parts.clock.now() }
      parts.records.stop(told, best.status === 487 ? 'call-canceled' : 'call-rejected')
    }
    this.#finish(true)
  }

  #forward(response: SipResponse): void {
    this.#options.transaction.respond(withoutTopVia(response))
  }

  #stopSearching(): void {
    for (const branch of this.#branches) branch.cancel()
  }

  #cancel(): void {
    this.#cancelled = true
    this.#stopSearching()
    if (!this.#branches.some(({ active }) => active)) this.#reportBest()
  }

  #tell(told: Told): void {
    const { client, command } = this.#options
    if (command.fullResponse && !this.#done) client.answer(command.id, proxiedAnswer(told))
  }

  #finish(told: boolean): void {
    if (this.#done) return
    this.#done = true
    const { client, command } = this.#options
    if (told && command.fullResponse) client.answer(command.id, 'OK|done')
    this.#options.onDone()
  }
}
