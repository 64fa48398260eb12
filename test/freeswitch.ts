// A FreeSWITCH of our own configuration (docker/freeswitch) on free loopback ports, as long as it is not disposed.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomToken } from '#lib/secret.ts'
import { freePort } from './free-port.ts'
import { tempFolder } from './temp-folder.ts'
import { acceptsTcp, freeRtpRange, freeSipPort } from './udp-ports.ts'
import { waitUntil } from './wait-until.ts'

export const freeswitchProgram = process.env.FREESWITCH ?? '/usr/local/freeswitch/bin/freeswitch'
export const freeswitchIsInstalled = existsSync(freeswitchProgram)
const place = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

export interface Freeswitch extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly secret: string
  /** Of the process that runs now. */
  readonly pid: number | undefined
  readonly rtp: { readonly first: number; readonly last: number }
  /** Whether this RTP port is one of its. */
  owns(port: number): boolean
  /** As MEDIA_ENGINE takes it. */
  readonly url: string
  /** SIGKILL: nothing is said to anybody. */
  kill(): Promise<void>
  /** Stops all its threads; it keeps its sockets. `SIGCONT` lets it go on. */
  signal(name: NodeJS.Signals): void
  /** After `kill`: the same ports and secret again. */
  start(): Promise<void>
}

export interface FreeswitchOptions {
  readonly maxLegs?: number
  readonly legsPerS?: number
  /** Two for each leg. */
  readonly rtpPorts?: number
}

export async function startFreeswitch(options: FreeswitchOptions = {}): Promise<Freeswitch> {
  const folder = tempFolder()
  for (const name of ['log', 'db', 'run']) mkdirSync(join(folder.path, name))
  const host = '127.0.0.1'
  const [port, sipPort] = [await freePort(), await freeSipPort(host)]
  const rtp = ownRtpRange(options.rtpPorts ?? 400)
  const secret = randomToken()
  const environment = {
    ...process.env,
    FS_ESL_SECRET: secret,
    FS_ESL_PORT: String(port),
    FS_SIP_PORT: String(sipPort),
    FS_RTP_FIRST: String(rtp.first),
    FS_RTP_LAST: String(rtp.last),
    FS_MAX_LEGS: String(options.maxLegs ?? 150),
    FS_LEGS_PER_SECOND: String(options.legsPerS ?? 200),
    FS_MUSIC: place('assets'),
  }
  const folders = ['log', 'db', 'run'].flatMap((name) => [`-${name}`, join(folder.path, name)])
  const command = ['-nf', '-nc', '-nonat', '-conf', place('docker/freeswitch'), ...folders]
  let child: ChildProcess | undefined
  const stop = async (signal: NodeJS.Signals) => {
    const running = child
    child = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()))
    running.kill('SIGCONT')
    running.kill(signal)
    await gone
  }
  const start = async () => {
    child = spawn(freeswitchProgram, command, { env: environment, stdio: 'ignore' })
    await waitUntil('FreeSWITCH takes event sockets', () => acceptsTcp(host, port), 20_000)
  }
  await start()
  return {
    host,
    port,
    secret,
    url: `freeswitch://:${secret}@${host}:${port}`,
    rtp,
    get pid() {
      return child?.pid
    },
    owns: (rtpPort) => rtpPort >= rtp.first && rtpPort <= rtp.last,
    kill: () => stop('SIGKILL'),
    signal: (name) => child?.kill(name),
    start,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGKILL')
      folder[Symbol.dispose]()
    },
  }
}

const given: { readonly first: number; readonly last: number }[] = []

/** Ports are bound only while legs are open: what another FreeSWITCH of ours was given does not show. */
function ownRtpRange(count: number): { readonly first: number; readonly last: number } {
  for (;;) {
    const range = freeRtpRange(count)
    if (given.some(({ first, last }) => range.first <= last && first <= range.last)) continue
    given.push(range)
    return range
  }
}
