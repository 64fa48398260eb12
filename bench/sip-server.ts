// Calls set up and torn down through the embedded SIP server and through drachtio-server, in one run, by sipp:
// node bench/sip-server.ts [callsPerS=100] [seconds=20]. One application answers on both; CPU is the server's alone.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '#test/free-port.ts'
import { tempFolder } from '#test/temp-folder.ts'

const perS = Number(process.argv[2] ?? 100)
const seconds = Number(process.argv[3] ?? 20)
const ticksPerS = 100
const warmUpS = 20
using folder = tempFolder()

interface Measured {
  readonly server: string
  readonly callsPerS: number
  readonly calls: number
  readonly failed: number
  readonly retransmitted: number
  readonly cpuMsPerCall: number
  readonly rssMiB: number
}

const results: Measured[] = [await measure('embedded', embedded)]
if (spawnSync('drachtio', ['-v']).error === undefined) results.push(await measure('drachtio', drachtio))
console.table(results)
writeFileSync(
  join(process.env.BENCH_FOLDER ?? '.', 'bench-sip-server.json'),
  JSON.stringify(results, undefined, 2),
)

type Start = (sipPort: number, adminPort: number) => ChildProcess

function embedded(sipPort: number, adminPort: number): ChildProcess {
  const contact = `sip:127.0.0.1:${sipPort};transport=udp,tcp`
  const flags = [
    '--contact',
    contact,
    '--admin-port',
    String(adminPort),
    '--secret',
    'bench',
    '--log-level',
    'warn',
  ]
  return spawn(process.execPath, ['src/sip/embedded/command-line.ts', ...flags], { stdio: 'inherit' })
}

function drachtio(sipPort: number, adminPort: number): ChildProcess {
  const file = join(folder.path, 'drachtio.conf.xml')
  writeFileSync(
    file,
    `<drachtio><admin port="${adminPort}" secret="bench">127.0.0.1</admin><sip><contacts>
     <contact>sip:127.0.0.1:${sipPort};transport=udp,tcp</contact></contacts></sip>
     <logging><console/><loglevel>error</loglevel></logging></drachtio>`,
  )
  return spawn('drachtio', ['-f', file], { stdio: 'ignore' })
}

async function measure(name: string, start: Start): Promise<Measured> {
  const [sipPort, adminPort] = [await freePort(), await freePort()]
  const server = start(sipPort, adminPort)
  for (let turn = 0; turn < 100 && !(await answers(adminPort)); turn += 1) await delay(100)
  const app = spawn(process.execPath, ['bench/sip-app.ts', String(adminPort), 'bench'], { stdio: 'inherit' })
  await delay(2_000)
  // A server that runs for months is measured warm: V8 compiles what runs often within some thousand calls.
  call(sipPort, perS, warmUpS)
  const before = cpuMs(server)
  const counts = call(sipPort, perS, seconds)
  const used = cpuMs(server) - before
  const rssMiB = Math.round(
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1_024,
  )
  app.kill('SIGKILL')
  server.kill('SIGKILL')
  await delay(500)
  return {
    server: name,
    callsPerS: perS,
    ...counts,
    cpuMsPerCall: Math.round((used / counts.calls) * 100) / 100,
    rssMiB,
  }
}

/** sipp's own plain call: INVITE, ACK, BYE. */
function call(sipPort: number, rate: number, spanS: number) {
  const calls = rate * spanS
  const statistics = join(folder.path, `sipp-${sipPort}-${rate}.csv`)
  const flags = [
    '-sn',
    'uac',
    '-i',
    '127.0.0.1',
    '-p',
    String(sipPort + 1),
    '-r',
    String(rate),
    '-m',
    String(calls),
  ]
  const more = ['-d', '0', '-nostdin', '-trace_stat', '-stf', statistics, '-fd', '1', '-timeout', '120']
  spawnSync('sipp', [`127.0.0.1:${sipPort}`, ...flags, ...more], { stdio: 'ignore' })
  const [head = '', ...rows] = readFileSync(statistics, 'utf8').trim().split('\n')
  const names = head.split(';')
  const last = rows.at(-1)?.split(';') ?? []
  const value = (column: string) => Number(last[names.indexOf(column)] ?? Number.NaN)
  return { calls, failed: calls - value('SuccessfulCall(C)'), retransmitted: value('Retransmissions(C)') }
}

/** User and system time so far. */
function cpuMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerS
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
