// Cordboard as it is installed, on any pair of engines: a company with one trunk and one number, and a phone that calls out.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { z } from 'zod'
import { ha1Of, readChallenges, responseOf } from '#sip/digest.ts'
import { startAppliance } from '#test/appliance.ts'
import { read } from '#test/desk.ts'
import { startDrachtio } from '#test/drachtio.ts'
import { startFreeswitch } from '#test/freeswitch.ts'
import { freeSipPort } from '#test/udp-ports.ts'
import { calleeAddress, callerAddress } from './load.ts'
import type { MeasuredProcess, SystemUnderTest } from './system.ts'

export interface CordboardOptions {
  readonly name: string
  /** Else the embedded engines. */
  readonly drachtioAndFreeswitch?: boolean
  /** A folder for V8's profiles of every thread, written when it stops. */
  readonly profiles?: string | undefined
}

/** Two ports for each leg of more calls than can be carried. */
const rtpPorts = 4_000

export async function startCordboard(options: CordboardOptions): Promise<SystemUnderTest> {
  await using stack = new AsyncDisposableStack()
  const settings: Record<string, string> = {
    LOG_LEVEL: 'info',
    RTP_PORTS: `20000-${20_000 + rtpPorts - 1}`,
    ...(options.profiles === undefined
      ? {}
      : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(options.profiles)}` }),
  }
  const engines: MeasuredProcess[] = []
  if (options.drachtioAndFreeswitch) {
    const sipPort = await freeSipPort('127.0.0.1')
    const freeswitch = stack.use(await startFreeswitch({ maxLegs: 5_000, rtpPorts, legsPerS: 1_000 }))
    const drachtio = stack.use(await startDrachtio(sipPort))
    Object.assign(settings, {
      SIP_PORT: String(sipPort),
      SIP_SERVER: drachtio.url,
      MEDIA_ENGINE: freeswitch.url,
    })
    engines.push(
      { name: 'freeswitch', pid: freeswitch.pid ?? 0 },
      { name: 'drachtio', pid: drachtio.pid ?? 0 },
    )
  }
  const appliance = stack.use(await startAppliance(settings))
  const sipPort = Number(settings.SIP_PORT ?? appliance.sipPort)
  const calleePort = await freeSipPort(calleeAddress)
  const desk = await appliance.setUp()
  const trunk = await read(
    desk.api.trunks.$post({
      json: {
        ...{ provider: 'Acme Telecom', label: 'main line', kind: 'ip' as const, callsLimit: null },
        ...{
          server: `${calleeAddress}:${calleePort}`,
          transport: 'udp' as const,
          addresses: [calleeAddress],
        },
      },
    }),
  )
  const number = await read(
    desk.api.numbers.$post({
      json: { number: '+420221000111', label: 'main', trunkId: trunk.id, skillIds: [], recording: false },
    }),
  )
  const me = await read(desk.api.me.$get())
  const phone = await read(desk.api.phones.$post({ json: { label: 'load', userId: me.userId } }))
  const credentials = { username: phone.phone.username, password: phone.secret }
  const health = z.object({
    eventLoop: z.object({ p50Ms: z.number(), p99Ms: z.number(), maxMs: z.number() }),
  })
  const opened = stack.move()
  return {
    name: options.name,
    sipPort,
    calleePort,
    processes: [{ name: 'cordboard', pid: appliance.pid }, ...engines],
    caller: credentials.username,
    headersOf: (numbers) => authorize(numbers, sipPort, credentials),
    setRecording: async (recording) => {
      await read(desk.api.numbers[':id'].$patch({ param: { id: number.id }, json: { recording } }))
    },
    loopDelay: async () => health.parse(await (await fetch(`${appliance.url}/health`)).json()).eventLoop,
    [Symbol.asyncDispose]: async () => {
      // Only who stops in order writes its profile.
      if (options.profiles !== undefined) await appliance.stop()
      await opened.disposeAsync()
    },
  }
}

/** As a phone that keeps the nonce of its last challenge: each call carries credentials from the first INVITE on. */
async function authorize(
  numbers: readonly string[],
  sipPort: number,
  { username, password }: { username: string; password: string },
): Promise<readonly string[]> {
  const { realm, nonce } = await challenge(sipPort, username)
  const ha1 = ha1Of('MD5', username, realm, password)
  return numbers.map((number, n) => {
    const uri = `sip:${number}@127.0.0.1:${sipPort}`
    const given = { nonce, uri, algorithm: 'MD5', qop: 'auth', nc: n + 1, cnonce: 'load' } as const
    const count = given.nc.toString(16).padStart(8, '0')
    const response = responseOf(ha1, given, 'INVITE')
    return `Proxy-Authorization: Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=MD5, qop=auth, nc=${count}, cnonce="load", response="${response}"`
  })
}

async function challenge(sipPort: number, username: string): Promise<{ realm: string; nonce: string }> {
  const socket = createSocket('udp4')
  try {
    await new Promise<void>((bound) => socket.bind(0, callerAddress, bound))
    const here = `${callerAddress}:${socket.address().port}`
    const lines = [
      `REGISTER sip:127.0.0.1:${sipPort} SIP/2.0`,
      `Via: SIP/2.0/UDP ${here};rport;branch=z9hG4bK-${process.hrtime.bigint()}`,
      'Max-Forwards: 70',
      `From: <sip:${username}@127.0.0.1:${sipPort}>;tag=load`,
      `To: <sip:${username}@127.0.0.1:${sipPort}>`,
      `Call-ID: load-${process.hrtime.bigint()}`,
      'CSeq: 1 REGISTER',
      `Contact: <sip:${username}@${here}>`,
      'Content-Length: 0',
    ]
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(5_000) })
    socket.send(`${lines.join('\r\n')}\r\n\r\n`, sipPort, '127.0.0.1')
    const [bytes]: unknown[] = await answered
    const text = Buffer.isBuffer(bytes) ? bytes.toString('utf8') : ''
    const found = [...text.matchAll(/^WWW-Authenticate: (.*)$/gim)]
      .flatMap(([, value = '']) => readChallenges(value))
      .find(({ algorithm }) => algorithm === 'MD5')
    if (!found) throw new Error(`no challenge came for the load's phone:\n${text}`)
    return found
  } finally {
    socket.close()
  }
}
