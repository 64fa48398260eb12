import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import type { MediaEngine } from '#media/engine.ts'
import { openMedia } from '#media/open-media.ts'
import { levelAt, loudness, sine, strongestHz } from '#test/audio.ts'
import { RtpPeer } from '#test/rtp-peer.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: MediaEngine
beforeEach(async () => {
  const config = { engine: 'embedded' as const, rtpAddress: '127.0.0.1', rtpPorts: [30000, 34000] as const }
  engine = await openMedia({ config, clock: systemClock, log: silentLog })
})
afterEach(() => engine[Symbol.asyncDispose]())

for (const [from, to] of [
  [0, 0],
  [8, 8],
  [0, 8],
  [8, 0],
] as const) {
  test(`a 1 kHz tone sent as ${from} arrives at the other leg as ${to} within 1 dB and 1 %`, async () => {
    await using alice = await RtpPeer.open({ payloadType: from })
    await using bob = await RtpPeer.open({ payloadType: to })
    const a = await engine.openFromOffer(alice.sdp(), { owner: 'test' })
    const b = await engine.openForOffer({ owner: 'test' })
    await b.acceptAnswer(bob.sdp())
    alice.talkTo(a.localSdp)
    bob.talkTo(b.localSdp)
    await engine.bridge(a, b)
    alice.say(sine(1000, 1))
    bob.say(new Int16Array(160))
    await waitUntil(
      'the tone',
      () => bob.received.length > 10 && levelAt(bob.heard().slice(-1600), 1000) > -12,
    )
    const start = performance.now()
    await waitUntil('a second of it', () => bob.heard(start).length >= 8000)
    const heard = bob.heard(start).subarray(0, 8000)
    expect(levelAt(heard, 1000)).toBeCloseTo(-10, 0)
    expect(strongestHz(heard)).toBeCloseTo(1000, -1)
    expect(loudness(alice.heard(start))).toBeLessThan(-60)
    expect((await a.quality()).packetsLost).toBe(0)
  })
}
