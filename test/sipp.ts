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
  return startSipp(options, [`${options.edge.host}`])
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
  const keys = { edge: edge.host, program: edge.program, ...options.keys }
  const timeout = options.timeoutS ?? 60
  const child = spawn(
    'sipp',
    [
      ...remote,
      ...['-sf', file, '-i', edge.address, '-p', String(port), '-bind_local', '-nostdin'],
      ...(options.calls === 0
        ? []
        : ['-m', String(options.calls ?? 1), '-timeout', `${timeout}s`, '-timeout_error']),
      ...[
        '-trace_err',
        '-error_file',
        join(folder, 'errors'),
        '-trace_screen',
        '-screen_file',
        join(folder, 'screen'),
      ],
      ...(options.authUri === undefined ? [] : ['-auth_uri', options.authUri]),
      ...(options.keys?.username === undefined ? [] : ['-au', options.keys.username]),
      ...(options.keys?.password === undefined ? [] : ['-ap', options.keys.password]),
      ...Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]),
    ],
    { stdio: 'ignore', cwd: folder, env: { ...process.env, TERM: 'dumb' } },
  )
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
      const errors = readIfThere(join(folder, 'errors'))
      throw new Error(`sipp ${scenario} ended with ${code}\n${errors}\n${edge.trace()}`)
    },
    kill: () => kill(child, exited),
    [Symbol.asyncDispose]: async () => {
      await kill(child, exited)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function kill(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await exited.catch(() => {})
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '(sipp wrote no error)'
  }
}
