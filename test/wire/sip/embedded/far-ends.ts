// Far ends for wire tests: a stack with short timers, and bare sockets that say exactly what a test wants.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, createServer, type Socket } from 'node:net'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { findHeader } from '#sip/embedded/header.ts'
import { newBranch, newCallId, newTag } from '#sip/embedded/identifiers.ts'
import type { SipRequest, SipResponse } from '#sip/embedded/message.ts'
import { type OpenStackOptions, openSipStack } from '#sip/embedded/open-stack.ts'
import { parseMessage } from '#sip/embedded/parse-message.ts'
import { responseTo } from '#sip/embedded/response.ts'
import type { ClientTransaction, Protocol, SipStack } from '#sip/embedded/stack.ts'
import { writeMessage } from '#sip/embedded/write-message.ts'
import { waitUntil } from '#test/wait-until.ts'

/** 64*T1 is 1.3 s: a test sees a whole time-out. */
export const shortTimers = { t1Ms: 20, t2Ms: 160, t4Ms: 200 }

export function openStack(options: Partial<OpenStackOptions> = {}): Promise<SipStack> {
  const listen = [
    { protocol: 'udp' as const, address: '127.0.0.1', port: 0 },
    { protocol: 'tcp' as const, address: '127.0.0.1', port: 0 },
  ]
  return openSipStack({ listen, clock: systemClock, log: silentLog, timers: shortTimers, ...options })
}

export function portOf(stack: SipStack, protocol: Protocol): number {
  const point = stack.listening.find((candidate) => candidate.protocol === protocol)
  if (!point) throw new Error(`the stack does not listen on ${protocol}`)
  return point.port
}

/** A request without Via, as an owner hands it to the stack. */
export function request(method: string, uri: string, extra: readonly [string, string][] = []): SipRequest {
  return {
    kind: 'request',
    method,
    uri,
    headers: [
      { name: 'From', value: `<sip:alice@acme.test>;tag=${newTag()}` },
      { name: 'To', value: '<sip:bob@acme.test>' },
      { name: 'Call-ID', value: newCallId() },
      { name: 'CSeq', value: `1 ${method}` },
      ...extra.map(([name, value]) => ({ name, value })),
    ],
    body: '',
  }
}

/** The text of a request that a bare socket sends. */
export function requestText(
  method: string,
  via: string,
  changes: (text: string) => string = (text) => text,
): string {
  const bare = request(method, 'sip:bob@127.0.0.1')
  const headers = [{ name: 'Via', value: `SIP/2.0/${via};branch=${newBranch()};rport` }, ...bare.headers]
  return changes(writeMessage({ ...bare, headers }))
}

export interface Sent {
  readonly transaction: ClientTransaction
  /** Statuses heard, `200 again` for a copy, `timeout` or `transport` at last. */
  readonly heard: string[]
  readonly responses: SipResponse[]
}

/** Sends through the stack and collects what comes of it. */
export function send(stack: SipStack, message: SipRequest): Sent {
  const heard: string[] = []
  const responses: SipResponse[] = []
  const transaction = stack.sendRequest(message, {
    onResponse: (response, _raw, { again }) => {
      heard.push(`${response.status}${again ? ' again' : ''}`)
      responses.push(response)
    },
    onFailure: (reason) => heard.push(reason),
  })
  return { transaction, heard, responses }
}

/** Answers every request with `status`, an INVITE with 180 before. */
export function answerAll(stack: SipStack, status = 200): void {
  stack.onRequest = (transaction) => {
    const toTag = newTag()
    if (transaction.request.method === 'INVITE')
      transaction.respond(responseTo(transaction.request, 180, { toTag }))
    transaction.respond(responseTo(transaction.request, status, { toTag }))
  }
}

/** The ACK of a 2xx, as a dialog would make it. */
export function ackFor(invite: SipRequest, ok: SipResponse): SipRequest {
  const copied = ['From', 'Call-ID'].map((name) => ({ name, value: findHeader(invite, name) ?? '' }))
  const to = { name: 'To', value: findHeader(ok, 'To') ?? '' }
  return { ...invite, method: 'ACK', headers: [...copied, to, { name: 'CSeq', value: '1 ACK' }], body: '' }
}

export interface UdpPeer extends AsyncDisposable {
  readonly port: number
  /** Everything received, as text, in order. */
  readonly received: string[]
  sendTo(port: number, text: string | Buffer): void
  /** Waits for the message whose start line holds `word`. */
  heard(word: string, count?: number): Promise<string>
}

export async function openUdpPeer(address = '127.0.0.1'): Promise<UdpPeer> {
  const socket: UdpSocket = createSocket('udp4')
  const received: string[] = []
  socket.on('message', (bytes) => received.push(bytes.toString()))
  await new Promise<void>((resolve) => socket.bind(0, address, resolve))
  return {
    port: socket.address().port,
    received,
    sendTo: (port, text) => socket.send(text, port, '127.0.0.1'),
    heard: (word, count) => heard(received, word, count),
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

export interface TcpPeer extends AsyncDisposable {
  readonly port: number
  /** Messages and keep-alives as they came, cut at the blank line (bodies are empty in these tests). */
  readonly received: string[]
  readonly closed: boolean
  write(text: string): void
  /** Ends the connection as a crash does: the other side is told by its next write. */
  reset(): void
  heard(word: string, count?: number): Promise<string>
}

/** A connection to a stack's TCP port. */
export async function connectTcp(port: number): Promise<TcpPeer> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return tcpPeer(socket, () => Promise.resolve())
}

/** Listens, and gives the first connection that comes. */
export async function listenTcp(): Promise<{ port: number; accepted: Promise<TcpPeer> } & AsyncDisposable> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (typeof bound !== 'object' || bound === null) throw new Error('no port')
  const sockets: Socket[] = []
  const accepted = new Promise<TcpPeer>((resolve) => {
    server.once('connection', (socket) => {
      sockets.push(socket)
      resolve(tcpPeer(socket, () => Promise.resolve()))
    })
  })
  return {
    port: bound.port,
    accepted,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function tcpPeer(socket: Socket, done: () => Promise<void>): TcpPeer {
  const received: string[] = []
  let text = ''
  let closed = false
  socket.on('data', (bytes) => {
    text += bytes.toString()
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
      received.push(text.slice(0, end + 4))
      text = text.slice(end + 4)
    }
    if (text === '\r\n') {
      received.push('pong')
      text = ''
    }
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
  })
  return {
    port: socket.localPort ?? 0,
    received,
    get closed() {
      return closed
    },
    write: (chunk) => void socket.write(chunk),
    reset: () => void socket.resetAndDestroy(),
    heard: (word, count) => heard(received, word, count),
    [Symbol.asyncDispose]: () => {
      socket.destroy()
      return done()
    },
  }
}

async function heard(received: readonly string[], word: string, count = 1): Promise<string> {
  const matching = () => received.filter((text) => text.slice(0, text.indexOf('\r\n')).includes(word))
  await waitUntil(`${count} x ${word}`, () => matching().length >= count)
  return matching()[count - 1] ?? ''
}

/** The response a bare socket gives to a request it received. */
export function responseText(received: string, status: number, toTag = 'far1'): string {
  const message = parseMessage(received)
  if (message.kind !== 'request') throw new Error('not a request')
  return writeMessage(responseTo(message, status, { toTag }))
}
