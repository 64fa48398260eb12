// sipp on both sides of what is measured: callers at 127.0.0.3, callees at 127.0.0.2 that answer at once.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '#test/temp-folder.ts'
import { boundUdpPorts, freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import type { SystemUnderTest } from './system.ts'

export const callerAddress = '127.0.0.3'
export const calleeAddress = '127.0.0.2'
/** Where the sound of calls goes that have none: nobody listens on the discard port. */
const noSound = 9

export interface CallsPlan {
  readonly calls: number
  readonly perS: number
  /** From the answer to the hang-up. */
  readonly holdMs: number
  /** Ports of the callers' far ends, one for each call. */
  readonly ports?: readonly number[]
}

export interface CallsMade {
  readonly calls: number
  readonly failed: number
  readonly retransmitted: number
  /** INVITE to 200, one for each answered call. */
  readonly setUpMs: readonly number[]
  readonly tookS: number
}

/** Own port -> port to speak to. */
export type SoundLines = () => readonly (readonly [number, number])[]

export interface Callees extends AsyncDisposable {
  readonly pid: number
  readonly lines: SoundLines
}

export interface Callers extends AsyncDisposable {
  readonly pid: number
  readonly lines: SoundLines
  /** When all have hung up. */
  made(): Promise<CallsMade>
}

let callsSoFar = 0

/** Far ends that answer at this port, until disposed. */
export async function startCallees(port: number, ports: readonly number[] = [noSound]): Promise<Callees> {
  const sipp = startSipp({ scenario: 'callee', rows: ports.map((one) => [String(one)]) }, [
    ...['-i', calleeAddress, '-p', String(port)],
  ])
  await waitUntil('the callees listen', () => boundUdpPorts(sipp.pid).has(port))
  return sipp
}

/** Calls numbers nobody was called at before. */
export async function startCallers(system: SystemUnderTest, plan: CallsPlan): Promise<Callers> {
  const numbers = Array.from({ length: plan.calls }, () => {
    callsSoFar += 1
    return `+420601${String(callsSoFar).padStart(6, '0')}`
  })
  const headers = await system.headersOf(numbers)
  const rows = numbers.map((number, n) => [number, headers[n] ?? '', String(plan.ports?.[n] ?? noSound)])
  const started = performance.now()
  const sipp = startSipp({ scenario: 'caller', rows }, [
    `127.0.0.1:${system.sipPort}`,
    ...['-i', callerAddress, '-p', String(await freeSipPort(callerAddress)), '-key', 'caller', system.caller],
    ...['-r', String(plan.perS), '-m', String(plan.calls), '-d', String(plan.holdMs), '-l', '100000'],
    ...['-trace_stat', '-stf', 'statistics.csv', '-fd', '1', '-trace_rtt', '-rtt_freq', '1'],
  ])
  return {
    ...sipp,
    made: async () => {
      await sipp.exited
      return { ...sipp.statistics(), calls: plan.calls, tookS: (performance.now() - started) / 1_000 }
    },
  }
}

interface Running extends Callees {
  readonly exited: Promise<unknown>
  statistics(): Omit<CallsMade, 'calls' | 'tookS'>
}

function startSipp(
  input: { scenario: string; rows: readonly (readonly string[])[] },
  flags: readonly string[],
): Running {
  const folder = tempFolder()
  const file = (name: string) => join(folder.path, name)
  writeFileSync(
    file('rows.csv'),
    ['SEQUENTIAL', ...input.rows.map((row) => `${row.join(';')};`), ''].join('\n'),
  )
  const scenario = join(import.meta.dirname, `${input.scenario}.xml`)
  const always = [
    '-inf',
    file('rows.csv'),
    '-bind_local',
    '-nostdin',
    '-trace_logs',
    '-log_file',
    file('log'),
  ]
  const child = spawn('sipp', ['-sf', scenario, ...flags, ...always], {
    cwd: folder.path,
    stdio: 'ignore',
    env: { ...process.env, TERM: 'dumb' },
  })
  const exited = once(child, 'exit')
  return {
    pid: child.pid ?? 0,
    exited,
    lines: () => readLines(file('log')),
    statistics: () => readStatistics(folder.path),
    [Symbol.asyncDispose]: async () => {
      await end(child, exited)
      folder[Symbol.dispose]()
    },
  }
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await exited
}

function readLines(file: string): readonly (readonly [number, number])[] {
  if (!existsSync(file)) return []
  return [...readFileSync(file, 'utf8').matchAll(/^(\d+) (\d+)\n/gm)].map(
    ([, own, to]) => [Number(own), Number(to)] as const,
  )
}

function readStatistics(folder: string): Omit<CallsMade, 'calls' | 'tookS'> {
  const [head = '', ...rows] = readFileSync(join(folder, 'statistics.csv'), 'utf8').trim().split('\n')
  const names = head.split(';')
  const last = rows.at(-1)?.split(';') ?? []
  const value = (column: string) => Number(last[names.indexOf(column)] ?? Number.NaN)
  const times = readdirSync(folder).find((name) => name.endsWith('_rtt.csv'))
  const [, ...answered] =
    times === undefined ? [] : readFileSync(join(folder, times), 'utf8').trim().split('\n')
  return {
    failed: value('FailedCall(C)'),
    retransmitted: value('Retransmissions(C)'),
    setUpMs: answered.map((line) => Number(line.split(';')[1])),
  }
}
