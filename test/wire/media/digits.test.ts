import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MediaEngine } from '#media/engine.ts'
import { levelAt, sine } from '#test/audio.ts'
import { digitsOf, engineUnderTest, openTalker, openTestMedia } from '#test/media-peers.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: MediaEngine
beforeEach(async () => {
  engine = await openTestMedia()
})
afterEach(() => engine[Symbol.asyncDispose]())

const onFreeswitch = engineUnderTest === 'freeswitch'
const keys = '0123456789*#ABCD'

test('pressed keys are told once each, with their length', async () => {
  await using alice = await openTalker(engine)
  for (const event of [5, 5, 11]) await alice.peer.press(event, { durationMs: 80 })
  await waitUntil('three digits', () => digitsOf(alice.events).length === 3)

  expect(digitsOf(alice.events)).toBe('55#')
  expect(alice.events.find(({ kind }) => kind === 'digit')).toMatchObject({ durationMs: 80 })
})

// FreeSWITCH needs one of the three.
if (!onFreeswitch)
  test('a key whose end packets are all lost is told all the same', async () => {
    await using alice = await openTalker(engine)
    await alice.peer.press(7, { ends: 0 })
    await waitUntil('the digit', () => digitsOf(alice.events) === '7')
  })

test('keys sent by us are RFC 4733 packets: one timestamp, growing duration, three ends', async () => {
  await using alice = await openTalker(engine, { eventType: 96 })
  await alice.leg.sendDigits('19*d')
  await waitUntil(
    'the last end',
    () => alice.peer.received.filter(({ payloadType }) => payloadType === 96).length === 28,
  )
  const presses = Map.groupBy(
    alice.peer.received.filter(({ payloadType }) => payloadType === 96),
    ({ timestamp }) => timestamp,
  )

  expect([...presses.values()].map((packets) => keys[packets[0]?.payload[0] ?? 99])).toEqual([
    '1',
    '9',
    '*',
    'D',
  ])
  for (const packets of presses.values()) {
    expect(packets.map(({ marker }) => marker)).toEqual([true, ...Array(6).fill(false)])
    expect(packets.map(({ payload }) => (payload[1] ?? 0) >> 7)).toEqual([0, 0, 0, 0, 1, 1, 1])
    expect(packets.map(({ payload }) => ((payload[2] ?? 0) << 8) | (payload[3] ?? 0))).toEqual([
      160, 320, 480, 640, 800, 800, 800,
    ])
  }
})

test('a far end without telephone-event hears the tones of the keys', async () => {
  await using alice = await openTalker(engine)
  await alice.leg.answerAgain(alice.peer.sdp().replace(/ 101\r/, '\r'))
  await alice.leg.sendDigits('5', { durationMs: 200 })
  const heard = alice.peer.heard()
  const start = heard.findIndex((sample) => Math.abs(sample) > 200)
  const tone = heard.subarray(start + 80, start + 1520)

  expect(Math.abs(levelAt(tone, 770) + 10)).toBeLessThan(1)
  expect(Math.abs(levelAt(tone, 1336) + 10)).toBeLessThan(1)
})

test.each([[20], [30]])(
  'keys among packets of %i ms pass a bridge with the payload type of the other side, and the sound goes on',
  async (ptimeMs) => {
    await using alice = await openTalker(engine, { eventType: 101, ptimeMs })
    await using bob = await openTalker(engine, { eventType: 120, payloadType: 8 })
    await engine.bridge(alice.leg, bob.leg)
    for (const _n of [1, 2, 3, 4]) alice.peer.sendPayload(new Uint8Array(ptimeMs * 8))
    await alice.peer.press(3)
    alice.peer.say(sine(1000, 1))
    await waitUntil('the tone', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -11)
    const events = bob.peer.received.filter(({ payloadType }) => payloadType === 120)

    const first = bob.peer.received.findIndex(({ payloadType }) => payloadType === 120)
    const around = bob.peer.received.slice(first - 1)
    const numbers = around.map(({ sequence }) => (sequence - (around[0]?.sequence ?? 0)) & 0xffff)

    expect(numbers.slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(events).toHaveLength(onFreeswitch ? 7 : 8)
    expect(new Set(events.map(({ timestamp }) => timestamp)).size).toBe(1)
    expect(events.every(({ payload }) => payload[0] === 3)).toBe(true)
    expect(digitsOf(alice.events)).toBe('3')
    expect(digitsOf(bob.events)).toBe('')
  },
)

test('a key pressed on one side of a bridge is heard as tones by a far end without telephone-event', async () => {
  await using alice = await openTalker(engine)
  await using bob = await openTalker(engine)
  await bob.leg.answerAgain(bob.peer.sdp().replace(/ 101\r/, '\r'))
  await engine.bridge(alice.leg, bob.leg)
  await alice.peer.press(9, { durationMs: 120 })
  const last = () => bob.peer.heard().slice(-640)

  const leastDbm0 = onFreeswitch ? -18 : -12

  await waitUntil(
    '852 and 1477 Hz',
    () => levelAt(last(), 852) > leastDbm0 && levelAt(last(), 1477) > leastDbm0,
  )
})

test('keys other than 0-9 * # A-D are refused', async () => {
  await using alice = await openTalker(engine)

  await expect(alice.leg.sendDigits('12x')).rejects.toThrow('digits must be')
})
