import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MediaEngine } from '#media/engine.ts'
import { ownMusicPath } from '#media/music.ts'
import { readSoundFile } from '#media/sound-file.ts'
import { wavHeader } from '#media/wav-header.ts'
import { levelAt, loudness, sine, strongestHz } from '#test/audio.ts'
import { openTalker, openTestMedia, type Talker } from '#test/media-peers.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: MediaEngine
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordboard-play-'))
  engine = await openTestMedia()
})
afterEach(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

function wavFile(name: string, samples: Int16Array, rate: number): string {
  const header = wavHeader({ rate, channels: 1, dataBytes: samples.byteLength })
  const path = join(folder, name)
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]))
  return path
}

const lastTenth = ({ peer }: Talker) => peer.heard().slice(-800)

for (const rate of [8000, 16_000, 44_100]) {
  test(`a WAV file of ${rate} Hz is heard at its pitch and level, once, and told as done`, async () => {
    await using alice = await openTalker(engine, { payloadType: 8 })
    const path = wavFile('tone.wav', sine(1000, 1, { rate }), rate)
    const start = performance.now()

    expect(await alice.leg.play({ kind: 'file', path }).ended).toBe('done')

    expect(performance.now() - start).toBeGreaterThan(800)
    const heard = alice.peer.heard()
    const tone = heard.findIndex((sample) => Math.abs(sample) > 1000)
    const middle = heard.subarray(tone + 800, tone + 6400)
    expect(Math.abs(levelAt(middle, 1000) + 10)).toBeLessThan(1)
    expect(Math.abs(strongestHz(middle) - 1000)).toBeLessThan(10)
    await waitUntil('silence afterwards', () => loudness(lastTenth(alice)) < -60)
  })
}

test('a file that repeats is heard until it is stopped', async () => {
  await using alice = await openTalker(engine)
  const playback = alice.leg.play({
    kind: 'file',
    path: wavFile('a.wav', sine(500, 0.1), 8000),
    repeat: true,
  })
  await waitUntil(
    'five rounds',
    () => alice.peer.heard().filter((sample) => Math.abs(sample) > 500).length > 3000,
  )
  playback.stop()

  expect(await playback.ended).toBe('stopped')
  await waitUntil('silence', () => loudness(lastTenth(alice)) < -60)
})

test('a file that is not there counts as played, so that the call goes on', async () => {
  await using alice = await openTalker(engine)

  expect(await alice.leg.play({ kind: 'file', path: join(folder, 'none.wav') }).ended).toBe('done')
})

test('prompts are heard one right after another, and one that is not there is passed over', async () => {
  await using alice = await openTalker(engine)
  const [low, high] = [
    wavFile('low.wav', sine(400, 0.5), 8000),
    wavFile('high.wav', sine(1200, 0.51, { rate: 16_000 }), 16_000),
  ]
  const paths = [low, join(folder, 'none.wav'), high, low]

  expect(await alice.leg.play({ kind: 'files', paths }).ended).toBe('done')

  const heard = alice.peer.heard()
  const start = heard.findIndex((sample) => Math.abs(sample) > 1000)
  const part = (from: number, to: number) => heard.subarray(start + from * 8000, start + to * 8000)
  expect(Math.abs(levelAt(part(0.05, 0.45), 400) + 10)).toBeLessThan(1)
  expect(Math.abs(levelAt(part(0.55, 0.95), 1200) + 10)).toBeLessThan(1)
  expect(Math.abs(levelAt(part(1.08, 1.45), 400) + 10)).toBeLessThan(1)
  // No gap: at each seam it is as loud as elsewhere.
  for (const seam of [0.5, 1.01]) expect(loudness(part(seam - 0.02, seam + 0.02))).toBeGreaterThan(-12)
})

test('an empty list of prompts counts as played', async () => {
  await using alice = await openTalker(engine)

  expect(await alice.leg.play({ kind: 'files', paths: [] }).ended).toBe('done')
})

test('another sound replaces the one that plays; closing the leg ends it', async () => {
  await using alice = await openTalker(engine)
  const first = alice.leg.play({ kind: 'music' })
  const second = alice.leg.play({ kind: 'tone', hz: [425], onMs: 1000, offMs: 4000 })

  expect(await first.ended).toBe('stopped')
  await waitUntil('the tone', () => levelAt(lastTenth(alice), 425) > -14)
  await alice.leg.close()
  expect(await second.ended).toBe('closed')
  expect(await alice.leg.play({ kind: 'music' }).ended).toBe('closed')
})

test('tones sound at -13 dBm0 each, on and off, as often as asked', async () => {
  await using alice = await openTalker(engine)
  const tone = { kind: 'tone', hz: [350, 440], onMs: 200, offMs: 100, times: 3 } as const

  expect(await alice.leg.play(tone).ended).toBe('done')

  const heard = alice.peer.heard()
  const start = heard.findIndex((sample) => Math.abs(sample) > 100)
  for (const n of [0, 1, 2]) {
    const on = heard.subarray(start + n * 2400 + 100, start + n * 2400 + 1500)
    const off = heard.subarray(start + n * 2400 + 1700, start + n * 2400 + 2300)
    for (const hz of [350, 440]) expect(Math.abs(levelAt(on, hz) + 13)).toBeLessThan(1.2)
    if (n < 2) expect(loudness(off)).toBeLessThan(-60)
  }
})

test('silence lasts as long as asked', async () => {
  await using alice = await openTalker(engine)
  const start = performance.now()

  expect(await alice.leg.play({ kind: 'silence', ms: 300 }).ended).toBe('done')

  expect(performance.now() - start).toBeGreaterThan(200)
  expect(performance.now() - start).toBeLessThan(1000)
})

test('hold music is our music, the same for all who hear it at one moment', async () => {
  const music = await readSoundFile(ownMusicPath)
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine, { payloadType: 8 })
  alice.leg.play({ kind: 'music' })
  bob.leg.play({ kind: 'music' })
  const start = performance.now() + 600
  await waitUntil('a second of music', () => bob.peer.heard(start).length >= 8000)

  const [atAlice, atBob] = [alice, bob].map(({ peer }) => placeIn(music, peer.heard(start).subarray(0, 4000)))
  expect(atAlice?.match).toBeGreaterThan(0.99)
  expect(atBob?.match).toBeGreaterThan(0.99)
  expect(Math.abs((atAlice?.at ?? 0) - (atBob?.at ?? 9999))).toBeLessThanOrEqual(320)
})

/** Where in `music` a piece of it is, and how alike they are (1: the same). */
function placeIn(music: Int16Array, piece: Int16Array): { at: number; match: number } {
  let best = { at: 0, match: 0 }
  for (let at = 0; at + piece.length < music.length; at += 1) {
    let dot = 0
    let ours = 0
    let theirs = 0
    for (let i = 0; i < piece.length; i += 40) {
      const [a, b] = [piece[i] ?? 0, music[at + i] ?? 0]
      dot += a * b
      ours += a * a
      theirs += b * b
    }
    const match = dot / Math.sqrt(ours * theirs || 1)
    if (match > best.match) best = { at, match }
  }
  return best
}
