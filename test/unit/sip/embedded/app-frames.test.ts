import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frameOf, frameReader } from '#sip/embedded/app-frames.ts'
import { MalformedMessage } from '#sip/embedded/malformed.ts'

test('a frame counts bytes, not characters', () => {
  expect(frameOf('kůň 🐴')).toBe('10#kůň 🐴')
})

test('whatever is written is read again, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 }),
      (texts, cuts) => {
        const bytes = Buffer.from(texts.map(frameOf).join(''))
        const reader = frameReader(10_000)
        const read: string[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const end = at + (cuts[turn % cuts.length] ?? 1)
          read.push(...reader.push(bytes.subarray(at, end)))
          at = end
        }
        expect(read).toEqual(texts)
      },
    ),
  )
})

describe('refuses', () => {
  test.each(['#a', '0#', 'a#b', '-1#a', '1a#b', ' 1#a', '12345678', '101#', 'GET /'])('%j', (bytes) => {
    expect(() => frameReader(100).push(Buffer.from(bytes))).toThrow(MalformedMessage)
  })

  test('any bytes with nothing but a MalformedMessage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        try {
          frameReader(100).push(Buffer.from(bytes))
        } catch (err) {
          expect(err).toBeInstanceOf(MalformedMessage)
        }
      }),
    )
  })
})

test('a length that has not arrived whole waits', () => {
  const reader = frameReader(100)

  expect(reader.push(Buffer.from('1'))).toEqual([])
  expect(reader.push(Buffer.from('0#0123'))).toEqual([])
  expect(reader.push(Buffer.from('4567891#a'))).toEqual(['0123456789', 'a'])
})
