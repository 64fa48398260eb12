import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CordboardError } from '#lib/errors.ts'
import { type GateParameters, readBrowserOffer, writeBrowserAnswer } from '#media/webrtc/browser-sdp.ts'
import { chromiumOffer, fingerprint } from './chromium-offer.ts'

const gate: GateParameters = {
  user: 'u5e7',
  password: 'a-password-of-our-own',
  fingerprint,
  candidates: [
    { foundation: 'udp', priority: 1076302079, address: '192.0.2.5', protocol: 'udp', port: 30000 },
    { foundation: 'tcp', priority: 1076276479, address: '192.0.2.5', protocol: 'tcp', port: 30000 },
  ],
}

test("Chromium's offer is read: its certificate, its source, its keys", () => {
  expect(readBrowserOffer(chromiumOffer)).toEqual({
    mid: '0',
    fingerprint,
    setup: 'actpass',
    ssrc: 723229688,
    eventType: 126,
  })
})

test('a certificate named once for the whole session counts (RFC 8866 §6)', () => {
  const line = `a=fingerprint:sha-256 ${fingerprint}\r\n`
  const offer = chromiumOffer.replace(line, '').replace('t=0 0\r\n', `t=0 0\r\n${line}`)

  expect(readBrowserOffer(offer).fingerprint).toBe(fingerprint)
})

test('keys at another clock than our sound are not taken for ours', () => {
  const offer = chromiumOffer.replace('telephone-event/8000', 'telephone-event/48000')

  expect(readBrowserOffer(offer).eventType).toBeUndefined()
  expect(writeBrowserAnswer(readBrowserOffer(offer), gate)).toMatch(/^m=audio 9 UDP\/TLS\/RTP\/SAVPF 0\r$/m)
})

test.each([
  ['nothing', ''],
  ['no SDP', 'hello'],
  ['no stream', chromiumOffer.slice(0, chromiumOffer.indexOf('m='))],
  ['two streams', chromiumOffer + chromiumOffer.slice(chromiumOffer.indexOf('m='))],
  ['video', chromiumOffer.replace('m=audio', 'm=video')],
  ['no PCMU', chromiumOffer.replace('SAVPF 0 126', 'SAVPF 111 126')],
  ['sound without DTLS', chromiumOffer.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
  ['no certificate', chromiumOffer.replace('a=fingerprint:sha-256', 'a=fingerprint:sha-1')],
  ['half a certificate', chromiumOffer.replace(fingerprint, fingerprint.slice(0, 50))],
  ['no role', chromiumOffer.replace('a=setup:actpass', 'a=setup:holdconn')],
  ['a name that would break out of its line', chromiumOffer.replace('a=mid:0', 'a=mid:0 a=setup:active')],
  ['no source', chromiumOffer.replaceAll('a=ssrc:', 'a=sssrc:')],
  ['a source of more than 32 bits', chromiumOffer.replaceAll('723229688', '4294967296')],
  ['a text without end', chromiumOffer + 'a=x\r\n'.repeat(10_000)],
])('an offer with %s is refused', (_what, offer) => {
  expect(() => readBrowserOffer(offer)).toThrow(expect.objectContaining({ code: 'phone.offer' }))
})

test('whatever a page sends is read or refused, and nothing of it but its stream name reaches our answer', () => {
  const lines = chromiumOffer.split('\r\n')
  const mutated = fc
    .array(
      fc.record({ at: fc.nat(lines.length - 1), text: fc.oneof(fc.string(), fc.constantFrom(...lines)) }),
    )
    .map((changes) => changes.reduce((all, { at, text }) => all.with(at, text), lines).join('\r\n'))
  fc.assert(
    fc.property(fc.oneof(fc.string(), mutated), (offer) => {
      try {
        const answer = writeBrowserAnswer(readBrowserOffer(offer), gate)
        expect(answer.split('\r\n').filter((line) => line.startsWith('m='))).toHaveLength(1)
        expect(answer).toContain(`a=fingerprint:sha-256 ${gate.fingerprint}`)
      } catch (err) {
        if (!(err instanceof CordboardError)) throw err
        expect(err.code).toBe('phone.offer')
      }
    }),
    { numRuns: 2_000 },
  )
})

test('our answer names the way to us, takes PCMU and keys, and lets the browser begin', () => {
  const answer = writeBrowserAnswer(readBrowserOffer(chromiumOffer), gate).split('\r\n')

  expect(answer).toEqual(
    expect.arrayContaining([
      'a=ice-lite',
      'm=audio 9 UDP/TLS/RTP/SAVPF 0 126',
      'a=mid:0',
      'a=setup:passive',
      'a=rtpmap:126 telephone-event/8000',
      'a=ice-ufrag:u5e7',
      'a=candidate:udp 1 udp 1076302079 192.0.2.5 30000 typ host',
      'a=candidate:tcp 1 tcp 1076276479 192.0.2.5 30000 typ host tcptype passive',
    ]),
  )
})

test('to a browser that waits to be called we are the one that begins (RFC 5763 §5)', () => {
  const offer = chromiumOffer.replace('a=setup:actpass', 'a=setup:passive')

  expect(writeBrowserAnswer(readBrowserOffer(offer), gate)).toContain('a=setup:active')
})
