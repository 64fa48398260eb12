// The one importer of drachtio-fsmrf and its event socket client: one connection to one FreeSWITCH, used until it ends and
// never again (the client's own reconnect mixes up replies), and the channels opened through it. No promise waits for ever.
import { createServer } from 'node:net'
import Mrf from 'drachtio-fsmrf'
import MediaServer from 'drachtio-fsmrf/lib/mediaserver.js'
import esl from 'drachtio-modesl'
import type { Clock } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { call, childOf, isObject, textAt } from '#sip/dynamic.ts'
import { bounded } from './bounded.ts'
import { type Channel, openChannel, textOf } from './channel.ts'
import type { LentSrf } from './lent-srf.ts'

export interface SoundServerOptions {
  readonly host: string
  readonly port: number
  readonly secret: string
  readonly srf: LentSrf
  readonly clock: Clock
  readonly log: Log
}

export interface SoundServer {
  /** The answer of FreeSWITCH to an API command. @throws CordboardError `media.down` */
  api(command: string): Promise<string>
  /** A channel whose far end is described by `sdp`. @throws CordboardError `media.down`, `media.full`, `media.sdp` */
  open(sdp: string): Promise<Channel>
  /** Called once when the connection ended, with why. */
  onEnd: ((why: string) => void) | undefined
  close(): void
}

/** The SIP profile of docker/freeswitch/freeswitch.xml; fsmrf's own default name. */
const profile = 'drachtio_mrf'
const connectMs = 5_000
const apiMs = 4_000
/** fsmrf waits 4 s for FreeSWITCH to call back after its 200. */
const openMs = 9_000

/** @throws CordboardError `media.down` with the reason in its sentence */
export async function connectSoundServer(options: SoundServerOptions): Promise<SoundServer> {
  const server = new FsmrfServer(options)
  try {
    await server.connect()
    return server
  } catch (err) {
    server.close()
    throw err
  }
}

class FsmrfServer implements SoundServer {
  readonly #o: SoundServerOptions
  readonly #connected = Promise.withResolvers<void>()
  readonly #connection: object
  #media: object | undefined
  #over = false
  onEnd: ((why: string) => void) | undefined

  constructor(options: SoundServerOptions) {
    this.#o = options
    const { host, port, secret } = options
    this.#connected.promise.catch(() => {})
    this.#connection = new esl.Connection(host, port, secret, () => this.#connected.resolve())
    // One try: its own reconnect keeps a stale queue of replies, subscribes to nothing and cannot be stopped.
    const reconnect = childOf(this.#connection, 'reconnectOpts')
    if (reconnect) Reflect.set(reconnect, 'maxAttempts', 1)
    sendAtOnce(childOf(this.#connection, 'socket'))
    this.#guardReplies()
    const on = (event: string, act: (...args: readonly unknown[]) => void) =>
      call(this.#connection, 'on', event, guard(options.log, `event socket ${event}`, act))
    // First of all listeners, so that fsmrf sees `closing` and neither prints nor tries again.
    on('esl::end', () => this.#end('FreeSWITCH closed the event socket'))
    on('error', (err) => this.#end(messageOf(err)))
    on('esl::event::auth::fail', () => this.#end('FreeSWITCH refuses the secret'))
    on('esl::event::raw::text/rude-rejection', () =>
      this.#end('FreeSWITCH does not accept this address (acl)'),
    )
  }

  async connect(): Promise<void> {
    await bounded(this.#connected.promise, {
      clock: this.#o.clock,
      ms: connectMs,
      late: () => down('it does not answer on its event socket'),
    })
    const status = await this.api('sofia status')
    if (!new RegExp(`^\\s*${profile}\\s.*RUNNING`, 'm').test(status))
      throw down(`its SIP profile ${profile} does not run (yet)`)
    const ready = Promise.withResolvers<void>()
    ready.promise.catch(() => {})
    const mrf = new Mrf(this.#o.srf)
    const listenAddress = this.#ownAddress()
    await mustListen(listenAddress)
    const media = new MediaServer(this.#connection, mrf, listenAddress, 0, listenAddress, undefined, profile)
    this.#media = media
    call(media, 'on', 'error', (err: unknown) => ready.reject(down(messageOf(err))))
    call(media, 'once', 'ready', () => ready.resolve())
    await bounded(ready.promise, {
      clock: this.#o.clock,
      ms: connectMs,
      late: () => down('it was not ready in time'),
    })
    const listener = childOf(media, '_server', 'server')
    if (listener) call(listener, 'prependListener', 'connection', sendAtOnce)
  }

  async api(command: string): Promise<string> {
    if (this.#over) throw down('its event socket is closed')
    const reply = Promise.withResolvers<string>()
    call(this.#connection, 'api', command, (event: unknown) => reply.resolve(textOf(event)))
    return bounded(reply.promise, {
      clock: this.#o.clock,
      ms: apiMs,
      late: () => down(`it did not answer ${command.split(' ')[0]}`),
    })
  }

  async open(sdp: string): Promise<Channel> {
    const media = this.#media
    if (this.#over || !media) throw down('its event socket is closed')
    const made = call(media, 'createEndpoint', { remoteSdp: sdp })
    if (!(made instanceof Promise)) throw new Error('createEndpoint gave no promise')
    const opening = made.then((endpoint: unknown) =>
      openChannel({ endpoint, api: (command) => this.api(command), clock: this.#o.clock, log: this.#o.log }),
    )
    return bounded(opening, {
      clock: this.#o.clock,
      ms: openMs,
      late: () => {
        opening.then(
          (channel) => channel.close(),
          (err: unknown) => this.#o.log.debug({ reason: messageOf(err) }, 'a late leg failed'),
        )
        return down('it did not open a leg in time')
      },
    }).catch((err: unknown) => {
      throw err instanceof CordboardError ? err : down(messageOf(err))
    })
  }

  close(): void {
    this.onEnd = undefined
    this.#end('we closed it')
  }

  /** Where FreeSWITCH calls back for each leg: the address of ours it already talks to. */
  #ownAddress(): string {
    const socket = childOf(this.#connection, 'socket')
    return (socket && textAt(socket, 'localAddress')) || '127.0.0.1'
  }

  // fsmrf throws inside such a callback when the SIP profile is missing: that would end the process.
  #guardReplies(): void {
    const connection = this.#connection
    const api: unknown = Reflect.get(connection, 'api')
    if (typeof api !== 'function') throw new Error('the event socket client has no api')
    Reflect.set(connection, 'api', (...args: readonly unknown[]) => {
      const guarded = args.map((arg) =>
        typeof arg === 'function'
          ? guard(this.#o.log, 'event socket reply', (...given: readonly unknown[]) => {
              Reflect.apply(arg, undefined, given)
            })
          : arg,
      )
      return Reflect.apply(api, connection, guarded)
    })
  }

  #end(why: string): void {
    if (this.#over) return
    this.#over = true
    this.#connected.reject(down(why))
    const media = this.#media
    if (media) Reflect.set(media, 'closing', true)
    const listener = media && childOf(media, '_server')
    if (listener) call(listener, 'close')
    const timer: unknown = Reflect.get(childOf(this.#connection, 'reconnectVars') ?? {}, 'retryTimer')
    if (isObject(timer)) call(timer, 'unref')
    call(this.#connection, 'disconnect')
    this.onEnd?.(why)
  }
}

/** The client writes a command in pieces: with Nagle's algorithm each waits 40 ms for the far end's delayed ACK. */
function sendAtOnce(socket: unknown): void {
  call(socket, 'setNoDelay', true)
}

// fsmrf listens without an `error` listener: an address that is not ours would end the process.
async function mustListen(address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const probe = createServer()
  probe.once('error', (cause) => {
    const sentence = `Event sockets cannot be taken at ${address}: ${cause.message}.`
    reject(new CordboardError('media.config', sentence, { blame: 'setup', cause }))
  })
  probe.listen(0, address, () => probe.close(() => resolve()))
  await promise
}

function down(why: string): CordboardError {
  return new CordboardError('media.down', `FreeSWITCH cannot be used now: ${why}.`, { retry: true })
}
