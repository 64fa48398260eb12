import { expect, test } from 'vitest'
import { mosOf, ReceiveStats } from '#media/embedded/quality.ts'

/** Feeds packets given as [sequence, late by ms]; sent 20 ms apart. */
function feed(stats: ReceiveStats, packets: readonly (readonly [number, number])[], ssrc = 1): void {
  for (const [sequence, lateMs] of packets) {
    stats.arrived(sequence & 0xffff, sequence * 160, ssrc, sequence * 20 + lateMs, true)
  }
}
const steady = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => [from + i, 0] as const)

test('loss is what the numbers miss, across the wrap of the sequence', () => {
  const stats = new ReceiveStats()
  feed(stats, [...steady(65_530, 3), ...steady(65_535, 10)])

  expect([stats.received, stats.lost, stats.highestExtended]).toEqual([13, 2, 65_544])
  expect(stats.lossRatio).toBeCloseTo(2 / 15, 6)
})

test('a reordered packet is not lost, a repeated one not received', () => {
  const stats = new ReceiveStats()
  feed(stats, [
    [1, 0],
    [3, 0],
    [2, 0],
  ])
  expect(stats.arrived(3, 480, 1, 60, true)).toBe('duplicate')

  expect([stats.received, stats.lost, stats.dropped]).toEqual([3, 0, 1])
})

test('a sender that starts over keeps what was lost before and adds nothing', () => {
  const stats = new ReceiveStats()
  feed(stats, [
    [1, 0],
    [3, 0],
  ])
  feed(stats, steady(40_000, 5), 2)
  feed(stats, steady(100, 5), 2)

  expect([stats.received, stats.lost]).toEqual([12, 1])
})

test('jitter follows RFC 3550 §A.8: packets 8 ms early and late by turns approach 16 ms', () => {
  const stats = new ReceiveStats()
  feed(
    stats,
    Array.from({ length: 400 }, (_, i) => [i, i % 2 === 0 ? 0 : 16] as const),
  )

  expect(stats.jitterMs).toBeCloseTo(16, 1)
  feed(stats, steady(401, 400))
  expect(stats.jitterMs).toBeLessThan(0.1)
  expect(stats.maxJitterMs).toBeCloseTo(16, 1)
})

test('a key press, whose timestamp stands still, is no jitter', () => {
  const stats = new ReceiveStats()
  feed(stats, steady(0, 50))
  for (let n = 50; n < 60; n += 1) stats.arrived(n, 50 * 160, 1, n * 20, false)
  feed(stats, steady(60, 10))

  expect(stats.jitterMs).toBe(0)
})

test('the fraction lost of a report counts since the last report', () => {
  const stats = new ReceiveStats()
  feed(stats, [...steady(1, 5), ...steady(11, 5)])
  expect(stats.takeFractionLost()).toBe(Math.floor((5 * 256) / 15))
  feed(stats, steady(16, 10))
  expect(stats.takeFractionLost()).toBe(0)
})

test('MOS by G.107: 4.4 for a clean call, falling with loss, delay and jitter; unknown for a short one', () => {
  expect(mosOf({ lossRatio: 0, jitterMs: 0, rttMs: 0 })).toBeCloseTo(4.4, 1)
  expect(mosOf({ lossRatio: 0.02, jitterMs: 0, rttMs: 0 })).toBeCloseTo(4.24, 1)
  expect(mosOf({ lossRatio: 0.1, jitterMs: 0, rttMs: 0 })).toBeCloseTo(3.4, 0)
  expect(mosOf({ lossRatio: 0, jitterMs: 0, rttMs: 800 })).toBeLessThan(3.6)
  expect(mosOf({ lossRatio: 1, jitterMs: 500, rttMs: 5000 })).toBe(1)
  const stats = new ReceiveStats()
  feed(stats, steady(0, 49))
  expect(stats.mos(undefined)).toBeUndefined()
  feed(stats, steady(49, 1))
  expect(stats.mos(undefined)).toBeCloseTo(4.4, 1)
})
