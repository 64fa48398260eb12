// How many two-way recorded calls the embedded engine carries here: node bench/media.ts [calls=100] [seconds=20] [record=on] [workers]
// Far ends run in a process of their own; each sends 50 packets a second and counts what comes back.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#lib/clock.ts'
import { openLog } from '#lib/log.ts'
import { EmbeddedEngine } from '#media/embedded/embedded-engine.ts'
import type { MediaLeg } from '#media/engine.ts'
import { readMusic } from '#media/music.ts'
import { type KeptRecording, recordLeg } from '#media/recordings.ts'

const calls = Number(process.argv[2] ?? 100)
const seconds = Number(process.argv[3] ?? 20)
const recorded = (process.argv[4] ?? 'on') === 'on'
const workers = process.argv[5] === undefined ? undefined : Number(process.argv[5])

const log = openLog({ level: 'warn' })
const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'cordboard-bench-'))
await using engine = new EmbeddedEngine({
  rtpAddress: '127.0.0.1',
  namedAddress: '127.0.0.1',
  rtpPorts: [10_000, 19_999],
  music: await readMusic(),
  workers,
  clock: systemClock,
  log,
})
await engine.start()

const farEnds = fork(fileURLToPath(new URL('./media-far-ends.ts', import.meta.url)), [String(calls * 2)])
const [ports]: unknown[] = await once(farEnds, 'message')
const farPorts = Array.isArray(ports) ? ports.map(Number) : []

const legs: MediaLeg[] = []
const recordings: KeptRecording[] = []
for (let n = 0; n < calls; n += 1) {
  const [a, b] = [await openLeg(n * 2, `call-${n}`), await openLeg(n * 2 + 1, `call-${n}`)]
  await engine.bridge(a, b)
  if (recorded) recordings.push(await recordLeg(a, folder, `call-${n}`))
}

async function openLeg(n: number, owner: string): Promise<MediaLeg> {
  // Every second call is transcoded.
  const codec = n % 4 === 3 ? '8' : '0'
  const sdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0']
  const offer = [
    ...sdp,
    `m=audio ${farPorts[n]} RTP/AVP ${codec} 101`,
    'a=rtpmap:101 telephone-event/8000',
    '',
  ]
  const leg = await engine.openFromOffer(offer.join('\r\n'), { owner })
  legs.push(leg)
  return leg
}

farEnds.send(legs.map((leg) => Number(/m=audio (\d+)/.exec(leg.localSdp)?.[1])))
// Start-up (JIT, latching) is not what is measured.
await new Promise((resolve) => setTimeout(resolve, 3000))
await engine.load()
const cpuBefore = process.cpuUsage()
const started = performance.now()
await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
const cpu = process.cpuUsage(cpuBefore)
const took = performance.now() - started
const load = await engine.load()
farEnds.send('stop')
const [answer]: unknown[] = await once(farEnds, 'message')
const quality = await Promise.all(legs.map((leg) => leg.quality()))
const files = await Promise.all(recordings.map((recording) => recording.stop()))
const cpuShare = (cpu.user + cpu.system) / 1000 / took

console.log(
  JSON.stringify(
    {
      calls,
      recorded,
      seconds: Math.round(took / 1000),
      cpuPercent: round(cpuShare * 100),
      cpuMsPerCallSecond: round((cpuShare * 1000) / calls, 2),
      callsPerCore: Math.round(calls / cpuShare),
      // A far end that is too slow leaves packets unread in its sockets, which no sequence number shows: compare all four.
      receivedByUs: quality.reduce((sum, one) => sum + one.packetsReceived, 0),
      sentByUs: quality.reduce((sum, one) => sum + one.packetsSent, 0),
      lostTowardsUs: quality.reduce((sum, one) => sum + one.packetsLost, 0),
      worstJitterMs: round(Math.max(...quality.map((one) => one.maxJitterMs))),
      worstMos: round(Math.min(...quality.map((one) => one.mos ?? 0)), 2),
      tickLateMeanMs: round(load.meanLateMs, 2),
      tickLateMaxMs: round(load.maxLateMs),
      farEnds: answer,
      recordingSeconds:
        files.length === 0 ? 0 : round(Math.min(...files.map((file) => file.durationMs)) / 1000),
      rssMb: Math.round(process.memoryUsage().rss / 1e6),
    },
    undefined,
    2,
  ),
)
farEnds.disconnect()
rmSync(folder, { recursive: true })

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits))
}
