// One target of a proxied request: sent, watched by its timers, cancelled when another answered.
import type { Timer } from '#lib/clock.ts'
import type { SipRequest, SipResponse } from './message.ts'
import type { CoreParts } from './parts.ts'
import { responseTo } from './response.ts'
import type { ClientTransaction, Endpoint, ListeningPoint } from './stack.ts'
import { sipUri } from './uri.ts'
import { writeMessage } from './write-message.ts'

/** RFC 3261 §16.6 step 11: longer than 3 minutes without a final response after the last 1xx. */
const timerCMs = 185_000

export interface BranchOptions {
  readonly parts: CoreParts
  readonly target: string
  readonly provisionalTimeoutMs: number | undefined
  readonly finalTimeoutMs: number | undefined
  onResponse(branch: ProxyBranch, response: SipResponse, raw: string, source: Endpoint): void
}

export class ProxyBranch {
  readonly target: string
  state: 'waiting' | 'calling' | 'proceeding' | 'done' = 'waiting'
  /** The final response, ours (408, 503) when none came. */
  final: SipResponse | undefined
  /** Nothing was sent: the final response carries no Via of ours. */
  skipped = false
  readonly #options: BranchOptions
  readonly #timers = new Map<'provisional' | 'final' | 'c', Timer>()
  #transaction: ClientTransaction | undefined
  #request: SipRequest | undefined

  constructor(options: BranchOptions) {
    this.#options = options
    this.target = options.target
  }

  get active(): boolean {
    return this.state === 'calling' || this.state === 'proceeding'
  }

  /** Sends the request from `local`; returns it as it went out. */
  start(request: SipRequest, local: ListeningPoint): { raw: string } {
    const { parts, provisionalTimeoutMs, finalTimeoutMs } = this.#options
    this.state = 'calling'
    this.#request = request
    const target = parts.flows.find(this.target)
    const nextHop = target ? undefined : sipUri(this.target)
    this.#transaction = parts.stack.sendRequest(
      request,
      {
        onResponse: (response, raw, { source }) => this.#receive(response, raw, source),
        // RFC 3261 §16.9: a transport failure counts as 503.
        onFailure: (reason) => this.#fail(reason === 'timeout' ? 408 : 503),
      },
      { local, ...(target ? { target } : {}), ...(nextHop ? { nextHop } : {}) },
    )
    if (provisionalTimeoutMs !== undefined) this.#after('provisional', provisionalTimeoutMs)
    if (finalTimeoutMs !== undefined) this.#after('final', finalTimeoutMs)
    if (request.method === 'INVITE') this.#after('c', timerCMs)
    return this.#transaction
  }

  /** There is no way to the target: it counts as having answered `response`. */
  skip(response: SipResponse): void {
    this.skipped = true
    this.#finish(response)
  }

  /** Withdraws the request; a branch that has not started never will. */
  cancel(): void {
    if (this.state === 'waiting') this.state = 'done'
    else if (this.active) this.#transaction?.cancel()
  }

  #receive(response: SipResponse, raw: string, source: Endpoint): void {
    const late = this.state === 'done'
    // After we gave up on it only a 2xx still matters: somebody has answered.
    if (late && (response.status < 200 || response.status >= 300)) return
    if (response.status < 200) {
      this.state = 'proceeding'
      this.#stop('provisional')
      if (response.status > 100 && this.#request?.method === 'INVITE') this.#after('c', timerCMs)
    } else this.#finish(response)
    this.#options.onResponse(this, response, raw, source)
  }

  #fail(status: number): void {
    if (this.state === 'done' || !this.#request) return
    const response = responseTo(this.#transaction?.request ?? this.#request, status)
    const source = this.#transaction?.target ?? { protocol: 'udp', address: '0.0.0.0', port: 0 }
    this.#finish(response)
    this.#options.onResponse(this, response, writeMessage(response), source)
  }

  #finish(response: SipResponse): void {
    this.state = 'done'
    this.final = response
    for (const name of [...this.#timers.keys()]) this.#stop(name)
  }

  #after(name: 'provisional' | 'final' | 'c', ms: number): void {
    this.#stop(name)
    const timer = this.#options.parts.clock.after(ms, () => {
      this.#timers.delete(name)
      this.#transaction?.cancel()
      this.#fail(408)
    })
    this.#timers.set(name, timer)
  }

  #stop(name: 'provisional' | 'final' | 'c'): void {
    this.#timers.get(name)?.cancel()
    this.#timers.delete(name)
  }
}
