import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OpusDecoder, OpusEncoder, opusTicks } from '#media/embedded/opus.ts'
import { levelAt, sine } from '#test/audio.ts'

function packetsOf(samples: Int16Array): readonly Uint8Array[] {
  using encoder = new OpusEncoder()
  const packet = new Uint8Array(1500)
  return Array.from({ length: samples.length / 320 }, (_, n) =>
    packet.slice(0, encoder.encode(samples.subarray(n * 320, n * 320 + 320), packet, 0)),
  )
}

test('a tone comes back at its pitch and level, in packets of 20 ms', () => {
  using decoder = new OpusDecoder()
  const heard = new Int16Array(16_000)
  packetsOf(sine(1000, 1, { rate: 16_000 })).forEach((packet, n) => {
    expect(opusTicks(packet, 0, packet.length)).toBe(960)
    expect(decoder.decode(packet, 0, packet.length, heard.subarray(n * 320))).toBe(320)
  })

  expect(Math.abs(levelAt(heard.subarray(3200), 1000, 16_000) + 10)).toBeLessThan(1)
})

test('silence is sent on: no discontinuous transmission', () => {
  const packets = packetsOf(new Int16Array(16_000))

  expect(packets).toHaveLength(50)
  expect(packets.every((packet) => opusTicks(packet, 0, packet.length) === 960)).toBe(true)
})

// RFC 6716 §3.1: configuration in the upper five bits, stereo, and how many frames.
test.each([
  ['SILK 20 ms, one frame', [0x08, 1, 2, 3], 960],
  ['SILK 60 ms, one frame', [0x18, 1], 2880],
  ['CELT 2.5 ms, two alike', [0x81, 1, 2], 240],
  ['CELT 20 ms, two of 1 and 2 bytes', [0x9a, 1, 7, 8, 9], 1920],
  ['hybrid 10 ms, three alike', [0x63, 3, 1, 2, 3], 1440],
  ['two frames of different lengths that say they are alike', [0x81, 1, 2, 3], 0],
  ['two frames of which the first is longer than the packet', [0x9a, 9, 7], 0],
  ['a length cut off', [0x9a, 252], 0],
  ['no frames', [0x63, 0], 0],
  ['frames of 140 ms', [0x9b, 7, 1, 2, 3, 4, 5, 6, 7], 0],
  ['padding longer than the packet', [0x63, 0x41, 200, 1], 0],
  ['nothing', [], 0],
])('%s: %j lasts %i ticks', (_, bytes, ticks) => {
  expect(opusTicks(Uint8Array.from(bytes), 0, bytes.length)).toBe(ticks)
})

test('whatever comes, it is decoded to what it says or not at all', () => {
  using decoder = new OpusDecoder()
  const samples = new Int16Array(3200)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1600 }), (bytes) => {
      const made = decoder.decode(bytes, 0, bytes.length, samples)
      expect([0, opusTicks(bytes, 0, bytes.length) / 3]).toContain(made)
    }),
    { numRuns: 2000, seed: 7 },
  )
})

test('encoders and decoders that are given back leave their memory to the next', () => {
  for (let n = 0; n < 3000; n += 1) {
    using _encoder = new OpusEncoder()
    using _decoder = new OpusDecoder()
  }
  expect(packetsOf(sine(500, 0.1, { rate: 16_000 }))).toHaveLength(5)
})
