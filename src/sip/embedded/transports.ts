// The listening points: opens them, chooses one towards a target, sends, and hands up what comes in.
import { isIP } from 'node:net'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { InterfaceAddresses } from './interface-addresses.ts'
import type { Endpoint, ListeningPoint, Protocol, StackOptions } from './stack.ts'
import { isWildcard, TcpConnections, type TcpLimits } from './tcp.ts'
import { TlsCertificate } from './tls-certificate.ts'
import { TlsDoor } from './tls-door.ts'
import { openUdp, type UdpSocket } from './udp.ts'

export interface TransportsOptions {
  readonly listen: StackOptions['listen']
  readonly clock: Clock
  readonly log: Log
  readonly tcpLimits: TcpLimits
  readonly tls: StackOptions['tls']
  readonly maxMessageBytes: number
  onMessage(bytes: Buffer, far: Endpoint, local: ListeningPoint): void
  onBroken(head: Buffer, reason: 'malformed' | 'oversized', far: Endpoint, local: ListeningPoint): void
  onRefused(): void
}

export interface Transports extends AsyncDisposable {
  readonly listening: readonly ListeningPoint[]
  readonly connections: number
  /** The point to send from, with the address the target sees; the first point when none fits. */
  localFor(target: { protocol: Protocol; address: string }): ListeningPoint
  /** Whether there is a point of that protocol and, for a numeric address, of its family. */
  reaches(target: { protocol: Protocol; address: string }): boolean
  hasConnection(far: Endpoint): boolean
  send(text: string, target: Endpoint, local: ListeningPoint, failed: (cause: unknown) => void): void
}

/**
 * Opens every listening point, or none.
 * @throws CordboardError `sip.port-taken`, `sip.address`, `sip.protocol`, `sip.certificate`
 */
export async function openTransports(options: TransportsOptions): Promise<Transports> {
  const { clock, log } = options
  await using opened = new AsyncDisposableStack()
  const addresses = new InterfaceAddresses(clock)
  const listening: ListeningPoint[] = []
  const sockets = new Map<ListeningPoint, UdpSocket>()
  const seen = (point: ListeningPoint, far: string): ListeningPoint =>
    isWildcard(point.address) ? { ...point, address: addresses.towards(far) } : point
  const door = options.listen.some((point) => point.protocol === 'tls')
    ? openDoor(options, opened)
    : undefined
  const tcp = new TcpConnections({
    clock,
    log,
    door,
    limits: options.tcpLimits,
    maxMessageBytes: options.maxMessageBytes,
    onMessage: (bytes, far, local) => options.onMessage(bytes, far, seen(local, far.address)),
    onBroken: (head, reason, far, local) => options.onBroken(head, reason, far, seen(local, far.address)),
    onRefused: options.onRefused,
  })
  opened.use(tcp)
  for (const wanted of options.listen) {
    checkPoint(wanted)
    if (wanted.protocol !== 'udp') {
      listening.push({ ...wanted, port: await tcp.listen(wanted) })
      continue
    }
    const socket = await openUdp({
      point: wanted,
      log,
      onDatagram: (bytes, address, port) =>
        options.onMessage(bytes, { protocol: 'udp', address, port }, seen(point, address)),
    })
    opened.use(socket)
    const point: ListeningPoint = { ...wanted, port: socket.port }
    sockets.set(point, socket)
    listening.push(point)
  }
  const find = (target: { protocol: Protocol; address: string }) =>
    choosePoint(listening, target.protocol, target.address)
  const open = opened.move()
  return {
    listening,
    get connections() {
      return tcp.count
    },
    localFor: (target) => {
      const point = find(target) ?? listening[0]
      if (!point) throw new Error('the stack listens nowhere')
      return seen(point, target.address)
    },
    reaches: (target) => find(target) !== undefined,
    hasConnection: (far) => tcp.has(far),
    send: (text, target, local, failed) => {
      const point = boundPoint(listening, target, local)
      if (!point) return failed(noTransport(target.protocol))
      if (target.protocol !== 'udp') return tcp.send(text, target, point, failed)
      const socket = sockets.get(point)
      if (socket) socket.send(text, target.address, target.port, failed)
      else failed(noTransport(target.protocol))
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

export function noTransport(protocol: Protocol): CordboardError {
  return new CordboardError('sip.no-transport', `SIP does not listen on ${protocol.toUpperCase()} here.`, {
    blame: 'setup',
  })
}

/** @throws CordboardError `sip.certificate`, `sip.protocol` */
function openDoor({ tls, clock, log, tcpLimits }: TransportsOptions, opened: AsyncDisposableStack): TlsDoor {
  if (!tls)
    throw new CordboardError('sip.protocol', 'SIP over TLS needs a certificate and its key.', {
      blame: 'setup',
    })
  const certificate = opened.use(new TlsCertificate({ files: tls, clock, log }))
  const { handshakeMs } = tcpLimits
  return new TlsDoor({ certificate, verifies: tls.verifies ?? (() => true), handshakeMs, clock, log })
}

function checkPoint(point: StackOptions['listen'][number]): void {
  if (isIP(point.address) === 0)
    throw new CordboardError('sip.address', `SIP cannot listen on "${point.address}": give an IP address.`, {
      blame: 'setup',
    })
}

/** The bound point that `local` names (its address may be the one a far end sees), else one that fits the target. */
function boundPoint(
  listening: readonly ListeningPoint[],
  target: Endpoint,
  local: ListeningPoint,
): ListeningPoint | undefined {
  const same = listening.filter(
    (point) => point.protocol === target.protocol && point.port === local.port && fits(point, target.address),
  )
  const exact = same.find((point) => point.address === local.address)
  const wildcard = same.find((point) => isWildcard(point.address))
  return exact ?? wildcard ?? choosePoint(listening, target.protocol, target.address)
}

function choosePoint(
  listening: readonly ListeningPoint[],
  protocol: Protocol,
  address: string,
): ListeningPoint | undefined {
  const fitting = listening.filter((point) => point.protocol === protocol && fits(point, address))
  const loopback = isLoopback(address)
  // A socket bound to loopback reaches nobody outside, and most kernels refuse the other way round.
  const near = fitting.find((point) => !isWildcard(point.address) && isLoopback(point.address) === loopback)
  return near ?? fitting.find((point) => isWildcard(point.address)) ?? fitting[0]
}

/** A name that is not resolved yet fits every family. Told by the characters alone: this runs for every message. */
function fits(point: ListeningPoint, address: string): boolean {
  const six = address.includes(':')
  const name = !six && !isDigit(address.charCodeAt(address.length - 1))
  return name || point.address.includes(':') === six
}

// RFC 1123 §2.1: the last label of a name is never a number.
function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address === 'localhost'
}
