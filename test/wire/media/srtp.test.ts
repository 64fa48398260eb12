import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { EmbeddedEngine } from '#media/embedded/embedded-engine.ts'
import { SrtpContext } from '#media/embedded/srtp.ts'
import type { MediaLeg } from '#media/engine.ts'
import { levelAt, sine } from '#test/audio.ts'
import { digitsOf, openTalker, type Talker } from '#test/media-peers.ts'
import { RtpPeer } from '#test/rtp-peer.ts'
import { waitUntil } from '#test/wait-until.ts'

let engine: EmbeddedEngine
beforeEach(async () => {
  engine = new EmbeddedEngine({
    rtpAddress: '127.0.0.1',
    namedAddress: '127.0.0.1',
    rtpPorts: [22000, 29999],
    music: new Int16Array(0),
    workers: 2,
    fewLegs: 0,
    clock: systemClock,
    log: silentLog,
  })
  await engine.start()
})
afterEach(() => engine[Symbol.asyncDispose]())

/** Two legs of ours that speak with each other over SRTP, each bridged to a far end in the clear. */
async function openSecured(
  suite?: string,
): Promise<{ alice: Talker; bob: Talker; legs: [MediaLeg, MediaLeg] }> {
  const alice = await openTalker(engine, { owner: 'a' })
  const bob = await openTalker(engine, { owner: 'b' })
  const near = await engine.openForOffer({ owner: 'a', srtp: 'required' })
  const lines = near.localSdp.split('\r\n')
  const offer = lines.filter((line) => !line.startsWith('a=crypto') || !suite || line.includes(suite))
  const far = await engine.openFromOffer(offer.join('\r\n'), { owner: 'b', srtp: 'optional' })
  await near.acceptAnswer(far.localSdp)
  await engine.bridge(alice.leg, near)
  await engine.bridge(far, bob.leg)
  alice.peer.say(sine(1000, 1))
  bob.peer.say(sine(600, 1))
  return { alice, bob, legs: [near, far] }
}

const hears = ({ peer }: Talker, hz: number) => Math.abs(levelAt(peer.heard().slice(-1600), hz) + 10) < 1

for (const suite of ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_128_GCM']) {
  test(`sound and keys pass both ways over ${suite}`, async () => {
    const { alice, bob, legs } = await openSecured(suite)
    await waitUntil('both are heard', () => hears(bob, 1000) && hears(alice, 600))
    const [near, far] = await Promise.all(legs.map((leg) => leg.quality()))

    expect([near?.srtp, far?.srtp]).toEqual([suite, suite])
    expect([near?.packetsDropped, far?.packetsLost]).toEqual([0, 0])
    await legs[0].sendDigits('42')
    const digits: string[] = []
    legs[1].events.on((event) => event.kind === 'digit' && digits.push(event.digit))
    await legs[0].sendDigits('7')
    await waitUntil('the key', () => digits.join('').endsWith('7'))
    for (const { peer } of [alice, bob]) await peer[Symbol.asyncDispose]()
  })
}

test('hold and a new offer keep the keys and the sound', async () => {
  const { alice, bob, legs } = await openSecured()
  const [near, far] = legs
  await waitUntil('both are heard', () => hears(bob, 1000) && hears(alice, 600))
  await near.acceptAnswer(await far.answerAgain(await near.offerAgain('sendonly')))
  expect(far.remoteDirection).toBe('sendonly')
  await near.acceptAnswer(await far.answerAgain(await near.offerAgain('sendrecv')))

  await waitUntil('both again', () => hears(bob, 1000) && hears(alice, 600))
  expect((await far.quality()).packetsDropped).toBe(0)
  for (const { peer } of [alice, bob]) await peer[Symbol.asyncDispose]()
})

test('who has not the key is not heard, wherever he sends from; a new key is taken over', async () => {
  await using peer = await RtpPeer.open()
  await using bob = await openTalker(engine)
  const offer = (master: Buffer) => {
    const crypto = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${master.toString('base64')}`
    return peer.sdp().replace('RTP/AVP', 'RTP/SAVP').replace('a=sendrecv', `${crypto}\r\na=sendrecv`)
  }
  const leg = await engine.openFromOffer(offer(Buffer.alloc(30, 1)), { owner: 'test', srtp: 'required' })
  peer.talkTo(leg.localSdp)
  await engine.bridge(leg, bob.leg)
  const said = (context: SrtpContext | undefined, sequence: number) => {
    const packet = Buffer.alloc(172, 0x2a)
    packet.writeUInt16BE(0x8000, 0)
    packet.writeUInt16BE(sequence, 2)
    packet.writeUInt32BE(sequence * 160, 4)
    packet.writeUInt32BE(77, 8)
    const to = Buffer.alloc(2048)
    peer.raw(context ? to.subarray(0, context.protectRtp(packet, 172, 12, to)) : packet)
  }
  const heard = () => bob.peer.received.filter(({ payload }) => payload[0] === 0x2a).length
  const first = SrtpContext.from('AES_CM_128_HMAC_SHA1_80', Buffer.alloc(30, 1))
  const stranger = SrtpContext.from('AES_CM_128_HMAC_SHA1_80', Buffer.alloc(30, 9))
  for (let n = 0; n < 10; n += 1) said(undefined, n)
  for (let n = 10; n < 20; n += 1) said(stranger, n)
  for (let n = 20; n < 30; n += 1) said(first, n)
  await waitUntil('the ten', () => heard() === 10)
  expect((await leg.quality()).packetsDropped).toBe(20)

  await leg.answerAgain(offer(Buffer.alloc(30, 2)))
  const second = SrtpContext.from('AES_CM_128_HMAC_SHA1_80', Buffer.alloc(30, 2))
  said(first, 30)
  said(second, 31)
  said(first, 32)
  said(second, 33)
  await waitUntil('all but the old key after the new', () => heard() === 13)
  expect((await leg.quality()).packetsDropped).toBe(21)
  expect(digitsOf(bob.events)).toBe('')
  await leg.close()
})
