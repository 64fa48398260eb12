import { expect, test } from 'vitest'
import { Negotiation, type NegotiationOptions } from '#media/embedded/negotiation.ts'

const fresh = (srtp: NegotiationOptions['srtp']) =>
  new Negotiation({ address: '192.0.2.1', family: 4, port: 20_000, codecs: undefined, srtp })

const key = Buffer.alloc(30, 5).toString('base64')
const otherKey = Buffer.alloc(30, 6).toString('base64')
const line = (inline: string, suite = 'AES_CM_128_HMAC_SHA1_80') => `a=crypto:4 ${suite} inline:${inline}`

function sdp(protocol: string, ...more: readonly string[]): string {
  const media = [`m=audio 4000 ${protocol} 0 101`, 'a=rtpmap:101 telephone-event/8000', ...more]
  const session = ['v=0', 'o=alice 5 7 IN IP4 198.51.100.7', 's=-', 'c=IN IP4 198.51.100.7', 't=0 0']
  return [...session, ...media, ''].join('\r\n')
}

const cryptoOf = (text: string) => text.split('\r\n').filter((one) => one.startsWith('a=crypto'))
const keyOf = (text = '') => /inline:(\S+)/.exec(text)?.[1]

test('an RTP/SAVP offer is answered with its tag, its suite and a key of ours (RFC 4568 §5.1.2)', () => {
  const negotiation = fresh('optional')
  const { srtp } = negotiation.answer(sdp('RTP/SAVP', line(key)))
  const [answer, ...others] = cryptoOf(negotiation.localSdp)

  expect(negotiation.localSdp).toContain('m=audio 20000 RTP/SAVP 0 101\r\n')
  expect(others).toEqual([])
  expect(answer).toMatch(/^a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:[A-Za-z0-9+/]{40}$/)
  expect(srtp?.receive).toEqual(Buffer.alloc(30, 5))
  expect(Buffer.from(srtp?.send ?? []).toString('base64')).toBe(keyOf(answer))
  expect(keyOf(answer)).not.toBe(key)
})

test('without leave SRTP is neither taken nor offered: its keys would be read on the way', () => {
  expect(() => fresh(undefined).answer(sdp('RTP/SAVP', line(key)))).toThrow('no sound in a format')
  const plain = fresh('off')
  expect(plain.answer(sdp('RTP/AVP', line(key))).srtp).toBeUndefined()
  expect(plain.localSdp).not.toContain('crypto')
  expect(fresh('off').offer('sendrecv')).not.toContain('crypto')
})

test('optional takes plain sound too, required does not', () => {
  expect(fresh('optional').answer(sdp('RTP/AVP')).srtp).toBeUndefined()
  expect(() => fresh('required').answer(sdp('RTP/AVP'))).toThrow('no sound in a format')
  expect(() => fresh('optional').answer(sdp('RTP/SAVP'))).toThrow('no sound in a format')
})

test('keys on a plain line are taken: many phones offer both ways so', () => {
  const negotiation = fresh('optional')

  expect(negotiation.answer(sdp('RTP/AVP', line(key))).srtp).toBeDefined()
  expect(negotiation.localSdp).toContain('m=audio 20000 RTP/AVP 0 101\r\n')
})

test('of a plain and a secured line the secured one is taken', () => {
  const negotiation = fresh('optional')
  const second = ['m=audio 4002 RTP/SAVP 0', line(key)]

  expect(negotiation.answer(sdp('RTP/AVP', ...second))).toMatchObject({ port: 4002 })
  expect(negotiation.localSdp).toMatch(/m=audio 0 RTP\/AVP.*m=audio 20000 RTP\/SAVP/s)
})

test('our offer lists suites; the answer chooses by tag, and one we did not offer is refused', () => {
  const negotiation = fresh('required')
  const offer = negotiation.offer('sendrecv')
  const chosen = sdp('RTP/SAVP', line(key, 'AES_CM_128_HMAC_SHA1_32').replace(':4 ', ':2 '))

  expect(offer).toContain('m=audio 20000 RTP/SAVP 8 0 101\r\n')
  expect(cryptoOf(offer)).toHaveLength(3)
  expect(() => negotiation.accept(sdp('RTP/SAVP', line(key)))).toThrow('no sound in a format')
  expect(() => negotiation.accept(sdp('RTP/SAVP'))).toThrow('no sound in a format')
  expect(negotiation.accept(chosen).srtp).toMatchObject({ suite: 'AES_CM_128_HMAC_SHA1_32' })
})

test('optional offers keys on a plain line, and an answer without them is plain', () => {
  const negotiation = fresh('optional')

  expect(negotiation.offer('sendrecv')).toContain('m=audio 20000 RTP/AVP 8 0 101\r\n')
  expect(cryptoOf(negotiation.localSdp)).toHaveLength(3)
  expect(negotiation.accept(sdp('RTP/AVP')).srtp).toBeUndefined()
  expect(negotiation.offer('sendonly')).not.toContain('crypto')
})

test('a new offer of theirs brings a new key of theirs; ours stays, and our description with it', () => {
  const negotiation = fresh('optional')
  const first = negotiation.answer(sdp('RTP/SAVP', line(key)))
  const before = negotiation.localSdp
  const second = negotiation.answer(sdp('RTP/SAVP', line(otherKey)))

  expect(second.srtp?.receive).toEqual(Buffer.alloc(30, 6))
  expect(second.srtp?.send).toEqual(first.srtp?.send)
  expect(negotiation.localSdp).toBe(before)
  expect(keyOf(cryptoOf(negotiation.offer('sendonly'))[0])).toBe(keyOf(cryptoOf(before)[0]))
})

test('lifetime and MKI are read, in both orders of magnitude', () => {
  const srtp = (inline: string) => fresh('required').answer(sdp('RTP/SAVP', line(inline))).srtp

  expect(srtp(`${key}|2^31|258:4`)?.receiveMki).toEqual(new Uint8Array([0, 0, 1, 2]))
  expect(srtp(`${key}|1:1`)?.receiveMki).toEqual(new Uint8Array([1]))
  expect(srtp(`${key}|1048576`)?.receiveMki).toEqual(new Uint8Array(0))
})

test.each([
  ['another suite', line(key, 'F8_128_HMAC_SHA1_80')],
  ['a short key', line(Buffer.alloc(29).toString('base64'))],
  ['a long key', line(Buffer.alloc(31).toString('base64'))],
  ['no base64', line('?'.repeat(40))],
  ['an endless MKI', line(`${key}|1:999`)],
  ['two keys', line(`${key}|1:1;inline:${key}|2:1`)],
  ['what changes the packets', `${line(key)} UNENCRYPTED_SRTP`],
  ['a suite named like a property', line(key, 'constructor')],
  ['no key', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80'],
])('a crypto line we cannot keep is passed over: %s', (_what, bad) => {
  expect(() => fresh('required').answer(sdp('RTP/SAVP', bad))).toThrow('no sound in a format')
  expect(fresh('required').answer(sdp('RTP/SAVP', bad, line(key))).srtp).toBeDefined()
})
