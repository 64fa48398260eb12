import { expect, test } from 'vitest'
import { dice, fuzzPackets, fuzzSdp } from '#test/media-fuzz.ts'

// bench/fuzz-media.ts runs a million with any seed; here a bounded share with one that never changes.
test('mutated SDP is read or refused with a code', () => {
  expect(() => fuzzSdp(5000, dice(20_261_120))).not.toThrow()
})

test('mutated RTP, SRTP and RTCP break no leg', () => {
  expect(() => fuzzPackets(30_000, dice(20_261_120))).not.toThrow()
})
