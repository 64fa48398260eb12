import { expect, test } from 'vitest'
import { fillNoise, readNoiseLevel } from '#media/embedded/comfort-noise.ts'
import { loudness } from '#test/audio.ts'

test('noise is as loud as was asked, whatever was before (RFC 3389 §3.1)', () => {
  for (const level of [30, 50, 70]) {
    const frames = Array.from({ length: 50 }, () => {
      const frame = new Int16Array(160)
      fillNoise(frame, level)
      return [...frame]
    })
    // 0 dBm0 is 3.14 dB below a full sine, which is 3.01 dB below overload.
    expect(Math.abs(loudness(Int16Array.from(frames.flat())) - (6.15 - level))).toBeLessThan(0.5)
  }
})

test.each([
  ['a level', [60], 60],
  ['with a spectrum', [60, 1, 2, 3], 60],
  ['the highest bit is reserved', [0x80 | 60], 60],
  ['an inaudible one is silence', [127], undefined],
  ['a loud one is bounded', [0], 30],
  ['an empty one is silence', [], undefined],
] as const)('the level of a packet: %s', (_what, bytes, level) => {
  expect(readNoiseLevel(Uint8Array.from(bytes), 0, bytes.length)).toBe(level)
})
