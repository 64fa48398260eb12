// A running SIP server under a rain of damaged SIP datagrams, SIP streams and wire-protocol frames: it must neither
// throw, nor stop to answer, nor keep anything. bench/fuzz-sip.ts runs a million; a wire test runs a share.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '#lib/clock.ts'
import { type Log, silentLog } from '#lib/log.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import { frameOf } from '#sip/embedded/app-frames.ts'
import { type EmbeddedServer, startEmbeddedServer } from '#sip/embedded/server.ts'
import type { ReceivedRequest, SipServer } from '#sip/sip-server.ts'
import { type Mutator, mutator } from './mutate.ts'
import { waitUntil } from './wait-until.ts'

export interface FuzzReport {
  readonly inputs: number
  readonly perS: number
  /** What callbacks threw: must be empty. */
  readonly errors: readonly unknown[]
  readonly malformed: number
  readonly answered: number
  /** Heap after garbage collection, in MiB: after a quarter of the inputs, and at the end. */
  readonly heapMiB: readonly [quarter: number, end: number]
}

export async function fuzzSip(options: {
  readonly seed: number
  readonly inputs: number
  readonly messages: readonly string[]
  readonly onProgress?: (done: number) => void
}): Promise<FuzzReport> {
  const { inputs, seed } = options
  const errors: unknown[] = []
  const log: Log = {
    ...silentLog,
    error: (fields) => void (errors.length < 20 && errors.push(fields)),
    with: () => log,
  }
  await using open = new AsyncDisposableStack()
  const server = open.use(await startServer(log))
  const app = open.use(
    connectDrachtio({ host: '127.0.0.1', port: server.adminPort, secret: 'fuzz', clock: systemClock, log }),
  )
  await waitUntil('the application is connected', () => app.up)
  const mutate = mutator(seed)
  answerOddly(app, mutate)
  const rain = open.use(await openRain(server))
  const corpus = [...options.messages, ...dialogueMessages].map((text) =>
    text.replaceAll('VIA', `127.0.0.1:${rain.port}`),
  )
  const from = performance.now()
  let quarter = 0
  for (let done = 0; done < inputs; done += 1) {
    const text = corpus[mutate.pick(corpus.length)] ?? ''
    // A share in time to meet each other: ACKs and CANCELs of the same calls.
    const named = text.replaceAll('TURN', String(Math.floor(done / 7)))
    const way = mutate.pick(20)
    if (way === 0) rain.stream(mutate.mutate(named))
    else if (way === 1)
      rain.frame(
        mutate.mutate(frames[mutate.pick(frames.length)]?.replaceAll('VIA', `127.0.0.1:${rain.port}`) ?? ''),
        mutate.pick(10) > 0,
      )
    else rain.datagram(mutate.pick(12) === 0 ? Buffer.from(named) : mutate.mutate(named))
    if (done % 64 === 63) await rain.landed()
    if (done % 10_000 === 9_999) options.onProgress?.(done + 1)
    if (done === Math.floor(inputs / 4)) quarter = await heapMiB()
  }
  await rain.landed()
  const perS = Math.round((inputs / (performance.now() - from)) * 1_000)
  await rain.probe()
  rain.hangUp()
  await waitUntil(
    'nothing is left',
    () => {
      const { serverTransactions, clientTransactions, dialogs, pending, sent, proxies } = server.live
      return serverTransactions + clientTransactions + dialogs + pending + sent + proxies === 0
    },
    60_000,
  ).catch((err: unknown) => {
    throw new Error(`left: ${JSON.stringify(server.live)}`, { cause: err })
  })
  const { malformed } = server.stack.counters
  return { inputs, perS, errors, malformed, answered: rain.answers, heapMiB: [quarter, await heapMiB()] }
}

function startServer(log: Log): Promise<EmbeddedServer> {
  return startEmbeddedServer({
    listen: [
      { protocol: 'udp', address: '127.0.0.1', port: 0 },
      { protocol: 'tcp', address: '127.0.0.1', port: 0 },
    ],
    admin: { address: '127.0.0.1', port: 0, secret: 'fuzz' },
    clock: systemClock,
    log,
    // Everything ends within a third of a second, so that a million inputs pass through the memory of few.
    timers: { t1Ms: 5, t2Ms: 40, t4Ms: 50, unansweredInviteMs: 2_000 },
    limits: {
      newRequestsPerS: 1_000_000,
      lateMs: 60_000,
      silenceMs: 2_000,
      messageMs: 2_000,
      sweepMs: 200,
      maxUnanswered: 100_000,
    },
  })
}

/** An application that does a bit of everything. */
function answerOddly(app: SipServer, mutate: Mutator): void {
  app.onRequest = (request: ReceivedRequest) => {
    const what = mutate.pick(6)
    // A subscription that is granted lives until its notifier ends it, and nobody here does.
    if (request.method === 'SUBSCRIBE') request.reply(489)
    else if (request.method !== 'INVITE' || what < 2) request.reply(mutate.from([200, 404, 486, 603]))
    else if (what === 2) request.drop()
    else if (what === 3) request.reply(180)
    else
      request.accept({ body: 'v=0\r\n' }).then(
        (dialog) => {
          dialog.onRequest = (inside) => inside.reply(200)
          systemClock.after(mutate.pick(100), () => {
            dialog.request({ method: 'BYE' }).final.catch(() => {})
            dialog.forget()
          })
        },
        () => {},
      )
  }
}

interface Rain extends AsyncDisposable {
  readonly port: number
  readonly answers: number
  datagram(bytes: Buffer): void
  stream(bytes: Buffer): void
  frame(bytes: Buffer, whole: boolean): void
  /** What was sent has come in. */
  landed(): Promise<void>
  /** A right request is still answered. */
  probe(): Promise<void>
  hangUp(): void
}

async function openRain(server: EmbeddedServer): Promise<Rain> {
  const portOf = (protocol: string) => server.listening.find((at) => at.protocol === protocol)?.port ?? 0
  const [udpPort, tcpPort] = [portOf('udp'), portOf('tcp')]
  const socket: UdpSocket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  let answers = 0
  let probed = false
  let sentDatagrams = 0
  let streamed = 0
  socket.on('message', (bytes) => {
    answers += 1
    if (bytes.includes('fuzz-probe')) probed = true
  })
  const lines = { stream: undefined as Socket | undefined, admin: undefined as Socket | undefined }
  const lineTo = (which: 'stream' | 'admin', port: number, first = ''): Socket => {
    const open = lines[which]
    if (open && !open.destroyed && open.writable) return open
    const line = connect({ port, host: '127.0.0.1', noDelay: true })
    line.on('error', () => {})
    line.on('data', () => {})
    line.on('end', () => line.destroy())
    if (first !== '') line.write(first)
    lines[which] = line
    return line
  }
  return {
    port: socket.address().port,
    get answers() {
      return answers
    },
    datagram: (bytes) => {
      if (bytes.length === 0) return
      sentDatagrams += 1
      socket.send(bytes, udpPort, '127.0.0.1')
    },
    stream: (bytes) => {
      // A stream that waits for the rest of a message takes no other: each some get a fresh one.
      streamed += 1
      if (streamed % 5 === 0) lines.stream?.destroy()
      lineTo('stream', tcpPort).write(bytes)
    },
    frame: (bytes, whole) => {
      const line = lineTo('admin', server.adminPort, frameOf('1|authenticate|fuzz'))
      const text = bytes.toString('utf8')
      line.write(whole ? frameOf(text) : text)
      if (!whole) line.end()
    },
    landed: async () => {
      const before = server.stack.counters.received
      const enough = () =>
        server.stack.counters.received >= sentDatagrams || server.stack.counters.received > before
      await new Promise((resolve) => setImmediate(resolve))
      for (let turn = 0; turn < 50 && !enough(); turn += 1)
        await new Promise((resolve) => setImmediate(resolve))
    },
    probe: async () => {
      const text = dialogueMessages[0]
        .replaceAll('VIA', `127.0.0.1:${socket.address().port}`)
        .replaceAll('TURN', 'fuzz-probe')
      await waitUntil('the server still answers', () => {
        if (!probed) socket.send(text, udpPort, '127.0.0.1')
        return probed
      })
    },
    hangUp: () => {
      lines.stream?.destroy()
      lines.admin?.destroy()
    },
    [Symbol.asyncDispose]: () => {
      lines.stream?.destroy()
      lines.admin?.destroy()
      return new Promise<void>((resolve) => socket.close(() => resolve()))
    },
  }
}

const request = (method: string, more: readonly string[] = [], toTag = '') =>
  [
    `${method} sip:bob@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP VIA;branch=z9hG4bK${method === 'ACK' || method === 'CANCEL' ? 'INVITE' : method}TURN;rport`,
    'Max-Forwards: 70',
    'From: <sip:alice@acme.test>;tag=aTURN',
    `To: <sip:bob@acme.test>${toTag}`,
    'Call-ID: fuzz-TURN',
    `CSeq: 1 ${method}`,
    'Contact: <sip:alice@VIA>',
    ...more,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')

/** What calls are made of; TURN ties some of them together. */
const dialogueMessages: readonly [string, ...string[]] = [
  request('OPTIONS'),
  request('INVITE', ['Supported: 100rel, timer', 'Session-Expires: 1800;refresher=uas']),
  request('INVITE', ['Route: <sip:127.0.0.1;lr>', 'Record-Route: <sip:VIA;lr>']),
  request('CANCEL'),
  request('ACK'),
  request('ACK', [], ';tag=b'),
  request('BYE', [], ';tag=b'),
  request('PRACK', ['RAck: 1 1 INVITE'], ';tag=b'),
  request('REGISTER', ['Expires: 60']),
  request('SUBSCRIBE', ['Event: dialog', 'Expires: 60']),
  request('NOTIFY', ['Event: dialog', 'Subscription-State: active'], ';tag=b'),
  request('REFER', ['Refer-To: <sip:eva@acme.test?Replaces=a%3Bto-tag%3Db>'], ';tag=b'),
  request('UPDATE', [], ';tag=b'),
  request('INFO', ['Content-Type: application/dtmf-relay']),
  ...['100 Trying', '180 Ringing', '200 OK', '302 Moved', '407 Proxy', '503 Busy'].map((status) =>
    request('INVITE', ['Record-Route: <sip:VIA;lr>'], ';tag=b').replace(/^[^\r]+/, `SIP/2.0 ${status}`),
  ),
]

const outside = (method: string) =>
  `\r\n${method} sip:far@VIA SIP/2.0\r\nFrom: <sip:bob@localhost>\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n`

/** Frames of applications, right before they are damaged. */
const frames: readonly string[] = [
  '7|ping',
  '7|route|message',
  '7|remove_route|message',
  `7|sip|||${outside('INVITE')}`,
  `7|sip|||sip:VIA${outside('OPTIONS')}`,
  `7|sip|||${outside('SUBSCRIBE')}`,
  '7|sip|3f1c||\r\nSIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n',
  '7|sip||fuzz;from-tag=a|\r\nBYE sip:placeholder SIP/2.0\r\n\r\n',
  '7|sip|3f1c|||\r\nCANCEL sip:a@b SIP/2.0\r\n\r\n',
  '7|proxy|3f1c|remainInDialog|fullResponse|followRedirects|simultaneous|1s|18s|sip:VIA\r\nX-A: b',
]

/** After garbage collection. */
async function heapMiB(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') {
    for (let round = 0; round < 3; round += 1) {
      collect()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return process.memoryUsage().heapUsed / 1_048_576
}
