import { expect, test } from 'vitest'
import { Doubler, Halver } from '#media/embedded/half-band.ts'
import { levelAt, sine } from '#test/audio.ts'

function doubled(samples: Int16Array): Int16Array {
  const doubler = new Doubler()
  const all = new Int16Array(samples.length * 2)
  for (let at = 0; at < samples.length; at += 160)
    doubler.push(samples.subarray(at, at + 160), all.subarray(2 * at, 2 * at + 320))
  return all.subarray(640)
}

function halved(samples: Int16Array): Int16Array {
  const halver = new Halver()
  const all = new Int16Array(samples.length / 2)
  for (let at = 0; at < samples.length; at += 320)
    halver.push(samples.subarray(at, at + 320), all.subarray(at / 2, at / 2 + 160))
  return all.subarray(320)
}

test.each([100, 1000, 3000, 3400])('%i Hz passes at its level, without an image', (hz) => {
  const wide = doubled(sine(hz, 1))
  expect(Math.abs(levelAt(wide, hz, 16_000) + 10)).toBeLessThan(0.1)
  expect(levelAt(wide, 8000 - hz, 16_000)).toBeLessThan(-60)
  expect(Math.abs(levelAt(halved(sine(hz, 1, { rate: 16_000 })), hz) + 10)).toBeLessThan(0.1)
})

test.each([4600, 5000, 6000, 7500])('%i Hz does not come back as another tone', (hz) => {
  expect(levelAt(halved(sine(hz, 1, { rate: 16_000 })), 8000 - hz)).toBeLessThan(-60)
})
