// Signalling at work: the SIP server connection, trunks and phones, and legs for call control. Ends at typed legs.
import { isIP } from 'node:net'
import type { Config } from '#config/config.ts'
import type { Clock } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { randomToken } from '#lib/secret.ts'
import type { Store } from '#store/store.ts'
import type { DialogLeg } from './answered-leg.ts'
import { dial } from './dial.ts'
import { type DialPlace, isSecure, placeOf } from './dial-place.ts'
import { type DoorCounters, openDoorkeeper } from './doorkeeper.ts'
import { connectDrachtio } from './drachtio.ts'
import { startEmbeddedServer } from './embedded/server.ts'
import type { StackOptions } from './embedded/stack.ts'
import { incomingLeg } from './incoming-leg.ts'
import type { DialOptions, DialTarget, IncomingLeg, OutgoingLeg, Signalling } from './leg.ts'
import { openPhones, type Phones } from './phones/phones.ts'
import { type Caller, routeRequest } from './route-request.ts'
import { serverPool } from './server-pool.ts'
import { answerSession, minSessionS } from './session-expires.ts'
import { Shelter } from './shelter.ts'
import type { Peer, ReceivedRequest, ServerState, SipServer } from './sip-server.ts'
import type { LampSources } from './subscriptions/lamp.ts'
import { type SubscriptionServer, subscriptionServer } from './subscriptions/subscriptions.ts'
import { tlsSettings } from './tls-settings.ts'
import { startTrunks, type Trunks } from './trunks/trunks.ts'
import { notUnderstood } from './understood.ts'

export interface Sip extends Signalling, AsyncDisposable {
  readonly trunks: Trunks
  readonly phones: Phones
  /** For a neighbour that is spoken to by SIP: a sound engine. */
  readonly server: Pick<SipServer, 'send'>
  /** Where SIP is listened for now. */
  readonly listening: readonly Peer[]
  /** The SIP servers we work with. */
  readonly servers: readonly ServerState[]
  /** Requests of nobody we know, since start. */
  readonly strangers: Readonly<DoorCounters>
  /** Answered legs that have not ended. */
  readonly liveLegs: number
  /** How many lamps and the like phones are told of. */
  readonly subscriptions: number
  /** New calls get 503 from now on; running ones go on. */
  drain(): void
  /** What the lamps of phones show; until then who subscribes is asked to come back. Called once. */
  showLamps(sources: LampSources): void
}

export interface SipOptions {
  readonly config: Config
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}

/** How long hang-ups may take when we stop. */
const stopMs = 6_000
const startMs = 3_000

/** Starts or connects to the SIP server. @throws CordboardError `sip.port-taken` and the like from the embedded server */
export async function startSip(options: SipOptions): Promise<Sip> {
  await using opening = new AsyncDisposableStack()
  const server = await openServer(options, opening)
  await untilUp(server, options.clock)
  const sip = opening.use(new RunningSip(options, server))
  const open = opening.move()
  sip.onDispose = () => open.disposeAsync()
  return sip
}

async function openServer(options: SipOptions, opening: AsyncDisposableStack): Promise<SipServer> {
  const { config, clock, log } = options
  const { server, transports } = config.sip
  if (server.kind === 'drachtio') {
    // The calls of one that goes are taken up by another.
    const shelter = opening.use(new Shelter({ clock, log }))
    const servers = server.servers.map((one) => connectDrachtio({ ...one, shelter, clock, log }))
    return opening.use(serverPool(servers, log))
  }
  const secret = randomToken()
  const embedded = opening.use(
    await startEmbeddedServer({
      listen: listenAt(config),
      ...(transports.includes('tls') ? { tls: await tlsSettings(options) } : {}),
      admin: { address: '127.0.0.1', port: 0, secret },
      clock,
      log,
    }),
  )
  const { adminPort: port } = embedded
  return opening.use(connectDrachtio({ name: 'embedded', host: '127.0.0.1', port, secret, clock, log }))
}

function listenAt({ sip }: Config): StackOptions['listen'] {
  const { addresses, port, transports, advertisedAddress: shown } = sip
  return addresses.flatMap((address) =>
    transports.map((protocol) => ({
      protocol,
      address,
      port: protocol === 'tls' ? sip.tls.port : port,
      // A name stands for both families, an address for its own.
      ...(shown !== undefined && [0, isIP(address)].includes(isIP(shown)) ? { advertised: shown } : {}),
    })),
  )
}

/** Trunks begin when they can register; a server that is not there yet is not waited for longer. */
async function untilUp(server: SipServer, clock: Clock): Promise<void> {
  if (server.up) return
  const up = Promise.withResolvers<void>()
  using _news = server.news.on((news) => news.kind === 'up' && up.resolve())
  using _limit = clock.after(startMs, () => up.resolve())
  await up.promise
}

class RunningSip implements Sip {
  readonly trunks: Trunks
  readonly phones: Phones
  onIncoming: (leg: IncomingLeg) => void
  onDispose: () => Promise<void> = async () => {}
  readonly #options: SipOptions
  readonly #server: SipServer
  readonly #legs = new Set<DialogLeg>()
  readonly #doorkeeper: ReturnType<typeof openDoorkeeper>
  readonly #subscriptions: SubscriptionServer
  #draining = false
  #stopped = false

  constructor(options: SipOptions, server: SipServer) {
    const { log } = options
    this.#options = options
    this.#server = server
    this.#doorkeeper = openDoorkeeper(options)
    this.onIncoming = (leg) => leg.reject(503)
    this.phones = openPhones({ ...options, onProved: (address) => this.#doorkeeper.proved(address) })
    this.trunks = startTrunks({ ...options, server })
    this.#subscriptions = subscriptionServer(options)
    // Another secret, another person, or no phone at all any more: who it was has to prove it anew.
    this.phones.book.onChange.on(({ phoneId, what }) =>
      this.#subscriptions.end(phoneId, what === 'removed' ? 'rejected' : 'deactivated'),
    )
    server.onRequest = guard(log, 'SIP request', (request) =>
      routeRequest(request, {
        trunks: this.trunks,
        phones: this.phones,
        doorkeeper: this.#doorkeeper,
        log,
        onInvite: (invite, caller) => this.#receive(invite, caller),
        onSubscribe: (subscribe, phone) => this.#subscriptions.subscribe(subscribe, phone),
      }),
    )
  }

  get server(): Pick<SipServer, 'send'> {
    return this.#server
  }

  get up(): boolean {
    return this.#server.up
  }

  get listening(): readonly Peer[] {
    return this.#server.listening
  }

  get servers(): readonly ServerState[] {
    return this.#server.states
  }

  get strangers(): Readonly<DoorCounters> {
    return this.#doorkeeper.counters
  }

  get liveLegs(): number {
    return this.#legs.size
  }

  get subscriptions(): number {
    return this.#subscriptions.size
  }

  drain(): void {
    this.#draining = true
  }

  showLamps(sources: LampSources): void {
    this.#subscriptions.show(sources)
  }

  contactsOf(phoneId: string): readonly string[] {
    return this.phones.contactsOf(phoneId).map((contact) => contact.route)
  }

  isSecure(target: DialTarget): boolean {
    return isSecure(placeOf({ target, from: { number: '' } }, this.trunks))
  }

  dial(options: DialOptions): OutgoingLeg {
    const place = placeOf(options, this.trunks)
    const use = this.#use(place)
    const leg = dial({
      server: this.#server,
      ...place,
      headers: { ...place.headers, ...options.headers },
      callId: randomToken(18),
      sdp: options.sdp,
      ringTimeoutMs: options.ringTimeoutMs,
      onAnswered: (answered) => this.#keep(answered, use),
      clock: this.#options.clock,
      log: this.#options.log,
    })
    leg.result.then((result) => {
      if (result.kind !== 'answered') use[Symbol.dispose]()
    })
    return leg
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    this.#draining = true
    const { clock } = this.#options
    const limit = Promise.withResolvers<void>()
    const timer = clock.after(stopMs, () => limit.resolve())
    const ends = [...this.#legs].map((leg) => leg.hangUp('Q.850;cause=41;text="We are stopping"'))
    const goodbyes = [this.trunks[Symbol.asyncDispose](), this.#subscriptions[Symbol.asyncDispose]()]
    await Promise.race([Promise.allSettled([...ends, ...goodbyes]), limit.promise])
    timer.cancel()
    this.phones[Symbol.dispose]()
    await this.onDispose()
  }

  #receive(request: ReceivedRequest, caller: Caller): void {
    if (this.#draining) {
      request.reply(503, { headers: { 'Retry-After': '10' } })
      return
    }
    if (answerSession(request).kind === 'tooSmall') {
      request.reply(422, { headers: { 'Min-SE': String(minSessionS) } })
      return
    }
    const refusal = notUnderstood(request)
    if (refusal) {
      request.reply(refusal.status, { headers: refusal.headers })
      return
    }
    const { origin } = caller
    const use = this.#use({ trunkId: origin.kind === 'trunk' ? origin.trunkId : undefined })
    const leg = incomingLeg({
      request,
      ...caller,
      credentials: origin.kind === 'trunk' ? this.trunks.credentials(origin.trunkId) : undefined,
      onSettled: (answered) => {
        if (answered) this.#keep(answered, use)
        else use[Symbol.dispose]()
      },
      clock: this.#options.clock,
      log: this.#options.log,
    })
    try {
      this.onIncoming(leg)
    } catch (err) {
      this.#options.log.error({ err, sipCallId: request.callId }, 'a call could not be taken')
      leg.reject(500)
    }
  }

  #use(place: Pick<DialPlace, 'trunkId'>): Disposable {
    return place.trunkId === undefined ? { [Symbol.dispose]: () => {} } : this.trunks.use(place.trunkId)
  }

  #keep(leg: DialogLeg, use: Disposable): void {
    this.#legs.add(leg)
    leg.onEnd(() => {
      this.#legs.delete(leg)
      use[Symbol.dispose]()
    })
  }
}
