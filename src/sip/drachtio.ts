// The one importer of drachtio-srf: a connection to a drachtio server (real or embedded) that comes back by itself.
// srf's own dialogs are not used: they answer requests nobody listens to with 200, hang after a refused re-INVITE and
// leave a dialog behind when CANCEL wins; its transactions are sound, and dialogs are kept here by the server's dialog id.
import Srf from 'drachtio-srf'
import { backoff } from '#lib/backoff.ts'
import type { Clock, Timer } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { isTooOld, oldestDrachtio } from './drachtio-version.ts'
import { call, childOf } from './dynamic.ts'
import { readHostports } from './hostport.ts'
import type { PoolServer } from './server-pool.ts'
import { Shelter } from './shelter.ts'
import type {
  OutgoingRequest,
  Peer,
  ReceivedRequest,
  ServerNews,
  ServerState,
  SipServer,
} from './sip-server.ts'
import { type Link, openLink } from './srf-link.ts'

export interface DrachtioOptions {
  /** What it is called for people; `host:port` unless told. */
  readonly name?: string
  readonly host: string
  readonly port: number
  readonly secret: string
  /** Shared with servers that may take up the dialogs of this one. */
  readonly shelter?: Shelter
  readonly clock: Clock
  readonly log: Log
}

// srf asks for at least 5 s; three silent rounds mean that the server hangs though its socket is open.
const pingMs = 5_000
const deafMs = 3 * pingMs
const takeInAtOnce = 50
const takeInMs = 100
/** Verbs the server sends us outside of dialogs; those inside come by themselves. */
const verbs = [
  'invite',
  'register',
  'options',
  'message',
  'subscribe',
  'publish',
  'notify',
  'refer',
  'info',
  'update',
]

/** Connects, and reconnects for ever with a wait of 0.2 to 5 s, until disposed. */
export function connectDrachtio(options: DrachtioOptions): PoolServer {
  return new DrachtioServer(options)
}

class DrachtioServer implements PoolServer {
  readonly #options: DrachtioOptions
  readonly #log: Log
  readonly #backoff = backoff({ firstMs: 200, maxMs: 5_000 })
  readonly #news: Events<ServerNews>
  #srf: object | undefined
  #link: Link | undefined
  #listening: readonly Peer[] = []
  #retry: Timer | undefined
  #watch: Timer | undefined
  /** Dialogs of a connection that broke: the far ends still talk to us. */
  readonly #shelter: Shelter
  readonly #arrivals: Disposable
  #takingIn: Timer | undefined
  #closed = false
  onRequest: ((request: ReceivedRequest) => void) | undefined

  constructor(options: DrachtioOptions) {
    this.#options = options
    this.#log = options.log.with({ sipServer: `${options.host}:${options.port}` })
    this.#news = new Events(this.#log)
    this.#shelter = options.shelter ?? new Shelter(options)
    this.#arrivals = this.#shelter.arrivals.on(() => this.#takeIn())
    this.#connect()
  }

  get up(): boolean {
    return this.#link !== undefined
  }

  get load(): number {
    return this.#link?.load ?? 0
  }

  get listening(): readonly Peer[] {
    return this.#listening
  }

  get states(): readonly ServerState[] {
    const { name, host, port } = this.#options
    const { up, load, listening } = this
    return [{ name: name ?? `${host}:${port}`, up, load, listening }]
  }

  get news(): Events<ServerNews> {
    return this.#news
  }

  send(request: OutgoingRequest, onProvisional?: Parameters<SipServer['send']>[1]) {
    if (this.#link) return this.#link.send(request, onProvisional ? { onProvisional } : {})
    const down = new CordboardError('sip.unsent', 'The SIP server is not connected.', { retry: true })
    const final = Promise.reject(down)
    final.catch(() => {})
    return { final, cancel: () => {} }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#retry?.cancel()
    this.#arrivals[Symbol.dispose]()
    this.#takingIn?.cancel()
    this.#hangUp(this.#srf)
    this.#lost('we stopped')
    if (!this.#options.shelter) this.#shelter[Symbol.dispose]()
  }

  // srf reconnects by itself, but with the old state and without end to its waits: a fresh one each time is simpler to trust.
  #connect(): void {
    const { host, port, secret } = this.#options
    const srf: object = new Srf()
    this.#srf = srf
    const on = (event: string, act: (...args: readonly unknown[]) => void) =>
      call(srf, 'on', event, guard(this.#log, `srf ${event}`, act))
    on('error', (err) => {
      this.#log.debug({ err }, 'the connection to the SIP server failed')
      this.#broken(srf, messageOf(err))
    })
    on('close', () => this.#gone(srf, 'the connection was closed'))
    on('connect', (err, hostports, version) => {
      this.#connected(srf, err, hostports)
      if (isTooOld(String(version ?? '')))
        this.#log.warn(
          { version, oldest: oldestDrachtio },
          'this drachtio-server is older than what we work with',
        )
    })
    call(srf, 'use', (req: unknown, res: unknown) => {
      if (srf === this.#srf) this.#link?.receive(req, res)
    })
    for (const verb of verbs)
      call(srf, 'use', verb, (_req: unknown, _res: unknown, next: unknown) => {
        if (typeof next === 'function') next()
      })
    call(srf, 'connect', {
      host,
      port,
      secret,
      enablePing: true,
      pingInterval: pingMs,
      reconnect: { maxAttempts: 1, retryMaxDelay: 5_000 },
    })
  }

  #connected(srf: object, err: unknown, hostports: unknown): void {
    if (srf !== this.#srf) return
    if (err || this.#closed) {
      if (err) this.#log.error({ reason: messageOf(err) }, 'the SIP server refused our secret')
      this.#hangUp(srf)
      return
    }
    this.#backoff.reset()
    this.#listening = readHostports(String(hostports ?? ''))
    this.#link = openLink({
      srf,
      log: this.#log,
      onRequest: (request) => {
        if (this.onRequest) this.onRequest(request)
        else request.reply(503, { headers: { 'Retry-After': '5' } })
      },
      onBroken: (reason) => this.#broken(srf, reason),
    })
    this.#watch = this.#watchdog(srf)
    this.#takeIn()
    this.#log.info({ listening: this.#listening }, 'connected to the SIP server')
    this.#news.emit({ kind: 'up', listening: this.#listening })
  }

  // Pings are answered by `response`, which srf drops unseen; any message counts as a sign of life.
  #watchdog(srf: object): Timer {
    const { clock } = this.#options
    let heardAt = clock.monotonic()
    const wire = childOf(srf, 'app', 'client', 'wp')
    if (wire)
      call(wire, 'on', 'msg', () => {
        heardAt = clock.monotonic()
      })
    return clock.every(
      pingMs,
      guard(this.#log, 'SIP server watchdog', () => {
        if (!wire || clock.monotonic() - heardAt < deafMs) return
        this.#log.warn({ silentMs: clock.monotonic() - heardAt }, 'the SIP server does not answer pings')
        this.#broken(srf, 'the server stopped answering')
      }),
    )
  }

  // srf's `close` may come a moment later: until then requests would go nowhere.
  #broken(srf: object, reason: string): void {
    if (!this.#link || srf !== this.#srf) return
    this.#hangUp(srf)
    this.#gone(srf, reason)
  }

  #gone(srf: object, reason: string): void {
    if (srf !== this.#srf) return
    this.#srf = undefined
    this.#lost(reason)
    if (this.#closed) return
    this.#retry = this.#options.clock.after(
      this.#backoff.next(),
      guard(this.#log, 'SIP server reconnect', () => this.#connect()),
    )
  }

  #lost(reason: string): void {
    this.#watch?.cancel()
    const link = this.#link
    if (!link) return
    this.#link = undefined
    this.#listening = []
    const dialogs = link.close(reason)
    if (this.#closed) for (const dialog of dialogs) dialog.lose()
    else {
      this.#log.warn({ reason }, 'the SIP server is gone')
      this.#shelter.put(dialogs)
    }
    this.#news.emit({ kind: 'down', reason })
  }

  /** Not all at once: carriers count INVITEs, and a thousand of them would keep new calls waiting. */
  #takeIn(): void {
    const link = this.#link
    if (!link || this.#takingIn) return
    const dialogs = this.#shelter.take(takeInAtOnce)
    if (dialogs.length === 0) return
    this.#log.info({ dialogs: dialogs.length }, 'calls go on at this SIP server')
    for (const dialog of dialogs) link.adopt(dialog)
    const more = () => {
      this.#takingIn = undefined
      this.#takeIn()
    }
    this.#takingIn = this.#options.clock.after(takeInMs, guard(this.#log, 'calls taken in', more))
  }

  #hangUp(srf: object | undefined): void {
    const wire = srf && childOf(srf, 'app', 'client', 'wp')
    if (!wire) return
    // Else srf takes the end of its socket for an accident.
    Reflect.set(wire, 'closing', true)
    const servers: unknown = Reflect.get(childOf(srf, 'app', 'client') ?? {}, 'mapServer')
    if (!(servers instanceof Map)) return
    for (const socket of servers.keys()) {
      call(wire, '_stopPinging', socket)
      call(socket, 'destroy')
    }
  }
}
