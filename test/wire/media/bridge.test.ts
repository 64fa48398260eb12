import { networkInterfaces } from 'node:os'
import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MediaEngine } from '#media/engine.ts'
import { levelAt, loudness, sine, strongestHz } from '#test/audio.ts'
import { engineUnderTest, openTalker, openTestMedia, type Talker } from '#test/media-peers.ts'
import type { ReceivedPacket } from '#test/rtp-peer.ts'
import { waitUntil } from '#test/wait-until.ts'

const onFreeswitch = engineUnderTest === 'freeswitch'
let engine: MediaEngine
beforeEach(async () => {
  engine = await openTestMedia()
})
afterEach(() => engine[Symbol.asyncDispose]())

/** The next `seconds` of sound that the far end hears. */
async function hear({ peer }: Talker, seconds: number): Promise<Int16Array> {
  const start = performance.now()
  await waitUntil('sound', () => peer.heard(start).length >= seconds * 8000)
  return peer.heard(start).subarray(0, seconds * 8000)
}

/** One stream, no step back, no hole in the numbers; timestamps as far apart as the packets' sound. */
function expectContinuous(packets: readonly ReceivedPacket[]): void {
  packets.slice(1).forEach((packet, i) => {
    const before = packets[i]
    if (!before) return
    expect(packet.ssrc).toBe(before.ssrc)
    expect((packet.sequence - before.sequence) & 0xffff).toBe(1)
    expect((packet.timestamp - before.timestamp) >>> 0).toBeGreaterThanOrEqual(160)
    expect((packet.timestamp - before.timestamp) >>> 0).toBeLessThan(160 + 8 * 300)
  })
}

for (const [from, to] of [
  [0, 0],
  [8, 8],
  [0, 8],
  [8, 0],
] as const) {
  test(`a 1 kHz tone sent as payload type ${from} is heard as ${to} within 1 dB and 1 %`, async () => {
    await using alice = await openTalker(engine, { payloadType: from })
    await using bob = await openTalker(engine, { payloadType: to })
    await engine.bridge(alice.leg, bob.leg)
    alice.peer.say(sine(1000, 1))
    bob.peer.say(new Int16Array(160))
    await waitUntil('the tone', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)

    const heard = await hear(bob, 1)

    expect(Math.abs(levelOf(heard) + 10)).toBeLessThan(1)
    expect(Math.abs(strongestHz(heard) - 1000)).toBeLessThan(10)
    expect(loudness(alice.peer.heard())).toBeLessThan(-60)
    expect(bob.peer.received.every(({ payloadType }) => payloadType === to)).toBe(true)
    expect((await alice.leg.quality()).packetsLost).toBe(0)
  })
}

test('a leg that answers our offer hears and is heard', async () => {
  await using alice = await openTalker(engine)
  const leg = await engine.openForOffer({ owner: 'test' })
  await using bob = await openTalker(engine)
  bob.peer.talkTo(leg.localSdp)
  await leg.acceptAnswer(bob.peer.sdp())
  await engine.bridge(alice.leg, leg)
  bob.peer.say(sine(700, 1))

  await waitUntil('the tone', () => levelAt(alice.peer.heard().slice(-1600), 700) > -11)
})

// Containers often have no IPv6, not even on loopback.
const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)
// FreeSWITCH has its addresses in its own configuration.
if (!onFreeswitch)
  test.runIf(hasIpv6)('an engine on IPv6 speaks with far ends on IPv6', async () => {
    await using six = await openTestMedia({ rtpAddress: '::1' })
    await using alice = await openTalker(six, { address: '::1' })
    await using bob = await openTalker(six, { address: '::1' })
    await six.bridge(alice.leg, bob.leg)
    alice.peer.say(sine(1000, 1))

    expect(alice.leg.localSdp).toContain('c=IN IP6 ::1\r\n')
    await waitUntil('the tone', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)
  })

if (!onFreeswitch)
  test('an engine on all addresses is heard and hears', async () => {
    await using all = await openTestMedia({ rtpAddress: '0.0.0.0' })
    await using alice = await openTalker(all)
    await using bob = await openTalker(all)
    await all.bridge(alice.leg, bob.leg)
    alice.peer.say(sine(1000, 1))

    await waitUntil('the tone', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)
  })

/** Of 1 kHz. FreeSWITCH shifts the sound where a packet is late, which a whole second of one sine would read as silence. */
function levelOf(heard: Int16Array): number {
  if (!onFreeswitch) return levelAt(heard, 1000)
  const tenths = Array.from({ length: 10 }, (_, n) => levelAt(heard.subarray(n * 800, (n + 1) * 800), 1000))
  return tenths.sort((a, b) => a - b)[5] ?? Number.NEGATIVE_INFINITY
}

for (const ptimeMs of [10, 30, 40, 60]) {
  test(`packets of ${ptimeMs} ms are sent on as 20 ms without a gap`, async () => {
    await using alice = await openTalker(engine, { ptimeMs })
    await using bob = await openTalker(engine, { payloadType: 8 })
    await engine.bridge(alice.leg, bob.leg)
    alice.peer.say(sine(1000, 1))
    await waitUntil('the tone', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)

    const heard = await hear(bob, 1)

    expect(Math.abs(levelOf(heard) + 10)).toBeLessThan(1)
    // FreeSWITCH answers in packets as long as it gets.
    if (!onFreeswitch) expect(bob.peer.received.every(({ payload }) => payload.length === 160)).toBe(true)
  })
}

test('bridge, music, bridge again and its end are one continuous stream with markers where the source changes', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine)
  await using eva = await openTalker(engine)
  alice.peer.say(sine(1000, 1))
  eva.peer.say(sine(600, 1))
  const heard = (hz: number) => levelAt(bob.peer.heard().slice(-1600), hz) > -11
  const bridge = await engine.bridge(alice.leg, bob.leg)
  await waitUntil('alice', () => heard(1000))
  const music = bob.leg.play({ kind: 'tone', hz: [425], onMs: 1000, offMs: 0, dbm0: -10 })
  await waitUntil('the tone instead of the bridge', () => heard(425) && !heard(1000))
  music.stop()
  await waitUntil('alice again', () => heard(1000) && !heard(425))
  await using _other = await engine.bridge(eva.leg, bob.leg)
  await waitUntil('eva', () => heard(600) && !heard(1000))
  await bridge[Symbol.asyncDispose]()
  await waitUntil('eva still: the old bridge is not hers to end', () => heard(600))

  expectContinuous(bob.peer.received)
  expect(bob.peer.received.filter(({ marker }) => marker).length).toBeGreaterThanOrEqual(onFreeswitch ? 1 : 4)
  expect(bob.peer.received.filter(({ marker }) => marker).length).toBeLessThan(12)
})

test('a bridge that ends leaves both in silence, their streams going on', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine)
  alice.peer.say(sine(1000, 1))
  const bridge = await engine.bridge(alice.leg, bob.leg)
  await waitUntil('alice', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)
  await bridge[Symbol.asyncDispose]()
  await waitUntil('silence', () => loudness(bob.peer.heard().slice(-1600)) < -60)

  expectContinuous(bob.peer.received)
})

test('a muted leg is not heard, and is heard again', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine)
  alice.peer.say(sine(1000, 1))
  await engine.bridge(alice.leg, bob.leg)
  const level = () => levelAt(bob.peer.heard().slice(-1600), 1000)
  await waitUntil('alice', () => level() > -11)
  alice.leg.mute(true)
  await waitUntil('silence', () => level() < -50)
  alice.leg.mute(false)
  await waitUntil('alice again', () => level() > -11)

  expectContinuous(bob.peer.received)
})

// FreeSWITCH fills holes by itself; its count comes with RTCP (test/freeswitch).
if (!onFreeswitch)
  test('loss and order on the way in are passed on as they were, and counted', async () => {
    await using alice = await openTalker(engine)
    await using bob = await openTalker(engine)
    await engine.bridge(alice.leg, bob.leg)
    const frame = new Uint8Array(160).fill(0x2a)
    for (let n = 0; n < 60; n += 1) {
      if (n % 10 === 5) {
        alice.peer.sequence += 1
        alice.peer.timestamp += 160
      } else alice.peer.sendPayload(frame)
    }
    const relayed = () => bob.peer.received.filter(({ payload }) => payload[0] === 0x2a)
    await waitUntil('all of them', () => relayed().length === 54)
    const steps = relayed()
      .slice(1)
      .map((packet, i) => (packet.sequence - (relayed()[i]?.sequence ?? 0)) & 0xffff)
    const quality = await alice.leg.quality()

    expect(steps.filter((step) => step === 2)).toHaveLength(6)
    expect(quality).toMatchObject({ packetsReceived: 54, packetsLost: 6, codec: 'PCMU' })
    expect(quality.lossRatio).toBeCloseTo(0.1, 3)
    expect(quality.mos).toBeLessThan(3.8)
  })
