import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { G722Decoder, G722Encoder } from '#media/embedded/g722.ts'
import { levelAt, sine } from '#test/audio.ts'

/** Two seconds of rumble, full noise and noise that fades, of integers alone: the same on every machine. */
function noises(): Int16Array {
  let state = 1
  let slow = 0
  return Int16Array.from({ length: 32_000 }, (_, i) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    const noise = (state >>> 16) - 32_768
    slow += (noise - slow) >> 4
    if (i < 16_000) return (slow * 3) >> 1
    return i < 24_000 ? noise : noise >> ((i >>> 10) & 7)
  })
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const encoded = () => {
  const bytes = new Uint8Array(16_000)
  new G722Encoder().encode(noises(), bytes, 0)
  return bytes
}

// Made with ffmpeg 5.1.9: -f s16le -ar 16000 -c:a g722 -f g722, and back.
test('encodes to the bytes that FFmpeg makes of the same sound', () => {
  expect(hashOf(encoded())).toBe('41f53e20d86f1cdd08b4e58df4c097e1f5aa22cf2d40fbb2277976c33b100281')
})

test('decodes to the samples that FFmpeg makes of the same bytes', () => {
  const samples = new Int16Array(32_000)

  expect(new G722Decoder().decode(encoded(), 0, 16_000, samples)).toBe(32_000)
  expect(hashOf(new Uint8Array(samples.buffer))).toBe(
    '4e7b02cf1598d960e4d718d5269f2b060feefcfd112eb606db73bdbb0380b431',
  )
})

test('it makes no difference how the bytes are cut', () => {
  const bytes = encoded().subarray(0, 800)
  const [whole, cut] = [new Int16Array(1600), new Int16Array(1600)]
  new G722Decoder().decode(bytes, 0, 800, whole)
  const decoder = new G722Decoder()
  for (let at = 0, size = 1; at < 800; at += size, size = Math.min(size + 2, 800 - at))
    decoder.decode(bytes, at, at + size, cut.subarray(at * 2))

  expect(cut).toEqual(whole)
})

test.each([300, 1000, 3000, 6000])('a tone of %i Hz comes back at its level', (hz) => {
  const bytes = new Uint8Array(8000)
  const samples = new Int16Array(16_000)
  new G722Encoder().encode(sine(hz, 1, { rate: 16_000 }), bytes, 0)
  new G722Decoder().decode(bytes, 0, 8000, samples)

  expect(Math.abs(levelAt(samples.subarray(1600), hz, 16_000) + 10)).toBeLessThan(0.5)
})
