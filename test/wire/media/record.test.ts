import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MediaEngine } from '#media/engine.ts'
import { recordLeg, repairRecordings } from '#media/recordings.ts'
import { between, levelAt, loudness, readWav, sine } from '#test/audio.ts'
import { engineUnderTest, openTalker, openTestMedia, soundPasses } from '#test/media-peers.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: MediaEngine
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordboard-record-'))
  engine = await openTestMedia()
})
afterEach(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

test('left is what the far end says, right what it hears, in step, as long as it lasted', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine, { payloadType: 8 })
  await engine.bridge(alice.leg, bob.leg)
  alice.peer.say(sine(1000, 1))
  bob.peer.say(sine(600, 1))
  await waitUntil('both talk', () => alice.peer.received.length > 20 && bob.peer.received.length > 20)
  const started = performance.now()
  const recording = await recordLeg(alice.leg, folder, 'call-1')
  await soundPasses(alice, 2000)
  const { path, durationMs, bytes } = await recording.stop()
  const took = performance.now() - started
  const [left, right] = readWav(path).channels

  expect(path).toBe(join(folder, 'recordings', 'call-1.wav'))
  expect(bytes).toBe(readFileSync(path).length)
  expect(Math.abs(durationMs - took)).toBeLessThan(engineUnderTest === 'freeswitch' ? 120 : 60)
  expect(readWav(path).seconds * 1000).toBeCloseTo(durationMs, -1)
  if (!left || !right) throw new Error('two channels')
  expect(Math.abs(levelAt(between(left, 0.2, 1.8), 1000) + 10)).toBeLessThan(1)
  expect(levelAt(between(left, 0.2, 1.8), 600)).toBeLessThan(-45)
  expect(Math.abs(levelAt(between(right, 0.2, 1.8), 600) + 10)).toBeLessThan(1)
  expect(levelAt(between(right, 0.2, 1.8), 1000)).toBeLessThan(-45)
  expect(await recording.stop()).toEqual({ path, durationMs, bytes })
})

test('a burst sent at one moment is at the same place in both channels', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine)
  await engine.bridge(alice.leg, bob.leg)
  alice.peer.say(new Int16Array(160))
  bob.peer.say(new Int16Array(160))
  await waitUntil('both are heard', () => alice.peer.received.length > 20 && bob.peer.received.length > 20)
  const recording = await recordLeg(alice.leg, folder, 'burst')
  await soundPasses(alice, 500)
  alice.peer.timestamp += 160
  alice.peer.say(sine(1000, 0.4), { once: true })
  bob.peer.say(sine(600, 0.4), { once: true })
  await soundPasses(alice, 700)
  const { path } = await recording.stop()
  const [left, right] = readWav(path).channels.map((channel) =>
    channel.findIndex((sample) => Math.abs(sample) > 500),
  )

  expect(left).toBeGreaterThan(3000)
  expect(Math.abs((left ?? 0) - (right ?? 0))).toBeLessThan(400)
})

test('the file is a valid WAV while it grows', async () => {
  await using alice = await openTalker(engine)
  alice.peer.say(sine(1000, 1))
  const recording = await recordLeg(alice.leg, folder, 'grows')
  const part = join(folder, 'recordings', 'grows.part.wav')

  expect(readWav(part).seconds).toBe(0)
  await waitUntil('the first second', () => readWav(part).seconds >= 1)
  await waitUntil('the second one', () => readWav(part).seconds >= 2)
  await recording.stop()
})

test('paused stretches are left out, to the frame', async () => {
  await using alice = await openTalker(engine)
  alice.peer.say(sine(1000, 1))
  await waitUntil('alice is heard', () => alice.events.some(({ kind }) => kind === 'first-packet'))
  const recording = await recordLeg(alice.leg, folder, 'pause')
  await soundPasses(alice, 500)
  recording.pause()
  alice.leg.play({ kind: 'tone', hz: [425], onMs: 1000, offMs: 0 })
  await soundPasses(alice, 600)
  alice.leg.play({ kind: 'silence', ms: 1 })
  await soundPasses(alice, 100)
  recording.resume()
  await soundPasses(alice, 500)
  const { path, durationMs } = await recording.stop()
  const right = readWav(path).channels[1] ?? new Int16Array(0)

  expect(durationMs).toBeGreaterThan(950)
  // Two commands to another process take their time.
  expect(durationMs).toBeLessThan(engineUnderTest === 'freeswitch' ? 1250 : 1150)
  expect(levelAt(right, 425)).toBeLessThan(-45)
})

test('what the far end does not say is silence, not a shorter file', async () => {
  await using alice = await openTalker(engine)
  const recording = await recordLeg(alice.leg, folder, 'quiet')
  await soundPasses(alice, 1200)
  const { path, durationMs } = await recording.stop()
  const left = readWav(path).channels[0] ?? new Int16Array(0)

  expect(durationMs).toBeGreaterThan(1150)
  // Digital silence, or FreeSWITCH's: samples of -1.
  expect(loudness(left)).toBeLessThan(-80)
})

test('closing the leg ends its recording; the keeper still gets its length', async () => {
  await using alice = await openTalker(engine)
  alice.peer.say(sine(1000, 1))
  const recording = await recordLeg(alice.leg, folder, 'closed')
  await soundPasses(alice, 300)
  await alice.leg.close()
  const { path, durationMs } = await recording.stop()

  expect(durationMs).toBeGreaterThan(200)
  expect(readWav(path).seconds).toBeCloseTo(durationMs / 1000, 2)
  expect(await repairRecordings(folder)).toEqual([])
})

test('a whole recording is never overwritten', async () => {
  await using alice = await openTalker(engine)
  const first = await recordLeg(alice.leg, folder, 'once')
  await soundPasses(alice, 100)
  await first.stop()

  await expect(recordLeg(alice.leg, folder, 'once')).rejects.toMatchObject({ code: 'media.record' })
})

test('a folder that cannot be written is a clear fault and the call goes on', async () => {
  await using alice = await openTalker(engine)

  await expect(alice.leg.record(join(folder, 'none', 'x.wav'))).rejects.toMatchObject({
    code: 'media.record',
  })
  await expect(recordLeg(alice.leg, folder, '../x')).rejects.toMatchObject({ code: 'media.record' })
  expect((await alice.leg.quality()).codec).toBe('PCMU')
})
