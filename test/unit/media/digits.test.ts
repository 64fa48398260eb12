import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DigitReceiver, eventOfKey, tonesOfEvent, writeEvent } from '#media/embedded/digits.ts'

function receiver() {
  const told: [string, number][] = []
  const digits = new DigitReceiver((digit, durationMs) => told.push([digit, durationMs]))
  const packet = (
    event: number,
    duration: number,
    options: { end?: boolean; at?: number; ms?: number } = {},
  ) => {
    const bytes = new Uint8Array(4)
    writeEvent(bytes, 0, event, options.end ?? false, duration)
    digits.receive(bytes, 0, 4, options.at ?? 1000, options.ms ?? 0)
  }
  return { told, digits, packet }
}

test('a press is told once, however often its end comes', () => {
  const { told, packet } = receiver()
  packet(1, 160)
  packet(1, 320)
  for (let n = 0; n < 3; n += 1) packet(1, 800, { end: true })
  packet(1, 480)

  expect(told).toEqual([['1', 100]])
})

test('the same key pressed twice is two presses', () => {
  const { told, packet } = receiver()
  packet(5, 800, { end: true, at: 1000 })
  packet(5, 800, { end: true, at: 3000 })

  expect(told).toEqual([
    ['5', 100],
    ['5', 100],
  ])
})

test('a press whose end is lost is told when the next begins, or after 200 ms without an update', () => {
  const { told, digits, packet } = receiver()
  packet(10, 400, { at: 1000 })
  packet(11, 160, { at: 2600, ms: 300 })
  expect(told).toEqual([['*', 50]])
  digits.tick(500)
  expect(told).toHaveLength(1)
  digits.tick(501)
  expect(told).toEqual([
    ['*', 50],
    ['#', 20],
  ])
  packet(11, 800, { end: true, at: 2600, ms: 600 })
  expect(told).toHaveLength(2)
})

test('a packet of an earlier press that comes late is not a press', () => {
  const { told, packet } = receiver()
  packet(1, 800, { end: true, at: 5000 })
  packet(2, 160, { at: 9000 })
  packet(1, 640, { at: 5000 })
  packet(2, 800, { end: true, at: 9000 })

  expect(told).toEqual([
    ['1', 100],
    ['2', 100],
  ])
})

test('a press longer than the duration field is one press of many segments (RFC 4733 §2.5.1.3)', () => {
  const { told, packet } = receiver()
  packet(9, 0xffff, { at: 0 })
  packet(9, 0xffff, { at: 0xffff })
  packet(9, 800, { at: 2 * 0xffff, end: true })

  expect(told).toEqual([['9', Math.round((2 * 0xffff + 800) / 8)]])
})

test('flash, fax tones and short payloads are no keys', () => {
  const { told, digits, packet } = receiver()
  packet(16, 800, { end: true })
  packet(36, 800, { end: true, at: 2000 })
  digits.receive(Uint8Array.from([5, 0x80, 1]), 0, 3, 3000, 0)

  expect(told).toEqual([])
})

test('any bytes at all tell only keys', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 8 }), fc.nat(2 ** 32 - 1))), (packets) => {
      const { told, digits } = receiver()
      for (const [bytes, at] of packets) digits.receive(bytes, 0, bytes.length, at, at % 1000)
      expect(told.every(([digit]) => /^[0-9*#A-D]$/.test(digit))).toBe(true)
    }),
  )
})

test('keys have the events of RFC 4733 and the tones of Q.23', () => {
  expect([...'0*#aD'].map(eventOfKey)).toEqual([0, 10, 11, 12, 15])
  expect(eventOfKey('x')).toBeUndefined()
  expect([1, 5, 9, 10, 0, 11, 12, 15].map(tonesOfEvent)).toEqual([
    [697, 1209],
    [770, 1336],
    [852, 1477],
    [941, 1209],
    [941, 1336],
    [941, 1477],
    [697, 1633],
    [941, 1633],
  ])
})
