// Several SIP servers as one: requests come in from all; new ones go out through the one a far end knows us by, else through
// the one with least to do. Requests in a dialog stay at the dialog's server, whatever happens here.
import { CordboardError } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import { sipUri } from '#sip/embedded/uri.ts'
import { plainAddress } from './address.ts'
import type {
  OutgoingRequest,
  Peer,
  ReceivedRequest,
  ServerNews,
  ServerState,
  SipServer,
} from './sip-server.ts'

/** A server among several. */
export interface PoolServer extends SipServer {
  /** Dialogs and requests it carries now. */
  readonly load: number
}

/** A phone registers again within the hour, a trunk far sooner: who fell out is known again then. */
const maxKnown = 20_000

export function serverPool(servers: readonly PoolServer[], log: Log): SipServer {
  const [only] = servers
  if (only && servers.length === 1) return only
  return new ServerPool(servers, log)
}

class ServerPool implements SipServer {
  readonly #servers: readonly PoolServer[]
  readonly #news: Events<ServerNews>
  /** Far end -> the server it registered at, or that we registered through: NAT, connections and carriers know only that one. */
  readonly #known = new Map<string, PoolServer>()
  #onRequest: ((request: ReceivedRequest) => void) | undefined
  #turn = 0

  constructor(servers: readonly PoolServer[], log: Log) {
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
    return this.#servers.flatMap((server) => server.listening)
  }

  get states(): readonly ServerState[] {
    return this.#servers.flatMap((server) => server.states)
  }

  get onRequest(): ((request: ReceivedRequest) => void) | undefined {
    return this.#onRequest
  }
  set onRequest(act: ((request: ReceivedRequest) => void) | undefined) {
    this.#onRequest = act
    for (const server of this.#servers)
      server.onRequest =
        act &&
        ((request) => {
          if (request.method === 'REGISTER') this.#learn(placeOf(request.source), server)
          act(request)
        })
  }

  send(
    request: OutgoingRequest,
    ...more: [Parameters<SipServer['send']>[1]?]
  ): ReturnType<SipServer['send']> {
    const place = hopOf(request)
    const known = place === undefined ? undefined : this.#known.get(place)
    const server = known?.up ? known : this.#leastLoaded()
    if (!server) throw new CordboardError('sip.unsent', 'No SIP server is configured.', { blame: 'setup' })
    if (place !== undefined && request.method === 'REGISTER') this.#learn(place, server)
    return server.send(request, ...more)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#servers.map((server) => server[Symbol.asyncDispose]()))
  }

  /** Of those with the same load each in turn: a carrier is asked for a sign of life through all of them. */
  #leastLoaded(): PoolServer | undefined {
    this.#turn += 1
    const from = this.#turn % this.#servers.length
    const inTurn = [...this.#servers.slice(from), ...this.#servers.slice(0, from)]
    const [first, ...others] = inTurn.filter((server) => server.up)
    return first ? others.reduce((best, one) => (one.load < best.load ? one : best), first) : inTurn[0]
  }

  #learn(place: string, server: PoolServer): void {
    this.#known.delete(place)
    this.#known.set(place, server)
    const [oldest] = this.#known.keys()
    if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest)
  }
}

/** The next hop, as `placeOf` writes a source; undefined when it cannot be read. */
function hopOf({ uri, proxy }: OutgoingRequest): string | undefined {
  try {
    const hop = sipUri(proxy ?? uri)
    return hop && placeOf({ address: hop.host, port: hop.port ?? 5060 })
  } catch {
    return undefined
  }
}

function placeOf({ address, port }: Pick<Peer, 'address' | 'port'>): string {
  return `${plainAddress(address)} ${port}`
}
