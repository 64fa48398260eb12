// Several SIP servers as one: requests go out through the first that is up, come in from all.
import { CordboardError } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import type { Peer, ReceivedRequest, ServerNews, SipServer } from './sip-server.ts'

export function serverPool(servers: readonly SipServer[], log: Log): SipServer {
  const [only] = servers
  if (only && servers.length === 1) return only
  return new ServerPool(servers, log)
}

class ServerPool implements SipServer {
  readonly #servers: readonly SipServer[]
  readonly #news: Events<ServerNews>
  #onRequest: ((request: ReceivedRequest) => void) | undefined

  constructor(servers: readonly SipServer[], log: Log) {
    this.#servers = servers
    this.#news = new Events(log)
    for (const server of servers) server.news.on((news) => this.#news.emit(news))
  }

  get news(): Events<ServerNews> {
    return this.#news
  }

  get up(): boolean {
    return this.#servers.some((server) => server.up)
  }

  get listening(): readonly Peer[] {
    return this.#servers.find((server) => server.up)?.listening ?? []
  }

  get onRequest(): ((request: ReceivedRequest) => void) | undefined {
    return this.#onRequest
  }
  set onRequest(act: ((request: ReceivedRequest) => void) | undefined) {
    this.#onRequest = act
    for (const server of this.#servers) server.onRequest = act
  }

  send(...args: Parameters<SipServer['send']>): ReturnType<SipServer['send']> {
    const server = this.#servers.find((one) => one.up) ?? this.#servers[0]
    if (!server) throw new CordboardError('sip.unsent', 'No SIP server is configured.', { blame: 'setup' })
    return server.send(...args)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#servers.map((server) => server[Symbol.asyncDispose]()))
  }
}
