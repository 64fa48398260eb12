import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OutStream } from '#media/embedded/out-stream.ts'
import { ReceiveStats } from '#media/embedded/quality.ts'
import { Rtcp } from '#media/embedded/rtcp.ts'
import { read32, write32 } from '#media/embedded/rtp.ts'

function parts() {
  const out = new OutStream({ ssrc: 7, sequence: 1, timestamp: 1000 }, () => {})
  const heard = new ReceiveStats()
  return { out, heard, rtcp: new Rtcp('cordboard-7') }
}

test('before we send it is an empty receiver report, then a sender report with a block; a CNAME goes with both', () => {
  const { out, heard, rtcp } = parts()
  const empty = rtcp.packet.subarray(0, rtcp.write(out, heard, 0, 0))
  expect([...empty.subarray(0, 4)]).toEqual([0x80, 201, 0, 1])
  expect(empty.subarray(8).toString('latin1')).toContain('cordboard-7')
  out.sendFrame(0, 0)
  heard.arrived(10, 160, 9, 20, true)
  heard.arrived(13, 640, 9, 80, true)
  const full = rtcp.packet.subarray(0, rtcp.write(out, heard, 1_700_000_000_500, 40))

  expect([...full.subarray(0, 4)]).toEqual([0x81, 200, 0, 12])
  expect(read32(full, 8)).toBe(1_700_000_000 + 2_208_988_800 - 2 ** 32 + 2 ** 32)
  expect(read32(full, 12)).toBe(2 ** 31)
  expect([read32(full, 16), read32(full, 20), read32(full, 24)]).toEqual([1000 + 320, 1, 160])
  expect([read32(full, 28), read32(full, 32) >>> 24, read32(full, 32) & 0xffffff, read32(full, 36)]).toEqual([
    9, 128, 2, 13,
  ])
  expect(full.length % 4).toBe(0)
  expect(rtcp.read(full, 99, 0)).toBe(true)
})

test('a report of the far end on our stream gives its loss and the round trip', () => {
  const { out, heard, rtcp } = parts()
  const far = parts()
  out.sendFrame(0, 0)
  const now = Date.now()
  const ours = rtcp.packet.subarray(0, rtcp.write(out, heard, now - 250, 0))
  far.rtcp.read(ours, 1, 5000)
  far.heard.arrived(1, 0, 7, 0, true)
  far.heard.arrived(5, 0, 7, 0, true)
  // The far end answers 100 ms after it heard our report: 250 - 100 ms were on the way.
  const theirs = far.rtcp.packet.subarray(0, far.rtcp.write(far.out, far.heard, now, 5100))

  expect(rtcp.read(theirs, 7, 250)).toBe(true)
  expect(rtcp.farLossRatio).toBeCloseTo(3 / 5, 2)
  expect(rtcp.rttMs).toBeGreaterThan(140)
  expect(rtcp.rttMs).toBeLessThan(200)
})

test('reports on somebody else, or with a round trip of nonsense, tell nothing', () => {
  const { rtcp } = parts()
  const report = new Uint8Array(32)
  report.set([0x81, 201, 0, 7])
  write32(report, 8, 8)
  expect(rtcp.read(report, 7, 0)).toBe(true)
  expect(rtcp.farLossRatio).toBeUndefined()
  write32(report, 8, 7)
  write32(report, 24, 12_345)
  expect(rtcp.read(report, 7, 0)).toBe(true)
  expect(rtcp.farLossRatio).toBe(0)
  expect(rtcp.rttMs === undefined || rtcp.rttMs < 10_000).toBe(true)
})

test.each([
  ['empty', []],
  ['a length past its end', [0x80, 200, 0, 50, 0, 0, 0, 1]],
  ['a second part cut off', [0x80, 201, 0, 1, 0, 0, 0, 1, 0x80, 202]],
  ['RTP', [0x80, 0, 0, 1, 0, 0, 0, 1]],
  ['version 1 in the second part', [0x80, 201, 0, 1, 0, 0, 0, 1, 0x40, 202, 0, 0]],
])('no RTCP: %s', (_what, bytes) => {
  expect(parts().rtcp.read(Uint8Array.from(bytes), 7, 0)).toBe(false)
})

test('31 announced blocks in an empty report, and any other bytes, are harmless', () => {
  expect(parts().rtcp.read(Uint8Array.from([0x9f, 201, 0, 1, 0, 0, 0, 1]), 7, 0)).toBe(true)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      parts().rtcp.read(Uint8Array.from([0x81, 200, 0, 12, ...bytes]), 7, 0)
      parts().rtcp.read(bytes, 7, 0)
    }),
  )
})
