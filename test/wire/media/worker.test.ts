import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { EmbeddedEngine } from '#media/embedded/embedded-engine.ts'
import type { WorkerThread } from '#media/embedded/worker-link.ts'
import type { MediaEvent } from '#media/engine.ts'
import { recordLeg } from '#media/recordings.ts'
import { levelAt, readWav, sine } from '#test/audio.ts'
import { openTalker, soundPasses } from '#test/media-peers.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: EmbeddedEngine
let threads: WorkerThread[]
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordboard-worker-'))
  threads = []
  engine = new EmbeddedEngine({
    rtpAddress: '127.0.0.1',
    namedAddress: '127.0.0.1',
    rtpPorts: [22000, 29999],
    music: new Int16Array(0),
    workers: 1,
    clock: systemClock,
    log: silentLog,
    spawn: (start) => {
      const url = new URL('../../../src/media/embedded/rtp-worker.ts', import.meta.url)
      const thread = new Worker(url, { workerData: start })
      threads.push(thread)
      return thread
    },
  })
  await engine.start()
})
afterEach(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const lost = (events: readonly MediaEvent[]) =>
  events.some((event) => event.kind === 'closed' && event.reason === 'engine')

test('a worker that dies closes its legs, keeps what it recorded, is shown as down and comes back for new ones', async () => {
  await using alice = await openTalker(engine)
  alice.peer.say(sine(1000, 1))
  const playback = alice.leg.play({ kind: 'tone', hz: [425], onMs: 1000, offMs: 0 })
  const recording = await recordLeg(alice.leg, folder, 'cut')
  await soundPasses(alice, 1500)
  const health: boolean[] = []
  alice.leg.events.on(() => health.push(engine.health().up))
  await threads[0]?.terminate()

  await waitUntil('closed', () => lost(alice.events))
  expect(health).toEqual([false])
  expect(await playback.ended).toBe('closed')
  expect((await recording.stop()).durationMs).toBeGreaterThanOrEqual(1000)
  expect(readWav(recording.path).seconds).toBeGreaterThanOrEqual(1)
  await alice.leg.close()
  await waitUntil('up again', () => engine.health().up && threads.length === 2)
  await using bob = await openTalker(engine)
  await waitUntil('sound', () => bob.peer.received.length > 5)
})

test('while the worker is down new legs are refused with media.down', async () => {
  await threads[0]?.terminate()
  await waitUntil('down', () => !engine.health().up)

  await expect(engine.openForOffer({ owner: 'test' })).rejects.toMatchObject({
    code: 'media.down',
    retry: true,
  })
  expect(engine.health()).toMatchObject({ up: false, room: 0 })
})

test('a bug on the path of one leg ends that leg and no other', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine)
  await using eva = await openTalker(engine)
  await engine.bridge(bob.leg, eva.leg)
  bob.peer.say(sine(1000, 1))
  // What no version of ours sends: samples that are none.
  const sound = { kind: 'samples', pieces: [JSON.parse('null')], repeat: false } as const
  threads[0]?.postMessage({ kind: 'play', leg: 1, play: 1, sound })

  await waitUntil('the leg is closed', () => lost(alice.events))
  await waitUntil('the tone', () => levelAt(eva.peer.heard().slice(-1600), 1000) > -11)
  expect([lost(bob.events), lost(eva.events), threads.length]).toEqual([false, false, 1])
  await alice.leg.close()
})

test('closing the engine closes legs, recordings and playbacks, also in the midst of a call', async () => {
  await using alice = await openTalker(engine)
  const playback = alice.leg.play({ kind: 'tone', hz: [425], onMs: 100, offMs: 100 })
  const recording = await recordLeg(alice.leg, folder, 'cut')
  await soundPasses(alice, 200)
  await engine[Symbol.asyncDispose]()

  expect(await playback.ended).toBe('closed')
  expect((await recording.stop()).durationMs).toBeGreaterThan(100)
  expect(alice.events.at(-1)).toEqual({ kind: 'closed', reason: 'asked' })
  await expect(engine.openForOffer({ owner: 'test' })).rejects.toMatchObject({ code: 'media.down' })
})
