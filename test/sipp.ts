// Runs sipp with a scenario of test/sipp behind a SipEdge. A failed scenario shows sipp's errors and what passed.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SipEdge } from './sip-edge.ts'
import { boundUdpPorts, freeSipPort } from './udp-ports.ts'
import { waitUntil } from './wait-until.ts'

export interface SippOptions {
  /** File name in test/sipp, without .xml. */
  readonly scenario: string
  readonly edge: SipEdge
  /** `[name]` in the scenario. `[edge]` and `[program]` are set always; `username` and `password` answer challenges. */
  readonly keys?: Readonly<Record<string, string>>
  /** Replaces `EXPECTED` in the scenario: the status it must be given (sipp takes no key there). */
  readonly expect?: number
  /** Replaces `STATUS` in the scenario, as `486 Busy Here`: what it says. */
  readonly status?: string
  /** Ends after this many calls; 0: goes on until disposed. */
  readonly calls?: number
  readonly timeoutS?: number
  readonly authUri?: string
  /** It is given new requests of this method only (REGISTER). */
  readonly serves?: string
  /** Speaks TCP, straight to the program: edges carry UDP only. */
  readonly overTcp?: boolean
}

export interface Sipp extends AsyncDisposable {
  readonly port: number
  /** Resolves when sipp is done and content. @throws Error with its errors and the messages that passed */
  done(): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
}

/** Starts a sipp that calls at once. */
export function sippCaller(options: SippOptions): Promise<Sipp> {
  const { edge, overTcp } = options
  return startSipp(options, overTcp ? [edge.program, '-t', 't1'] : [edge.host])
}

/** Starts a sipp that waits for calls at its edge. */
export async function sippCallee(options: SippOptions): Promise<Sipp> {
  const sipp = await startSipp(options, [])
  let over = false
  const ended = () => {
    over = true
  }
  sipp.done().then(ended, ended)
  await waitUntil('sipp listens', () => over || boundUdpPorts().has(sipp.port))
  if (over) await sipp.done()
  options.edge.serve(sipp.port, options.serves)
  return sipp
}

async function startSipp(options: SippOptions, remote: readonly string[]): Promise<Sipp> {
  const { edge, scenario } = options
  const folder = mkdtempSync(join(tmpdir(), 'sipp-'))
  const file = join(folder, `${scenario}.xml`)
  const source = readFileSync(join(import.meta.dirname, 'sipp', `${scenario}.xml`), 'utf8')
  const filled = source
    .replaceAll('"EXPECTED"', `"${options.expect ?? ''}"`)
    .replaceAll('SIP/2.0 STATUS', `SIP/2.0 ${options.status ?? ''}`)
  writeFileSync(file, filled)
  const port = await freeSipPort(edge.address)
  const child = spawn('sipp', [...remote, '-sf', file, ...sippArguments(options, { port, folder })], {
    stdio: 'ignore',
    cwd: folder,
    env: { ...process.env, TERM: 'dumb' },
  })
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve)
    child.once('error', reject)
  })
  exited.catch(() => {})
  return {
    port,
    done: async () => {
      const code = await exited
      if (code === 0) return
      const [errors, messages] = ['errors', 'messages'].map((name) => readIfThere(join(folder, name)))
      const passed = options.overTcp ? messages : edge.trace()
      throw new Error(`sipp ${scenario} ended with ${code}\n${errors}\n${passed}`)
    },
    kill: () => kill(child, exited),
    [Symbol.asyncDispose]: async () => {
      await kill(child, exited)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function sippArguments(options: SippOptions, own: { port: number; folder: string }): readonly string[] {
  const { edge, calls = 1, timeoutS = 60 } = options
  const { username, password } = options.keys ?? {}
  const shown = options.overTcp ? `${edge.address}:${own.port}` : edge.host
  const keys = { edge: shown, program: edge.program, ...options.keys }
  const log = (name: string) => join(own.folder, name)
  return [
    ...['-i', edge.address, '-p', String(own.port), '-bind_local', '-nostdin'],
    ...(calls === 0 ? [] : ['-m', String(calls), '-timeout', `${timeoutS}s`, '-timeout_error']),
    ...['-trace_err', '-error_file', log('errors'), '-trace_msg', '-message_file', log('messages')],
    ...(options.authUri === undefined ? [] : ['-auth_uri', options.authUri]),
    ...(username === undefined ? [] : ['-au', username]),
    ...(password === undefined ? [] : ['-ap', password]),
    ...Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]),
  ]
}

async function kill(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await exited.catch(() => {})
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '(sipp wrote nothing)'
  }
}
