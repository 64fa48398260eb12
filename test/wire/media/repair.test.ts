import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { repairRecordings } from '#media/recordings.ts'
import { wavHeader } from '#media/wav-header.ts'
import { between, levelAt, readWav, sine } from '#test/audio.ts'
import { RtpPeer } from '#test/rtp-peer.ts'
import { waitUntil } from '#test/wait-until.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordboard-repair-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const script = fileURLToPath(new URL('./record-and-die.ts', import.meta.url))
const place = (name: string) => join(folder, 'recordings', name)

test('kill -9 while recording leaves a file that plays before the repair and has its name after it', async () => {
  await using alice = await RtpPeer.open()
  const child = spawn(process.execPath, [script, folder, alice.sdp()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  alice.talkTo(JSON.parse(String(line)))
  alice.say(sine(1000, 1))
  // Its header tells of the sound each fourth second; the sound itself is there sooner, and the repair finds it.
  await waitUntil('two seconds on disk', () => readWav(place('killed.part.wav')).seconds >= 2, 15_000)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const before = readWav(place('killed.part.wav'))

  const found = await repairRecordings(folder)

  const after = readWav(place('killed.wav'))
  expect(found).toEqual([
    {
      id: 'killed',
      path: place('killed.wav'),
      durationMs: Math.round(after.seconds * 1000),
      bytes: readFileSync(place('killed.wav')).length,
    },
  ])
  expect(after.seconds).toBeGreaterThanOrEqual(before.seconds)
  const left = after.channels[0] ?? new Int16Array(0)
  expect(Math.abs(levelAt(between(left, 0.6, after.seconds - 0.2), 1000) + 10)).toBeLessThan(1)
  expect(existsSync(place('killed.part.wav'))).toBe(false)
  expect(await repairRecordings(folder)).toEqual([])
})

test('a disk that takes no more ends the recording with an event; what it holds plays and the call goes on', async () => {
  await using alice = await RtpPeer.open()
  // The largest file allowed stands for the full disk: 64 KiB, not two seconds.
  const limited = ['-c', 'ulimit -f 64; exec "$0" "$@"', process.execPath, script, folder, alice.sdp()]
  const child = spawn('bash', limited, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  alice.talkTo(JSON.parse((await lines.next()).value ?? ''))
  alice.say(sine(1000, 1))
  const events = [JSON.parse((await lines.next()).value ?? ''), JSON.parse((await lines.next()).value ?? '')]
  const before = alice.received.length
  await waitUntil('the call goes on', () => alice.received.length > before + 20)
  child.kill('SIGKILL')
  await once(child, 'exit')

  expect(events).toEqual([
    { kind: 'first-packet' },
    { kind: 'recording-ended', path: place('killed.part.wav'), reason: 'disk-full' },
  ])
  expect(readWav(place('killed.part.wav')).seconds).toBeGreaterThanOrEqual(1)
  expect(await repairRecordings(folder)).toHaveLength(1)
  expect(readWav(place('killed.wav')).seconds).toBeGreaterThanOrEqual(1)
})

test('whatever a crash left is made a valid WAV: more samples than promised, half a frame, no header', async () => {
  mkdirSync(join(folder, 'recordings'))
  const header = wavHeader({ rate: 8000, channels: 2, dataBytes: 320 })
  writeFileSync(place('a.part.wav'), Buffer.concat([header, Buffer.alloc(6403, 1)]))
  writeFileSync(place('b.part.wav'), header.subarray(0, 20))
  writeFileSync(place('c.part.wav'), '')
  writeFileSync(place('d.part.wav'), Buffer.alloc(364))
  writeFileSync(place('whole.wav'), 'not touched')

  const found = await repairRecordings(folder)

  expect(found.map(({ id, durationMs, bytes }) => [id, durationMs, bytes])).toEqual([
    ['a', 200, 6444],
    ['b', 0, 44],
    ['c', 0, 44],
    ['d', 10, 364],
  ])
  for (const { path, durationMs } of found) expect(readWav(path).seconds).toBe(durationMs / 1000)
  expect(readdirSync(join(folder, 'recordings')).sort()).toEqual([
    'a.wav',
    'b.wav',
    'c.wav',
    'd.wav',
    'whole.wav',
  ])
  expect(readFileSync(place('whole.wav'), 'utf8')).toBe('not touched')
})

test('a company that never recorded has nothing to repair', async () => {
  expect(await repairRecordings(folder)).toEqual([])
})
