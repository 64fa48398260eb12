// FreeSWITCH with a plain dialplan bridge and nothing else: what the others are compared with.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freeswitchProgram } from '#test/freeswitch.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { boundUdpPorts, freeRtpRange, freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { calleeAddress } from './load.ts'
import type { SystemUnderTest } from './system.ts'

export async function startFreeswitchAlone(options: {
  readonly name: string
  readonly recorded: boolean
}): Promise<SystemUnderTest> {
  const folder = tempFolder()
  const place = (name: string) => join(folder.path, name)
  for (const name of ['conf', 'log', 'db', 'run', 'recordings']) mkdirSync(place(name))
  copyFileSync(join(import.meta.dirname, 'freeswitch.xml'), join(place('conf'), 'freeswitch.xml'))
  const sipPort = await freeSipPort('127.0.0.1')
  const calleePort = await freeSipPort(calleeAddress)
  const rtp = freeRtpRange(4_000)
  const folders = ['conf', 'log', 'db', 'run'].flatMap((name) => [`-${name}`, place(name)])
  const child = spawn(freeswitchProgram, ['-nf', '-nc', '-nonat', ...folders], {
    stdio: 'ignore',
    env: {
      ...process.env,
      BENCH_SIP_PORT: String(sipPort),
      BENCH_FAR_END: `${calleeAddress}:${calleePort}`,
      BENCH_RECORD: options.recorded ? 'yes' : 'no',
      BENCH_FOLDER: place('recordings'),
      BENCH_RTP_FIRST: String(rtp.first),
      BENCH_RTP_LAST: String(rtp.last),
    },
  })
  const gone = once(child, 'exit')
  const pid = child.pid ?? 0
  await waitUntil('FreeSWITCH takes calls', () => boundUdpPorts(pid).has(sipPort), 20_000)
  return {
    name: options.name,
    sipPort,
    calleePort,
    processes: [{ name: 'freeswitch', pid }],
    caller: 'load',
    headersOf: async (numbers) => numbers.map(() => 'User-Agent: load'),
    setRecording: async () => {},
    loopDelay: async () => undefined,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await gone
      folder[Symbol.dispose]()
    },
  }
}
