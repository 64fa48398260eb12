import { expect, test } from 'vitest'
import { levelAt, loudness, sine } from '#test/audio.ts'
import { openTalker, openTestMedia } from '#test/media-peers.ts'
import { waitUntil } from '#test/wait-until.ts'

test('a far end that pauses with comfort noise is heard as noise, no loss is seen, and it is no silence of the line', async () => {
  await using engine = await openTestMedia()
  await using alice = await openTalker(engine, { mediaTimeoutMs: 600 })
  await using bob = await openTalker(engine)
  await engine.bridge(alice.leg, bob.leg)
  const talk = alice.peer.say(sine(1000, 1))
  await waitUntil('the tone', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)
  talk[Symbol.dispose]()
  const pause = setInterval(() => alice.peer.sendPayload(Uint8Array.of(50), { payloadType: 13 }), 100)
  const level = () => loudness(bob.peer.heard().slice(-1600))
  await waitUntil('noise', () => Math.abs(level() + 43.9) < 2)
  const from = bob.peer.received.length
  await waitUntil('a second of it', () => bob.peer.received.length > from + 50)
  expect(Math.abs(level() + 43.9)).toBeLessThan(2)
  clearInterval(pause)
  alice.peer.say(sine(1000, 1))
  await waitUntil('the tone again', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)

  const steps = bob.peer.received
    .slice(1)
    .map(({ sequence }, i) => (sequence - (bob.peer.received[i]?.sequence ?? 0)) & 0xffff)
  expect(steps.every((step) => step === 1)).toBe(true)
  expect(alice.events.some(({ kind }) => kind === 'media-timeout')).toBe(false)
  expect((await alice.leg.quality()).packetsDropped).toBe(0)
})
