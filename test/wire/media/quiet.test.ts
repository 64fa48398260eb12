import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MediaEngine } from '#media/engine.ts'
import { recordLeg } from '#media/recordings.ts'
import { sine } from '#test/audio.ts'
import { openTalker, openTestMedia, soundPasses, type Talker } from '#test/media-peers.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: MediaEngine
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordboard-quiet-'))
  engine = await openTestMedia()
})
afterEach(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const quiets = ({ events }: Talker) => events.filter(({ kind }) => kind === 'quiet').length
const loud = sine(600, 1, { dbm0: -20 })
const roomTone = sine(600, 1, { dbm0: -50 })

test('a far end that stops speaking is told as quiet, and again after its next words', async () => {
  await using alice = await openTalker(engine, { payloadType: 8 })
  await recordLeg(alice.leg, folder, 'message')
  const words = alice.peer.say(loud)
  alice.leg.watchQuiet(500)
  await soundPasses(alice, 1500)
  expect(quiets(alice)).toBe(0)

  words[Symbol.dispose]()
  const room = alice.peer.say(roomTone)
  await waitUntil('quiet', () => quiets(alice) === 1)
  await soundPasses(alice, 1500)
  expect(quiets(alice)).toBe(1)

  room[Symbol.dispose]()
  alice.peer.say(loud, { once: true })
  await waitUntil('quiet again', () => quiets(alice) === 2)
})

test('a far end that sends nothing any more is quiet', async () => {
  await using alice = await openTalker(engine)
  await recordLeg(alice.leg, folder, 'message')
  const words = alice.peer.say(loud)
  await soundPasses(alice, 300)
  alice.leg.watchQuiet(500)
  words[Symbol.dispose]()

  await waitUntil('quiet', () => quiets(alice) === 1)
})

test('what is watched no longer is not told', async () => {
  await using alice = await openTalker(engine)
  await recordLeg(alice.leg, folder, 'message')
  alice.leg.watchQuiet(300)
  alice.leg.watchQuiet(0)
  await soundPasses(alice, 1200)

  expect(quiets(alice)).toBe(0)
})
