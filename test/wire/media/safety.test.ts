import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { EmbeddedEngine } from '#media/embedded/embedded-engine.ts'
import type { MediaEngine } from '#media/engine.ts'
import { levelAt, sine } from '#test/audio.ts'
import { openTalker, openTestMedia, soundPasses } from '#test/media-peers.ts'
import { RtpPeer } from '#test/rtp-peer.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: MediaEngine
beforeEach(async () => {
  engine = await openTestMedia()
})
afterEach(() => engine[Symbol.asyncDispose]())

test('a stranger is neither heard nor sent to, however long he sends', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine)
  await using stranger = await RtpPeer.open()
  stranger.talkTo(alice.leg.localSdp)
  await engine.bridge(alice.leg, bob.leg)
  alice.peer.say(new Int16Array(160))
  await waitUntil('alice is learnt', () => alice.events.some(({ kind }) => kind === 'first-packet'))
  stranger.say(sine(1000, 1))
  await soundPasses(bob, 600)
  const quality = await alice.leg.quality()

  expect(levelAt(bob.peer.heard(), 1000)).toBeLessThan(-50)
  expect(stranger.received).toEqual([])
  expect(quality.packetsDropped).toBeGreaterThan(20)
  expect(quality.packetsLost).toBe(0)
})

test('a far end behind NAT is learnt after five packets in sequence and sent to where they came from', async () => {
  await using nat = await RtpPeer.open()
  await using alice = await openTalker(engine)
  await alice.leg.answerAgain(alice.peer.sdp({ port: 9, address: '127.0.0.9' }))
  nat.talkTo(alice.leg.localSdp)
  const frame = new Uint8Array(160).fill(0xff)
  for (let n = 0; n < 4; n += 1) nat.sendPayload(frame)
  await waitUntil('four are dropped', async () => (await alice.leg.quality()).packetsDropped === 4)

  expect(nat.received).toEqual([])
  nat.sendPayload(frame)
  await waitUntil('we send to it', () => nat.received.length > 3)
})

test('before anything is learnt the address of the SDP wins over a stranger who sends first', async () => {
  await using stranger = await RtpPeer.open()
  await using alice = await openTalker(engine)
  stranger.talkTo(alice.leg.localSdp)
  for (let n = 0; n < 4; n += 1) stranger.sendPayload(new Uint8Array(160))
  alice.peer.say(sine(1000, 1))
  await waitUntil('alice is learnt', () => alice.events.some(({ kind }) => kind === 'first-packet'))
  stranger.say(sine(600, 1))
  await soundPasses(alice, 400)

  expect(stranger.received).toEqual([])
})

test('a new address by SDP opens the lock for the new address', async () => {
  await using alice = await openTalker(engine)
  await using other = await RtpPeer.open()
  alice.peer.say(new Int16Array(160))
  await waitUntil('alice is learnt', () => alice.events.some(({ kind }) => kind === 'first-packet'))
  other.talkTo(await alice.leg.answerAgain(other.sdp()))
  other.say(sine(1000, 1))

  await waitUntil('we send to the new one', () => other.received.length > 10)
  const before = alice.peer.received.length
  await waitUntil('and to it only', () => other.received.length > 30)
  expect(alice.peer.received.length - before).toBeLessThan(3)
})

test('garbage on the RTP and RTCP ports is dropped and counted, and the call goes on', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine)
  await engine.bridge(alice.leg, bob.leg)
  const port = Number(/m=audio (\d+)/.exec(alice.leg.localSdp)?.[1])
  const hostile = [
    new Uint8Array(0),
    new Uint8Array(11),
    Uint8Array.from([0x8f, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
    Uint8Array.from([0x90, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0xff, 0xff]),
    Uint8Array.from([0xa0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xff]),
    Uint8Array.from([0x80, 101, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5]),
    new Uint8Array(60_000).fill(0x80),
  ]
  for (const bytes of hostile) for (const to of [port, port + 1]) alice.peer.raw(bytes, to)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(port, port + 1), (bytes, to) => {
      alice.peer.raw(Uint8Array.from([0x80 | ((bytes[0] ?? 0) & 0x3f), ...bytes]), to)
      alice.peer.raw(Uint8Array.from([0x81, 200 + ((bytes[0] ?? 0) & 3), ...bytes]), to)
    }),
    { numRuns: 300 },
  )
  alice.peer.say(sine(1000, 1))

  await waitUntil('the tone', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)
  expect((await alice.leg.quality()).packetsDropped).toBeGreaterThan(5)
  expect(alice.events.some(({ kind }) => kind === 'closed')).toBe(false)
})

test('a far end that stops sending is told once per silence, and not while it holds us', async () => {
  await using alice = await openTalker(engine, { mediaTimeoutMs: 300 })
  const timeouts = () => alice.events.filter(({ kind }) => kind === 'media-timeout').length
  await waitUntil('the first', () => timeouts() === 1)
  await soundPasses(alice, 500)
  expect(timeouts()).toBe(1)
  alice.peer.sendPayload(new Uint8Array(160))
  await waitUntil('the second', () => timeouts() === 2)
  await alice.leg.answerAgain(alice.peer.sdp({ direction: 'sendonly' }))
  await using bob = await openTalker(engine)
  await soundPasses(bob, 500)
  expect(timeouts()).toBe(2)
})

test('reports go out every five seconds, and those of the far end give its loss and the round trip', async () => {
  await using alice = await openTalker(engine)
  await using reports = await RtpPeer.open()
  const reported: Buffer[] = []
  reports.onRaw((bytes) => reported.push(bytes))
  await alice.leg.answerAgain(alice.peer.sdp().replace('a=sendrecv', `a=rtcp:${reports.port}\r\na=sendrecv`))
  alice.peer.say(sine(1000, 1))
  const report = await waitUntil('a report', () => reported[0], 8000)
  const rtpPort = Number(/m=audio (\d+)/.exec(alice.leg.localSdp)?.[1])
  const answer = new Uint8Array(32)
  answer.set([0x81, 201, 0, 7, 0, 0, 0, 9])
  answer.set(report.subarray(4, 8), 8)
  answer[12] = 64
  answer.set(report.subarray(10, 14), 24)
  alice.peer.raw(answer, rtpPort + 1)
  const quality = await waitUntil('the round trip', async () => {
    const now = await alice.leg.quality()
    return now.rttMs === undefined ? undefined : now
  })

  expect([report[0], report[1]]).toEqual([0x81, 200])
  expect(quality.farLossRatio).toBe(0.25)
  expect(quality.rttMs).toBeLessThan(1000)
})

test('closed legs and a closed engine leave no socket, timer or thread', async () => {
  const handles = () =>
    process
      .getActiveResourcesInfo()
      .filter((name) => /UDP|MessagePort|Worker/.test(name))
      .sort()
  const sockets = () => readdirSync('/proc/self/fd').length
  const [handlesBefore, before] = [handles(), sockets()]
  const second = await openTestMedia()
  const talkers = await Promise.all([1, 2, 3, 4].map(() => openTalker(second)))
  expect(sockets()).toBeGreaterThanOrEqual(before + 12)
  expect(second.health()).toMatchObject({ up: true, legs: 4 })
  for (const talker of talkers) await talker[Symbol.asyncDispose]()

  expect(second.health().legs).toBe(0)
  await second[Symbol.asyncDispose]()
  await waitUntil('all sockets are closed', () => sockets() <= before)
  await waitUntil('all handles are gone', () => handles().join() === handlesBefore.join())
})

test('a full port range is a clear fault, and a closed leg makes room again', async () => {
  const config = { rtpAddress: '127.0.0.1', namedAddress: '127.0.0.1', rtpPorts: [21000, 21003] } as const
  const small = new EmbeddedEngine({
    ...config,
    music: new Int16Array(0),
    clock: systemClock,
    log: silentLog,
  })
  await using _closing = small
  await small.start()
  const first = await small.openForOffer({ owner: 'a' })
  const second = await small.openForOffer({ owner: 'b' })

  await expect(small.openForOffer({ owner: 'c' })).rejects.toMatchObject({ code: 'media.full' })
  expect(small.health()).toMatchObject({ legs: 2, room: 0 })
  await first.close()
  await first.close()
  await (await small.openForOffer({ owner: 'd' })).close()
  await second.close()
})
