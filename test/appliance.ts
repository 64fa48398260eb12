// The whole program as its users run it: a child process on a temporary data folder and free ports. What a test wants of
// it goes through the HTTP API or over SIP and RTP; nothing is reached from the inside.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { Desk } from './desk.ts'
import { type EngineCounts, type Engines, startEngines } from './engines.ts'
import { tempFolder } from './temp-folder.ts'
import { boundUdpPorts, freeRtpRange, freeSipPort } from './udp-ports.ts'
import { waitUntil } from './wait-until.ts'

export interface Appliance extends AsyncDisposable {
  readonly url: string
  readonly sipPort: number
  /** Of the process that runs now. */
  readonly pid: number
  readonly dataFolder: string
  /** Those it runs on; empty where they are its own. */
  readonly engines: Pick<Engines, 'drachtio' | 'freeswitch'>
  /** Claims the fresh box: the admin's desk. */
  setUp(): Promise<Desk>
  start(): Promise<void>
  /** As an operator does; resolves with the exit code. */
  stop(): Promise<number | null>
  /** As a power cut does. */
  kill(): Promise<void>
  /** RTP ports the program holds open now. */
  openRtpPorts(): readonly number[]
  /** All the program has said. */
  log(): string
  /** Log lines of level error and above. */
  errors(): readonly string[]
}

export const admin = { name: 'Bob', email: 'bob@acme.example', password: 'correct horse 7' } as const

/** A program that runs and is ready. `settings` are those of docs/configuration.md. */
export async function startAppliance(
  settings: Readonly<Record<string, string>> = {},
  engineCounts: EngineCounts = {},
): Promise<Appliance> {
  const folder = tempFolder()
  const [httpPort, sipPort] = [await freeSipPort('127.0.0.1'), await freeSipPort('127.0.0.1')]
  const engines = await startEngines(sipPort, engineCounts)
  const rtp = engines.freeswitch[0]?.rtp ?? freeRtpRange(200)
  const environment = {
    PATH: process.env.PATH ?? '',
    DATA_FOLDER: join(folder.path, 'data'),
    HTTP_ADDRESS: '127.0.0.1',
    HTTP_PORT: String(httpPort),
    SIP_ADDRESS: '127.0.0.1',
    SIP_PORT: String(sipPort),
    RTP_ADDRESS: '127.0.0.1',
    RTP_PORTS: `${rtp.first}-${rtp.last}`,
    TEST_CARRIER: 'off',
    BROWSER_PHONE: 'off',
    LOG_LEVEL: 'debug',
    ...engines.settings,
    ...settings,
  }
  const place = { sipPort, rtp, folder, engines }
  const appliance = new Program(`http://127.0.0.1:${httpPort}`, environment, place)
  try {
    await appliance.start()
  } catch (err) {
    await appliance[Symbol.asyncDispose]()
    throw err
  }
  return appliance
}

interface Place {
  readonly sipPort: number
  readonly rtp: { readonly first: number; readonly last: number }
  readonly folder: Disposable & { readonly path: string }
  readonly engines: Engines
}

class Program implements Appliance {
  readonly url: string
  readonly #environment: Readonly<Record<string, string>>
  readonly #place: Place
  #child: ChildProcess | undefined
  #exited: Promise<number | null> = Promise.resolve(0)
  #said = ''

  constructor(url: string, environment: Readonly<Record<string, string>>, place: Place) {
    this.url = url
    this.#environment = environment
    this.#place = place
  }

  get sipPort(): number {
    return this.#place.sipPort
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get dataFolder(): string {
    return this.#environment.DATA_FOLDER ?? ''
  }

  get engines(): Engines {
    return this.#place.engines
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['src/main.ts'], {
      cwd: join(import.meta.dirname, '..'),
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    let over = false
    this.#exited = new Promise((resolve) =>
      child.once('exit', (code) => {
        over = true
        resolve(code)
      }),
    )
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#said += chunk.toString('utf8')
      })
    await waitUntil(
      'the program is ready',
      () => {
        if (over) throw new Error(`the program ended at its start:\n${this.#said}`)
        return this.#isUp()
      },
      40_000,
    )
  }

  async setUp(): Promise<Desk> {
    const token = await waitUntil(
      'the set-up token is printed',
      () => /[?&#/]token[=/]([\w-]+)/.exec(this.#said)?.[1],
    )
    return await Desk.setUp(this.url, {
      token,
      company: 'acme',
      country: 'CZ',
      timeZone: 'Europe/Prague',
      ...admin,
    })
  }

  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM')
    return await this.#exited
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#exited
  }

  openRtpPorts(): readonly number[] {
    const { engines, rtp } = this.#place
    // FreeSWITCH holds them when the program itself does not.
    const holders = engines.freeswitch.length > 0 ? engines.freeswitch : [{ pid: this.#child?.pid, rtp }]
    return holders.flatMap(({ pid, rtp: { first, last } }) =>
      [...boundUdpPorts(pid)].filter((port) => port >= first && port <= last),
    )
  }

  log(): string {
    return this.#said
  }

  errors(): readonly string[] {
    // pino's levels: 50 error, 60 fatal. What is no JSON line was thrown or printed.
    return this.#said.split('\n').filter((line) => /"level":[56]0\b|^\s+at /.test(line))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await this.#place.engines[Symbol.asyncDispose]()
    this.#place.folder[Symbol.dispose]()
  }

  async #isUp(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health`)).ok
    } catch {
      // Not listening yet.
      return false
    }
  }
}
