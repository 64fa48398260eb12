import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRtp, rtpView, sequenceDelta, timestampDelta, writeRtpHeader } from '#media/embedded/rtp.ts'

const view = rtpView()
const header = [0x80, 0x80, 0x12, 0x34, 0xff, 0, 0, 1, 0xde, 0xad, 0xbe, 0xef]

test('a header is read and written as RFC 3550 §5.1 draws it', () => {
  expect(readRtp(Uint8Array.from([...header, 1, 2, 3]), view)).toBe(true)
  expect(view).toEqual({
    marker: true,
    payloadType: 0,
    sequence: 0x1234,
    timestamp: 0xff000001,
    ssrc: 0xdeadbeef,
    start: 12,
    end: 15,
  })
  const bytes = new Uint8Array(12)
  writeRtpHeader(bytes, view)
  expect([...bytes]).toEqual(header)
})

test('contributing sources, extension and padding are stepped over', () => {
  const bytes = [0xb1, ...header.slice(1), 9, 9, 9, 9, 0xbe, 0xde, 0, 1, 7, 7, 7, 7, 42, 43, 0, 2]

  expect(readRtp(Uint8Array.from(bytes), view)).toBe(true)
  expect([view.start, view.end]).toEqual([24, 26])
})

test.each([
  ['empty', []],
  ['cut off', header.slice(0, 11)],
  ['version 1', [0x40, ...header.slice(1)]],
  ['more sources than bytes', [0x8f, ...header.slice(1)]],
  ['an extension without its head', [0x90, ...header.slice(1), 1, 2]],
  ['an extension longer than the packet', [0x90, ...header.slice(1), 0, 0, 0xff, 0xff]],
  ['padding longer than the packet', [0xa0, ...header.slice(1), 200]],
  ['padding of nothing', [0xa0, ...header.slice(1), 0]],
  ['more than 200 ms', [...header, ...Array(1601).fill(0)]],
])('no RTP: %s', (_what, bytes) => {
  expect(readRtp(Uint8Array.from(bytes), view)).toBe(false)
})

test('whatever is read lies inside the packet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      if (!readRtp(bytes, view)) return
      expect(view.start).toBeLessThanOrEqual(view.end)
      expect(view.end).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: 2000 },
  )
})

test('sequence numbers and timestamps are compared on their circles', () => {
  expect(sequenceDelta(2, 65_534)).toBe(4)
  expect(sequenceDelta(65_534, 2)).toBe(-4)
  expect(timestampDelta(100, 0xffffff00)).toBe(356)
})
