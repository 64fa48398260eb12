import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FreeswitchEngine } from '#media/freeswitch/freeswitch-engine.ts'
import { recordLeg } from '#media/recordings.ts'
import { levelAt, readWav, sine } from '#test/audio.ts'
import { openTestFreeswitch } from '#test/freeswitch-media.ts'
import { openTalker, soundPasses } from '#test/media-peers.ts'
import { RtpPeer } from '#test/rtp-peer.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: FreeswitchEngine
beforeEach(async () => {
  engine = await openTestFreeswitch()
})
afterEach(() => engine[Symbol.asyncDispose]())

test('a stranger who sends to the port of a call is not heard', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine)
  await using stranger = await RtpPeer.open({ address: '127.0.0.2' })
  stranger.talkTo(alice.leg.localSdp)
  await engine.bridge(alice.leg, bob.leg)
  alice.peer.say(new Int16Array(160))
  await soundPasses(alice, 800)
  stranger.say(sine(1000, 1))
  await soundPasses(bob, 800)

  expect(levelAt(bob.peer.heard(), 1000)).toBeLessThan(-50)
  expect(stranger.received).toEqual([])
})

test('hold of the far end is answered here and said to nobody else: the port stays, the version rises', async () => {
  await using alice = await openTalker(engine)
  const port = /^m=audio (\d+)/m.exec(alice.leg.localSdp)?.[1]
  const held = await alice.leg.answerAgain(alice.peer.sdp({ direction: 'sendonly' }))
  expect(alice.leg.remoteDirection).toBe('sendonly')
  expect(held).toMatch(new RegExp(`^m=audio ${port} RTP/AVP 0 101\r$`, 'm'))
  expect(held).toContain('a=recvonly')
  expect(held).toMatch(/^o=- \d+ 2 /m)
  const resumed = await alice.leg.answerAgain(alice.peer.sdp())

  expect(alice.leg.remoteDirection).toBe('sendrecv')
  expect(resumed).toMatch(/^o=- \d+ 3 /m)
  expect(resumed).toContain(`m=audio ${port} `)
})

test('a far end that moves is sent to at its new address, and one that holds by 0.0.0.0 stays where it was', async () => {
  await using alice = await openTalker(engine)
  await using other = await RtpPeer.open()
  alice.leg.play({ kind: 'tone', hz: [425], onMs: 1000, offMs: 0, dbm0: -10 })
  await waitUntil('the tone', () => levelAt(alice.peer.heard().slice(-1600), 425) > -11)
  other.talkTo(await alice.leg.answerAgain(other.sdp()))
  await waitUntil('the tone at the new place', () => levelAt(other.heard().slice(-1600), 425) > -11)
  await alice.leg.answerAgain(other.sdp({ address: '0.0.0.0' }))
  const before = other.received.length
  await alice.leg.answerAgain(other.sdp())

  await waitUntil('still there', () => other.received.length > before + 20)
})

test('a far end that stops sending is told once per silence, and not while it holds us', async () => {
  await using alice = await openTalker(engine, { mediaTimeoutMs: 600 })
  const timeouts = () => alice.events.filter(({ kind }) => kind === 'media-timeout').length
  await waitUntil('the first', () => timeouts() === 1)
  await soundPasses(alice, 1000)
  expect(timeouts()).toBe(1)
  alice.peer.sendPayload(new Uint8Array(160))
  await waitUntil('the second', () => timeouts() === 2)
  await alice.leg.answerAgain(alice.peer.sdp({ direction: 'sendonly' }))
  alice.peer.sendPayload(new Uint8Array(160))
  await soundPasses(alice, 1200)

  expect(timeouts()).toBe(2)
})

test('loss on the way in is counted by RTCP', async () => {
  await using alice = await openTalker(engine)
  const speaking = alice.peer.say(sine(1000, 1))
  const losing = setInterval(() => {
    alice.peer.sequence += 1
    alice.peer.timestamp += 160
  }, 200)
  try {
    await waitUntil('a report', async () => (await alice.leg.quality()).packetsLost > 10, 15_000)
  } finally {
    clearInterval(losing)
    speaking[Symbol.dispose]()
  }
  const quality = await alice.leg.quality()

  expect(quality.codec).toBe('PCMU')
  expect(quality.packetsReceived).toBeGreaterThan(100)
  expect(quality.lossRatio).toBeGreaterThan(0.04)
  expect(quality.lossRatio).toBeLessThan(0.2)
  expect(quality.mos).toBeLessThan(4.5)
})

test('SDP that cannot be used opens nothing at FreeSWITCH', async () => {
  const offer = (await RtpPeer.open()).sdp()
  await expect(
    engine.openFromOffer(offer.replace('m=audio', 'm=image'), { owner: 'a' }),
  ).rejects.toMatchObject({
    code: 'media.no-codec',
  })
  await expect(engine.openFromOffer('v=1', { owner: 'a' })).rejects.toMatchObject({ code: 'media.sdp' })

  expect(engine.health()).toMatchObject({ up: true, legs: 0 })
})

test('a recording that ends at once is a valid WAV without sound', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cordboard-empty-'))
  await using alice = await openTalker(engine)
  const recording = await recordLeg(alice.leg, folder, 'empty')
  await Promise.all([recording.stop(), alice.leg.close()])
  const { path, durationMs } = await recording.stop()

  expect(readWav(path).seconds).toBeCloseTo(durationMs / 1000, 2)
  expect(durationMs).toBeLessThan(500)
  rmSync(folder, { recursive: true })
})
