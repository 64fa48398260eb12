import { expect, test } from 'vitest'
import { Latch } from '#media/embedded/latch.ts'
import { PortPool } from '#media/embedded/port-pool.ts'
import { Repacketizer } from '#media/embedded/repacketizer.ts'
import { rtpView } from '#media/embedded/rtp.ts'
import { ToneSource } from '#media/embedded/tone.ts'
import { levelAt, loudness } from '#test/audio.ts'
import { fakeClock } from '#test/fake-clock.ts'

test('ports are even, random, and rest before they are used again', async () => {
  const clock = fakeClock()
  const pool = new PortPool([10_001, 10_401], clock)
  const taken = Array.from({ length: 200 }, () => pool.take())
  expect(taken.every((port) => port !== undefined && port % 2 === 0 && port > 10_001 && port < 10_401)).toBe(
    true,
  )
  expect(new Set(taken).size).toBe(200)
  expect(taken).not.toEqual([...taken].sort())
  pool.release(10_100)
  await clock.advance(31_000)
  pool.release(10_200)
  await clock.advance(1000)
  expect(pool.take()).toBe(10_100)
  // Better a port that still rests than a call without sound.
  expect(pool.take()).toBe(10_200)
  expect(pool.take()).toBeUndefined()
  expect(pool.room).toBe(0)
})

test('the address of the SDP is believed at once, another after five packets in a row', () => {
  const latch = new Latch()
  latch.expect('198.51.100.7', 4000)
  const from = (address: string, sequence: number, ssrc = 1) => latch.from(address, 4000, sequence, ssrc)
  expect([1, 2, 3, 4].map((sequence) => from('203.0.113.9', sequence))).toEqual([false, false, false, false])
  expect(from('198.51.100.7', 9)).toBe(true)
  expect(from('203.0.113.9', 5)).toBe(false)
  latch.expect('198.51.100.8', 4000)
  expect([1, 2, 9, 10, 11, 12, 13].map((sequence) => from('203.0.113.9', sequence)).at(-1)).toBe(true)
  expect(from('198.51.100.8', 1)).toBe(false)
  latch.expect('198.51.100.8', 4000)
  expect(latch.address).toBe('203.0.113.9')
})

test('two strangers who take turns are never believed', () => {
  const latch = new Latch()
  latch.expect(undefined, 0)
  for (let n = 0; n < 100; n += 1) {
    expect(latch.from('203.0.113.1', 4000, n, 1)).toBe(false)
    expect(latch.from('203.0.113.2', 4000, n, 2)).toBe(false)
  }
})

test('frames of 20 ms are cut from packets of any length, each at its own time', () => {
  const cut = new Repacketizer()
  const frame = new Uint8Array(160)
  const as = rtpView()
  const cuts: (readonly [sequence: number, timestamp: number, first: number])[] = []
  const add = (timestamp: number, length: number, value: number, table?: Uint8Array) => {
    cut.add(
      new Uint8Array(length).fill(value),
      { ...rtpView(), ssrc: 1, timestamp, start: 0, end: length },
      table,
    )
    while (cut.take(frame, 0, as)) cuts.push([as.sequence, as.timestamp, frame[0] ?? -1])
  }
  add(1000, 240, 1)
  add(
    1240,
    240,
    2,
    Uint8Array.from({ length: 256 }, (_, byte) => byte + 1),
  )
  expect(cuts).toEqual([
    [0, 1000, 1],
    [1, 1160, 1],
    [2, 1320, 3],
  ])
  expect(frame[159]).toBe(3)
  // 480 samples are lost, then come too late.
  add(1960, 240, 4)
  add(1480, 480, 5)
  add(2200, 80, 6)
  expect(cuts.slice(3)).toEqual([
    [6, 1960, 4],
    [7, 2120, 4],
  ])
})

test('a sender of other lengths that starts over is cut on from where it is', () => {
  const cut = new Repacketizer()
  const as = rtpView()
  const frames: number[] = []
  for (const timestamp of [4_000_000_000, 4_000_000_080, 7, 87, 167]) {
    cut.add(new Uint8Array(80), { ...rtpView(), timestamp, start: 0, end: 80 }, undefined)
    while (cut.take(new Uint8Array(160), 0, as)) frames.push(as.timestamp)
  }

  expect(frames).toEqual([4_000_000_000, 7])
})

test('a tone has its level and no click at its edges', () => {
  const tone = new ToneSource({ hz: [1000], onMs: 500, offMs: 500, times: 1, dbm0: -10 })
  const samples = new Int16Array(16_000)
  expect(tone.fill(samples, 16_000)).toBe(8000)
  expect(levelAt(samples.subarray(400, 3600), 1000)).toBeCloseTo(-10, 1)
  expect(loudness(samples.subarray(4000, 8000))).toBe(Number.NEGATIVE_INFINITY)
  const steepest = samples
    .subarray(0, 8000)
    .reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? 0))), 0)
  expect(steepest).toBeLessThan(32768 * 10 ** (-13.17 / 20) * 0.8)
  expect(Math.abs(samples[0] ?? 0)).toBeLessThan(300)
  expect(Math.abs(samples[3999] ?? 0)).toBeLessThan(300)
})

test('a tone without a pause does not pulse where its periods meet', () => {
  const tone = new ToneSource({ hz: [425], onMs: 100, offMs: 0 })
  const samples = new Int16Array(8000)
  tone.fill(samples, 8000)
  const levels = Array.from({ length: 9 }, (_, n) => loudness(samples.subarray(780 + n * 800, 860 + n * 800)))

  expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(1.5)
})
