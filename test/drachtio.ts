// A drachtio server of our own configuration (docker/drachtio) on free loopback ports, as long as it is not disposed.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { randomToken } from '#lib/secret.ts'
import { freePort } from './free-port.ts'
import { acceptsTcp } from './udp-ports.ts'
import { waitUntil } from './wait-until.ts'

const program = process.env.DRACHTIO ?? '/usr/local/bin/drachtio'
export const drachtioIsInstalled = existsSync(program)
const configuration = fileURLToPath(new URL('../docker/drachtio/drachtio.conf.xml', import.meta.url))

export interface Drachtio extends AsyncDisposable {
  readonly sipPort: number
  /** As SIP_SERVER takes it. */
  readonly url: string
  /** Of the process that runs now. */
  readonly pid: number | undefined
  /** SIGKILL: nothing is said to anybody. */
  kill(): Promise<void>
  /** After `kill`: the same ports and secret again. */
  start(): Promise<void>
}

/** SIP on `sipPort`, UDP and TCP. */
export async function startDrachtio(sipPort: number): Promise<Drachtio> {
  const host = '127.0.0.1'
  const port = await freePort()
  const secret = randomToken()
  const contact = `sip:${host}:${sipPort};transport=udp,tcp`
  let child: ChildProcess | undefined
  const start = async () => {
    child = spawn(program, ['-f', configuration, '--contact', contact], {
      env: {
        ...process.env,
        DRACHTIO_SECRET: secret,
        DRACHTIO_ADMIN_ADDRESS: host,
        DRACHTIO_ADMIN_TCP_PORT: String(port),
      },
      stdio: 'ignore',
    })
    // A port that is taken ends it with code 0: only a connection proves that it runs.
    await waitUntil('drachtio takes applications', () => acceptsTcp(host, port), 10_000)
  }
  const kill = async () => {
    const running = child
    child = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()))
    running.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    sipPort,
    url: `drachtio://:${secret}@${host}:${port}`,
    get pid() {
      return child?.pid
    },
    kill,
    start,
    [Symbol.asyncDispose]: kill,
  }
}
