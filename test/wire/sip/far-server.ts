// A carrier or phone that a test scripts: a SIP server of its own on loopback, whose requests the test answers as it likes.
import { systemClock } from '#lib/clock.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import { startEmbeddedServer } from '#sip/embedded/server.ts'
import type { ReceivedRequest, SipServer } from '#sip/sip-server.ts'
import { freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { testLog } from './sip-under-test.ts'

export interface FarServer extends AsyncDisposable {
  readonly server: SipServer
  readonly port: number
  /** Where applications connect. */
  readonly adminPort: number
  /** Requests outside of dialogs, oldest first. */
  readonly seen: ReceivedRequest[]
  /** What it does with the next requests of a method; 200 unless told. */
  readonly script: Map<string, (request: ReceivedRequest) => void>
  count(method: string): number
}

export async function farServer(options: { port?: number } = {}): Promise<FarServer> {
  const port = options.port ?? (await freeSipPort('127.0.0.1'))
  const embedded = await startEmbeddedServer({
    listen: [
      { protocol: 'udp', address: '127.0.0.1', port },
      { protocol: 'tcp', address: '127.0.0.1', port },
    ],
    admin: { address: '127.0.0.1', port: 0, secret: 'far' },
    clock: systemClock,
    log: testLog,
  })
  const server = connectDrachtio({
    host: '127.0.0.1',
    port: embedded.adminPort,
    secret: 'far',
    clock: systemClock,
    log: testLog.with({ side: 'far' }),
  })
  const seen: ReceivedRequest[] = []
  const script = new Map<string, (request: ReceivedRequest) => void>()
  server.onRequest = (request) => {
    seen.push(request)
    const act = script.get(request.method)
    if (act) act(request)
    else request.reply(200)
  }
  await waitUntil('the far server is up', () => server.up)
  return {
    server,
    port,
    adminPort: embedded.adminPort,
    seen,
    script,
    count: (method) => seen.filter((request) => request.method === method).length,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await embedded[Symbol.asyncDispose]()
    },
  }
}

/** Audio SDP good enough to be carried; `version` tells offers apart. */
export function sdp(version = 1, direction = 'sendrecv'): string {
  const lines = ['v=0', `o=- 1 ${version} IN IP4 127.0.0.1`, 's=-', 'c=IN IP4 127.0.0.1', 't=0 0']
  return `${[...lines, 'm=audio 4000 RTP/AVP 8', `a=${direction}`].join('\r\n')}\r\n`
}
