import { expect, test } from 'vitest'
import { pcma, pcmu } from '#media/embedded/g711.ts'

const linear = (law: typeof pcmu, byte: number) => law.toLinear[byte]
const coded = (law: typeof pcmu, sample: number) => law.fromLinear[sample & 0xffff]

test('µ-law decodes to the values of ITU-T G.711 table 2, scaled to 16 bit', () => {
  // Decoder output values y0, y1, y16, y127 of the table are 0, 2, 33-step values ... 8031 in 14 bit.
  expect([0xff, 0xfe, 0xef, 0x80, 0x7f, 0x00].map((byte) => linear(pcmu, byte))).toEqual([
    0, 8, 132, 32124, 0, -32124,
  ])
  expect([0xf0, 0xe0, 0xd0, 0xc0, 0xb0, 0xa0, 0x90].map((byte) => linear(pcmu, byte))).toEqual([
    120, 372, 876, 1884, 3900, 7932, 15996,
  ])
})

test('A-law decodes to the values of ITU-T G.711 table 1, scaled to 16 bit', () => {
  expect([0xd5, 0x55, 0xaa, 0x2a, 0xd4, 0x54].map((byte) => linear(pcma, byte))).toEqual([
    8, -8, 32256, -32256, 24, -24,
  ])
  expect([0xda, 0xc5, 0xf5, 0xe5, 0x95, 0x85, 0xb5, 0xa5].map((byte) => linear(pcma, byte))).toEqual([
    248, 264, 528, 1056, 2112, 4224, 8448, 16896,
  ])
})

test('decision values lie where the tables of G.711 put them', () => {
  // µ-law: in 14 bit the first decision is at 1, the next at 3, 5; the segment ends at 31, 95, 223 ... 4063.
  expect([0, 3, 4, 11, 12].map((sample) => coded(pcmu, sample))).toEqual([0xff, 0xff, 0xfe, 0xfe, 0xfd])
  expect([123, 124, 16251, 16252].map((sample) => coded(pcmu, sample))).toEqual([0xf0, 0xef, 0x90, 0x8f])
  expect([32767, -32768].map((sample) => coded(pcmu, sample))).toEqual([0x80, 0x00])
  // A-law: steps of 16 up to 512, then of 32.
  expect([0, 15, 16, -1, -16, -17].map((sample) => coded(pcma, sample))).toEqual([
    0xd5, 0xd5, 0xd4, 0x55, 0x55, 0x54,
  ])
  expect([511, 512, 543, 544, 32767, -32768].map((sample) => coded(pcma, sample))).toEqual([
    0xca, 0xf5, 0xf5, 0xf4, 0xaa, 0x2a,
  ])
})

test('the digital milliwatt of G.711 (1 kHz at 0 dBm0) has the level it is named for', () => {
  const ulaw = [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e].map((byte) => linear(pcmu, byte) ?? 0)
  const alaw = [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4].map((byte) => linear(pcma, byte) ?? 0)
  for (const [samples, full] of [
    [ulaw, 4 * 8159 * 10 ** (-3.17 / 20)],
    [alaw, 32768 * 10 ** (-3.14 / 20)],
  ] as const) {
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / 8
    expect(Math.abs(10 * Math.log10(power / (full ** 2 / 2)))).toBeLessThan(0.03)
  }
})

for (const law of [pcmu, pcma]) {
  test(`${law.codec}: each byte decodes and encodes to itself, and silence is silence`, () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte)
    const again = bytes.map((byte) => coded(law, linear(law, byte) ?? 0))
    // µ-law has two zeros.
    expect(again.filter((byte, i) => byte !== i)).toEqual(law === pcmu ? [0xff] : [])
    expect(Math.abs(linear(law, law.silence) ?? 99)).toBeLessThanOrEqual(8)
  })

  test(`${law.codec}: encoding is monotonic and off by at most half a step`, () => {
    let last = Number.NEGATIVE_INFINITY
    for (let sample = -32768; sample < 32768; sample += 1) {
      const back = linear(law, coded(law, sample) ?? 0) ?? 0
      expect(back).toBeGreaterThanOrEqual(last)
      last = back
      if (Math.abs(sample) < 32_000)
        expect(Math.abs(back - sample)).toBeLessThanOrEqual(16 + Math.abs(sample) / 31)
    }
  })
}

test('from one law to the other and back loses nothing audible', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    const there = linear(pcma, pcmu.toOther[byte] ?? 0) ?? 0
    const before = linear(pcmu, byte) ?? 0
    expect(Math.abs(there - before)).toBeLessThanOrEqual(16 + Math.abs(before) / 31)
  }
})
