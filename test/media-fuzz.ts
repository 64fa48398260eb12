// Mutated SDP, RTP, SRTP and RTCP against the embedded engine's readers, from a seed: what breaks can be run again.
import { CordboardError } from '#lib/errors.ts'
import { Negotiation } from '#media/embedded/negotiation.ts'
import { join } from '#media/embedded/peer.ts'
import { Recorder } from '#media/embedded/recorder.ts'
import { WorkerLeg } from '#media/embedded/worker-leg.ts'

const key = Buffer.alloc(30, 7).toString('base64')
const plainOffer = [
  'v=0',
  'o=alice 5 7 IN IP4 198.51.100.7',
  's=-',
  'c=IN IP4 198.51.100.7',
  't=0 0',
  'm=audio 4000 RTP/AVP 0 8 9 13 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  'a=rtcp:4001 IN IP4 198.51.100.7',
  'a=sendrecv',
  'm=video 5000 RTP/AVP 99',
  'a=rtpmap:99 H264/90000',
  '',
].join('\r\n')
const securedOffer = plainOffer
  .replace('RTP/AVP 0', 'RTP/SAVP 0')
  .replace('a=sendrecv', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^31|1:4 WSH=64\r\na=sendrecv`)
const sixOffer = plainOffer.replaceAll('IP4 198.51.100.7', 'IP6 2001:db8::7')
const offers = [plainOffer, securedOffer, sixOffer].map((text) => Buffer.from(text, 'latin1'))
const words = [
  '\r\n',
  'a=',
  'm=audio 1 RTP/SAVP 0',
  'a=crypto:',
  'inline:',
  '99999999999',
  '-1',
  '0.0.0.0',
  '::',
  ' ',
  'a=sendonly',
]

const rtp = Buffer.alloc(172, 0x55)
rtp.writeUInt16BE(0x8000, 0)
const event = Buffer.from('8065000100000010000000070180000a', 'hex')
const noise = Buffer.from('800d0001000000100000000732', 'hex')
const extended = Buffer.from(`90000001000000100000000700010001aabbccdd${'55'.repeat(160)}`, 'hex')
const report = Buffer.from(
  `81c8000c00000007${'11'.repeat(20)}0000000700000000${'22'.repeat(16)}81ca000200000007010161 00`.replaceAll(
    ' ',
    '',
  ),
  'hex',
)
const packets = [rtp, event, noise, extended]

/** A generator of 32-bit numbers from a seed (xorshift). */
export function dice(seed: number): (sides: number) => number {
  let state = seed | 0 || 1
  return (sides) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % sides
  }
}

type Dice = ReturnType<typeof dice>

function mutated(original: Buffer, throwDice: Dice): Buffer {
  let bytes = Buffer.from(original)
  for (let times = throwDice(6); times >= 0; times -= 1) {
    const at = throwDice(bytes.length + 1)
    const kind = throwDice(6)
    if (kind <= 1 && bytes.length > 0) bytes[at % bytes.length] = throwDice(256)
    else if (kind === 2) bytes = bytes.subarray(0, at)
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(throwDice(at + 1))])
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + throwDice(40))])
    else
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(words[throwDice(words.length)] ?? ''),
        bytes.subarray(at),
      ])
    if (bytes.length > 4000) bytes = bytes.subarray(0, 4000)
  }
  return Buffer.from(bytes)
}

function negotiation(throwDice: Dice): Negotiation {
  const srtp = (['off', 'optional', 'required'] as const)[throwDice(3)]
  const family = throwDice(4) === 0 ? 6 : 4
  return new Negotiation({
    address: family === 6 ? '2001:db8::1' : '192.0.2.1',
    family,
    port: 20_000,
    codecs: undefined,
    srtp,
  })
}

/** @throws what a reader throws that is no refusal with a code */
export function fuzzSdp(runs: number, throwDice: Dice): void {
  let running = negotiation(throwDice)
  for (let n = 0; n < runs; n += 1) {
    if (n % 20 === 0) running = negotiation(throwDice)
    const text = mutated(offers[throwDice(offers.length)] ?? rtp, throwDice).toString('latin1')
    try {
      if (throwDice(3) > 0) running.answer(text)
      else {
        running.offer('sendrecv')
        running.accept(text)
      }
    } catch (err) {
      if (!(err instanceof CordboardError))
        throw new Error(`not refused but broken: ${JSON.stringify(text)}`, { cause: err })
    }
  }
}

/** Two bridged legs, one recorded, that take mutated packets while time passes. @throws what breaks a leg */
export function fuzzPackets(runs: number, throwDice: Dice): void {
  let legs = openLegs(throwDice, 0)
  for (let n = 0; n < runs; n += 1) {
    const nowMs = n * 5
    if (n % 5000 === 4999) legs = openLegs(throwDice, nowMs)
    const leg = legs[throwDice(2)]
    const packet = Buffer.from(packets[throwDice(packets.length)] ?? rtp)
    packet.writeUInt16BE(n & 0xffff, 2)
    packet.writeUInt32BE((n * 160) >>> 0, 4)
    const from = { address: '198.51.100.7', family: 'IPv4', port: 4000, size: 0 } as const
    try {
      const bytes = throwDice(4) === 0 ? packet : mutated(packet, throwDice)
      if (throwDice(8) === 0) leg?.onRtcp(mutated(report, throwDice), from, nowMs)
      else leg?.onRtp(bytes, from, nowMs)
      if (n % 4 === 0) for (const one of legs) one.tick(nowMs)
      if (n % 1000 === 0) for (const one of legs) one.sendRtcp(Date.now(), nowMs)
    } catch (err) {
      throw new Error(`packet ${n} broke a leg`, { cause: err })
    }
  }
}

function openLegs(throwDice: Dice, nowMs: number): readonly WorkerLeg[] {
  const legs = [plainOffer, throwDice(2) === 0 ? securedOffer : plainOffer.replace('0 8 9', '8 0 9')].map(
    (offer, id) => {
      const leg = new WorkerLeg({
        id,
        mediaTimeoutMs: 1000,
        random: { ssrc: throwDice(2 ** 32), sequence: throwDice(65_536), timestamp: throwDice(2 ** 32) },
        tell: () => {},
        nowMs,
      })
      const settled = new Negotiation({
        address: '192.0.2.1',
        family: 4,
        port: 20_000,
        codecs: undefined,
        srtp: 'optional',
      })
      leg.configure(settled.answer(offer), nowMs)
      return leg
    },
  )
  const [a, b] = legs
  if (a && b) join(a, b)
  a?.record(new Recorder({ append: () => {} }))
  return legs
}
