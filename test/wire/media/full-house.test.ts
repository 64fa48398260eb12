import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MediaEngine, MediaLeg } from '#media/engine.ts'
import { levelAt, sine } from '#test/audio.ts'
import { engineUnderTest, openTalker, openTestMedia } from '#test/media-peers.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: MediaEngine
beforeEach(async () => {
  engine = await openTestMedia()
})
afterEach(() => engine[Symbol.asyncDispose]())

test('a thread with many legs, which rests between packets, loses none and is quick to answer', async () => {
  expect(engineUnderTest).toBe('embedded')
  const others: MediaLeg[] = []
  for (let n = 0; n < 60; n += 1) others.push(await engine.openForOffer({ owner: 'many' }))
  await using alice = await openTalker(engine, { owner: 'many' })
  await using bob = await openTalker(engine, { owner: 'many', payloadType: 8 })
  await engine.bridge(alice.leg, bob.leg)
  alice.peer.say(sine(1000, 1))
  bob.peer.say(sine(500, 1))

  await waitUntil('three seconds of sound', () => bob.peer.heard().length > 24_000)
  expect(Math.abs(levelAt(bob.peer.heard().slice(-8000), 1000) + 10)).toBeLessThan(1)
  expect(Math.abs(levelAt(alice.peer.heard().slice(-8000), 500) + 10)).toBeLessThan(1)
  expect(await alice.leg.quality()).toMatchObject({ packetsLost: 0, packetsDropped: 0 })
  const sequences = bob.peer.received.map(({ sequence }) => sequence)
  expect(sequences.every((one, n) => n === 0 || one === (((sequences[n - 1] ?? 0) + 1) & 0xffff))).toBe(true)
  await Promise.all(others.map((leg) => leg.close()))
})
