import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FreeswitchEngine } from '#media/freeswitch/freeswitch-engine.ts'
import { levelAt, sine, strongestHz } from '#test/audio.ts'
import { openTestFreeswitch } from '#test/freeswitch-media.ts'
import { openTalker, soundPasses } from '#test/media-peers.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: FreeswitchEngine
beforeEach(async () => {
  engine = await openTestFreeswitch()
})
afterEach(() => engine[Symbol.asyncDispose]())

// Two legs that talk to each other in the codec stand in for phones that speak it.
for (const codec of ['PCMU', 'PCMA', 'G722', 'opus'] as const)
  test(`sound and keys pass a leg in ${codec}`, async () => {
    await using alice = await openTalker(engine)
    await using bob = await openTalker(engine, { payloadType: 8 })
    await using out = await engine.openForOffer({ owner: 'test', codecs: [codec] })
    await using back = await engine.openFromOffer(out.localSdp, { owner: 'test' })
    await out.acceptAnswer(back.localSdp)
    await engine.bridge(alice.leg, out)
    await engine.bridge(back, bob.leg)
    alice.peer.say(sine(1000, 1))
    await waitUntil('the tone', () => levelAt(bob.peer.heard().slice(-1600), 1000) > -12)
    await soundPasses(bob, 500)
    const heard = bob.peer.heard().slice(-1600)
    const keys: string[] = []
    back.events.on((event) => event.kind === 'digit' && keys.push(event.digit))
    await out.sendDigits('15')

    expect(Math.abs(levelAt(heard, 1000) + 10)).toBeLessThan(1)
    expect(Math.abs(strongestHz(heard) - 1000)).toBeLessThan(10)
    expect((await back.quality()).codec).toBe(codec)
    await waitUntil('the keys', () => keys.join('') === '15')
  })

test('the far end is answered in the codec it put first, with its own number for it', async () => {
  await using alice = await openTalker(engine)
  const offer = alice.peer
    .sdp()
    .replace(/^m=audio (\d+) .*/m, 'm=audio $1 RTP/AVP 96 9 0 101')
    .replace(/^a=rtpmap:0/m, 'a=rtpmap:96 opus/48000/2\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0')
  await using wide = await engine.openFromOffer(offer, { owner: 'test' })
  await using narrow = await engine.openFromOffer(offer, { owner: 'test', codecs: ['PCMA', 'PCMU'] })

  expect(wide.localSdp).toMatch(/^m=audio \d+ RTP\/AVP 96 101\r$/m)
  expect(wide.localSdp).toContain('a=rtpmap:96 opus/48000/2')
  expect(narrow.localSdp).toMatch(/^m=audio \d+ RTP\/AVP 0 101\r$/m)
})
