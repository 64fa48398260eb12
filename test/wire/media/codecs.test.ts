import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MediaEngine } from '#media/engine.ts'
import { recordLeg } from '#media/recordings.ts'
import { between, levelAt, readWav, sine } from '#test/audio.ts'
import { digitsOf, openTalker, openTestMedia, soundPasses, type Talker } from '#test/media-peers.ts'
import type { PeerPayloadType } from '#test/rtp-peer.ts'
import { waitUntil } from '#test/wait-until.ts'
import { heardWide, sayWide, widePackets, wideRate } from '#test/wide-peer.ts'

let engine: MediaEngine
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordboard-codecs-'))
  engine = await openTestMedia()
})
afterEach(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const names = { 0: 'PCMU', 8: 'PCMA', 9: 'G722', 111: 'opus' } as const
const isWide = ({ peer }: Talker) => peer.payloadType === 9 || peer.payloadType === 111
const rateOf = (talker: Talker) => (isWide(talker) ? wideRate : 8000)

function say(talker: Talker, hz: number): Disposable {
  // Long enough not to begin again: the first packets mean something else to a decoder that heard others before.
  const samples = sine(hz, 10, { rate: rateOf(talker) })
  return isWide(talker) ? sayWide(talker.peer, samples) : talker.peer.say(samples)
}

/** The last second heard. */
const heard = (talker: Talker) =>
  (isWide(talker) ? heardWide(talker.peer) : talker.peer.heard()).slice(-rateOf(talker))

async function hears(talker: Talker, hz: number): Promise<void> {
  await waitUntil(`${hz} Hz`, () => Math.abs(levelAt(heard(talker), hz, rateOf(talker)) + 10) < 1)
}

/** Numbers without a hole, times without a jump. */
function isSmooth({ peer }: Talker): boolean {
  const step = peer.payloadType === 111 ? 960 : 160
  const sound = peer.received.filter(({ payloadType }) => payloadType === peer.payloadType).slice(-40)
  return sound.every((one, n) => {
    const before = sound[n - 1]
    if (!before) return true
    const isNext = one.sequence === ((before.sequence + 1) & 0xffff)
    return isNext && ((one.timestamp - before.timestamp) | 0) === step
  })
}

const pairs: readonly (readonly [PeerPayloadType, PeerPayloadType])[] = [
  [9, 8],
  [9, 0],
  [111, 8],
  [111, 9],
  [9, 9],
  [111, 111],
]
for (const [one, other] of pairs) {
  test(`${names[one]} and ${names[other]} hear each other at pitch and level`, async () => {
    await using alice = await openTalker(engine, { payloadType: one, owner: 'call' })
    await using bob = await openTalker(engine, { payloadType: other, owner: 'call' })
    await engine.bridge(alice.leg, bob.leg)
    using _alice = say(alice, 600)
    using _bob = say(bob, 1500)

    await hears(bob, 600)
    await hears(alice, 1500)
    await Promise.all([soundPasses(alice, 900), soundPasses(bob, 900)])
    expect(isSmooth(alice)).toBe(true)
    expect(isSmooth(bob)).toBe(true)
    expect(await alice.leg.quality()).toMatchObject({ codec: names[one], packetsLost: 0, packetsDropped: 0 })
    expect((await alice.leg.quality()).maxJitterMs).toBeLessThan(60)
  })
}

for (const payloadType of [9, 111] as const) {
  test(`${names[payloadType]} on both sides keeps sound above 4 kHz, and is passed on as it is`, async () => {
    await using alice = await openTalker(engine, { payloadType, owner: 'call' })
    await using bob = await openTalker(engine, { payloadType, owner: 'call' })
    await engine.bridge(alice.leg, bob.leg)
    using _alice = say(alice, 5500)

    await hears(bob, 5500)
    const sent = widePackets(payloadType, sine(5500, 10, { rate: wideRate })).map((packet) => packet.join())
    const last = bob.peer.received.at(-1)
    expect(sent).toContain(last?.payload.join())
  })

  test(`a recording of a ${names[payloadType]} call has both sides, left and right`, async () => {
    await using alice = await openTalker(engine, { payloadType, owner: 'call' })
    await using bob = await openTalker(engine, { payloadType, owner: 'call' })
    await engine.bridge(alice.leg, bob.leg)
    using _alice = say(alice, 600)
    using _bob = say(bob, 1500)
    await hears(bob, 600)
    const recording = await recordLeg(alice.leg, folder, `both-${payloadType}`)
    const from = bob.peer.received.length
    await waitUntil('two seconds', () => bob.peer.received.length > from + 100)
    const { path } = await recording.stop()

    const [left = new Int16Array(), right = new Int16Array()] = readWav(path).channels
    expect(Math.abs(levelAt(between(left, 0.5, 1.5), 600) + 10)).toBeLessThan(1)
    expect(Math.abs(levelAt(between(right, 0.5, 1.5), 1500) + 10)).toBeLessThan(1)
  })

  test(`prompts, keys and silence reach a far end with ${names[payloadType]}`, async () => {
    await using alice = await openTalker(engine, { payloadType, owner: 'call' })
    await using bob = await openTalker(engine, { payloadType: 8, owner: 'call' })
    const tone = alice.leg.play({ kind: 'tone', hz: [600], onMs: 5000, offMs: 0, times: 1 })
    await waitUntil('the tone', () => Math.abs(levelAt(heard(alice), 600, wideRate) + 13) < 1)
    tone.stop()
    await engine.bridge(alice.leg, bob.leg)
    const talk = say(bob, 1500)
    await hears(alice, 1500)

    talk[Symbol.dispose]()
    await alice.peer.press(5)
    await bob.peer.press(7)
    await waitUntil('both keys', () => digitsOf(alice.events) === '5' && digitsOf(bob.events) === '7')
    const keys = ({ peer }: Talker) => peer.received.filter((one) => one.payloadType === peer.eventType)
    await waitUntil('the key at bob', () => keys(bob).some(({ payload }) => payload[0] === 5))
    await waitUntil('the key at alice', () => keys(alice).some(({ payload }) => payload[0] === 7))
    using _again = say(bob, 900)
    await hears(alice, 900)
  })
}

test('opus packets cut off, empty or of nonsense are dropped and counted, and the call goes on', async () => {
  await using alice = await openTalker(engine, { payloadType: 111, owner: 'call' })
  await using bob = await openTalker(engine, { payloadType: 8, owner: 'call' })
  await engine.bridge(alice.leg, bob.leg)
  using talk = say(alice, 600)
  await hears(bob, 600)
  talk[Symbol.dispose]()
  const bad = [[0xff, 0xff, 1], [0x7b], [0x03, 0x00], [0x7a, 0xfc], [0x79, 1, 2, 3, 4, 5].slice(0, 4)]
  for (const payload of bad) alice.peer.sendPayload(Uint8Array.from(payload), { ticks: 960 })

  await waitUntil('all counted', async () => (await alice.leg.quality()).packetsDropped === bad.length)
  using _again = say(alice, 900)
  await hears(bob, 900)
})

test('G.722 of odd lengths is heard, whatever the packet time', async () => {
  await using alice = await openTalker(engine, { payloadType: 9, owner: 'call' })
  await using bob = await openTalker(engine, { payloadType: 8, owner: 'call' })
  await engine.bridge(alice.leg, bob.leg)
  const bytes = Uint8Array.from(
    widePackets(9, sine(600, 2, { rate: wideRate })).flatMap((packet) => [...packet]),
  )
  let at = 0
  const timer = setInterval(() => {
    const size = [79, 161, 240, 1][at % 4] ?? 160
    alice.peer.sendPayload(bytes.subarray(at, at + size))
    at = (at + size) % (bytes.length - 240)
  }, 15)

  await waitUntil('sound', () => levelAt(heard(bob), 600) > -20)
  clearInterval(timer)
})

test('three with three codecs hear each other in a mix', async () => {
  await using alice = await openTalker(engine, { payloadType: 111, owner: 'mix' })
  await using bob = await openTalker(engine, { payloadType: 9, owner: 'mix' })
  await using eva = await openTalker(engine, { payloadType: 8, owner: 'mix' })
  const members = [alice, bob, eva].map(({ leg }) => ({ leg, hears: 'all' as const }))
  await using _mix = await engine.mix?.(members)
  using _alice = say(alice, 500)
  using _bob = say(bob, 1100)
  using _eva = say(eva, 1700)

  await hears(eva, 500)
  await hears(eva, 1100)
  await hears(alice, 1700)
  await hears(alice, 1100)
  await hears(bob, 500)
  await hears(bob, 1700)
})
