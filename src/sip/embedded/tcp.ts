// All TCP and TLS connections, accepted and opened: found again by far address, limited in number, age and silence.
import { connect, createServer, isIPv6, type Server, type Socket } from 'node:net'
import type { Clock, Timer } from '#lib/clock.ts'
import { systemCodeOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { portTaken } from './port-taken.ts'
import type { Endpoint, ListeningPoint } from './stack.ts'
import { TcpConnection } from './tcp-connection.ts'
import type { TlsDoor } from './tls-door.ts'

export interface TcpLimits {
  /** Each costs a descriptor and some 20 KiB; half of the usual 8,192 descriptors is left to media and mail. */
  readonly maxConnections: number
  /** An office behind one address has its phones there, each with one connection or two. */
  readonly maxConnectionsPerAddress: number
  /** 64*T1: who connects and does not bring one whole message in that time, or stops within one, never will. */
  readonly messageMs: number
  /** Longer than the usual registration of an hour: the connection is the only way back to a phone behind NAT. */
  readonly idleMs: number
  /** SYN is repeated after 1 s and 3 s; a path that loses both is no path. A TLS handshake may take the same again. */
  readonly connectMs: number
  /** Handshakes of TLS that go on at once: each costs about a millisecond, so all of them are served within one second. */
  readonly maxHandshakes: number
  readonly handshakeMs: number
  /** Some fifty messages a far end did not read: it never will. */
  readonly maxUnsentBytes: number
  /** How often the ages are looked at. */
  readonly sweepMs: number
}

export const defaultTcpLimits: TcpLimits = {
  maxConnections: 4_096,
  maxConnectionsPerAddress: 256,
  messageMs: 32_000,
  idleMs: 3_900_000,
  connectMs: 4_000,
  maxHandshakes: 512,
  handshakeMs: 8_000,
  maxUnsentBytes: 1_048_576,
  sweepMs: 5_000,
}

export interface TcpOptions {
  readonly clock: Clock
  readonly log: Log
  readonly limits: TcpLimits
  readonly maxMessageBytes: number
  /** Undefined: no TLS. */
  readonly door: TlsDoor | undefined
  onMessage(bytes: Buffer, far: Endpoint, local: ListeningPoint): void
  onBroken(head: Buffer, reason: 'malformed' | 'oversized', far: Endpoint, local: ListeningPoint): void
  /** A connection over the limit was refused. */
  onRefused(): void
}

export class TcpConnections implements AsyncDisposable {
  readonly #options: TcpOptions
  readonly #servers: Server[] = []
  readonly #connections = new Map<string, TcpConnection>()
  readonly #perAddress = new Map<string, number>()
  /** The name by which an address proved itself: a dialog's Contact may know it by number only. */
  readonly #names = new Map<string, string>()
  #shaking = 0
  #sweep: Timer | undefined
  #closed = false
  /** Set while closing: called when the last connection is gone. */
  #drained: (() => void) | undefined

  constructor(options: TcpOptions) {
    this.#options = options
  }

  /** Starts to accept. @returns the port. @throws CordboardError `sip.port-taken`, `sip.address` */
  async listen(point: ListeningPoint): Promise<number> {
    const server = createServer({ noDelay: true })
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(portTaken(point, systemCodeOf(cause), cause)))
      server.listen(
        { host: point.address, port: point.port, ipv6Only: isIPv6(point.address), exclusive: true },
        resolve,
      )
    })
    server.removeAllListeners('error')
    server.on('error', (err) => this.#options.log.warn({ err }, 'a TCP listener reports an error'))
    const bound = server.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : point.port
    server.on('connection', (socket) => this.#accept(socket, { ...point, port }))
    this.#servers.push(server)
    this.#sweep ??= this.#options.clock.every(this.#options.limits.sweepMs, () => this.#closeOld())
    return port
  }

  /** Connections that are open now. */
  get count(): number {
    return this.#connections.size
  }

  has(far: Endpoint): boolean {
    return this.#connections.get(keyOf(this.#named(far)))?.connected === true
  }

  /** Sends over the connection to `far`, opening one when there is none. */
  send(text: string, far: Endpoint, local: ListeningPoint, failed: (cause: unknown) => void): void {
    if (this.#closed) {
      failed(new Error('the stack is closed'))
      return
    }
    const target = this.#named(far)
    const connection = this.#connections.get(keyOf(target)) ?? this.#connect(target, local)
    if (connection) connection.write(text, failed)
    else failed(new Error('there are too many connections'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#sweep?.cancel()
    const closing = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)))
    const drained = new Promise<void>((resolve) => {
      this.#drained = resolve
    })
    for (const connection of [...this.#connections.values()]) {
      if (connection.connected) connection.finish()
      else connection.close()
    }
    // A far end that does not read would keep us for ever.
    const impatient = this.#options.clock.after(1_000, () => {
      for (const connection of [...this.#connections.values()]) connection.close()
    })
    if (this.#connections.size > 0) closing.push(drained)
    await Promise.all(closing)
    impatient.cancel()
  }

  #accept(socket: Socket, local: ListeningPoint): void {
    const { remoteAddress, remotePort } = socket
    if (remoteAddress === undefined || remotePort === undefined) return void socket.destroy()
    const { limits } = this.#options
    const ofAddress = this.#perAddress.get(remoteAddress) ?? 0
    if (this.#connections.size >= limits.maxConnections || ofAddress >= limits.maxConnectionsPerAddress) {
      this.#options.onRefused()
      socket.destroy()
      return
    }
    const far: Endpoint = { protocol: local.protocol, address: remoteAddress, port: remotePort }
    if (local.protocol === 'tls') this.#secure(socket, far, local)
    else this.#add(socket, far, local, true)
  }

  #secure(socket: Socket, far: Endpoint, local: ListeningPoint): void {
    const { door, limits } = this.#options
    if (!door || this.#closed || this.#shaking >= limits.maxHandshakes) {
      this.#options.onRefused()
      socket.destroy()
      return
    }
    this.#shaking += 1
    this.#count(far.address, 1)
    const settled = () => {
      this.#shaking -= 1
      this.#count(far.address, -1)
    }
    door.accept(
      socket,
      (secured) => {
        settled()
        if (this.#closed) secured.destroy()
        else this.#add(secured, far, local, true)
      },
      settled,
    )
  }

  #connect(far: Endpoint, local: ListeningPoint): TcpConnection | undefined {
    const { limits, clock } = this.#options
    if (this.#connections.size >= limits.maxConnections) return undefined
    const from = isWildcard(local.address) ? undefined : local.address
    const secure = far.protocol === 'tls'
    const socket = secure ? this.#options.door?.connect(far, from) : connectPlain(far, from)
    if (!socket) return undefined
    const connection = this.#add(socket, far, local, false)
    const patience = clock.after(limits.connectMs + (secure ? limits.handshakeMs : 0), () =>
      connection.close(new Error('the far end does not answer')),
    )
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      patience.cancel()
      if (far.name !== undefined) this.#learnName(far.address, far.name)
    })
    socket.once('close', () => patience.cancel())
    return connection
  }

  /** The far end as its connection is filed: over TLS with the name it has to prove. */
  #named(far: Endpoint): Endpoint {
    if (far.protocol !== 'tls' || far.name !== undefined || this.#connections.has(keyOf(far))) return far
    const name = this.#names.get(far.address)
    return name === undefined ? far : { ...far, name }
  }

  #learnName(address: string, name: string): void {
    this.#names.delete(address)
    this.#names.set(address, name)
    for (const oldest of this.#names.keys()) {
      if (this.#names.size <= maxNames) break
      this.#names.delete(oldest)
    }
  }

  #add(socket: Socket, far: Endpoint, local: ListeningPoint, accepted: boolean): TcpConnection {
    const { maxMessageBytes, limits, clock, log, onMessage, onBroken } = this.#options
    const key = keyOf(far)
    const connection = new TcpConnection({
      socket,
      far,
      local,
      accepted,
      readyEvent: far.protocol === 'tls' ? 'secureConnect' : 'connect',
      maxMessageBytes,
      maxUnsentBytes: limits.maxUnsentBytes,
      now: () => clock.monotonic(),
      log,
      onMessage: (bytes, from) => onMessage(bytes, from.far, from.local),
      onBroken: (head, reason, from) => onBroken(head, reason, from.far, from.local),
      onClosed: (closed) => {
        if (this.#connections.get(key) === closed) this.#connections.delete(key)
        this.#count(far.address, -1)
        if (this.#connections.size === 0) this.#drained?.()
      },
    })
    // The far end came again from the same port: its old connection is dead, it only did not tell.
    this.#connections.get(key)?.close()
    this.#connections.set(key, connection)
    this.#count(far.address, 1)
    return connection
  }

  #count(address: string, by: 1 | -1): void {
    const count = (this.#perAddress.get(address) ?? 0) + by
    if (count === 0) this.#perAddress.delete(address)
    else this.#perAddress.set(address, count)
  }

  #closeOld(): void {
    const { limits, clock, log } = this.#options
    const now = clock.monotonic()
    for (const connection of this.#connections.values()) {
      const { partialSince, openedAt, activeAt } = connection
      const stuck = partialSince !== undefined && now - partialSince > limits.messageMs
      const mute = connection.accepted && !connection.spoken && now - openedAt > limits.messageMs
      if (!stuck && !mute && now - activeAt <= limits.idleMs) continue
      log.debug({ far: connection.far, stuck, mute }, 'closing a silent SIP connection')
      connection.close()
    }
  }
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function connectPlain(far: Endpoint, localAddress: string | undefined): Socket {
  const from = localAddress === undefined ? {} : { localAddress }
  return connect({ host: far.address, port: far.port, ...from })
}

// Two names at one address and port are two far ends: what one may hear must not go to the other.
function keyOf(far: Endpoint): string {
  return `${far.protocol} ${far.address} ${far.port} ${far.name ?? ''}`
}

/** Carriers, not phones: names are learnt only from connections we opened. */
const maxNames = 1_000
