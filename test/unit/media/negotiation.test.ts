import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Negotiation, type NegotiationOptions } from '#media/embedded/negotiation.ts'
import { readSdp } from '#media/sdp.ts'

const options: NegotiationOptions = { address: '192.0.2.1', family: 4, port: 20_000, codecs: undefined }
const fresh = (more: Partial<NegotiationOptions> = {}) => new Negotiation({ ...options, ...more })

function sdp(media: readonly string[], session: readonly string[] = ['c=IN IP4 198.51.100.7']): string {
  return ['v=0', 'o=alice 5 7 IN IP4 198.51.100.7', 's=-', ...session, 't=0 0', ...media, ''].join('\r\n')
}

const plain = sdp(['m=audio 4000 RTP/AVP 0 8 101', 'a=rtpmap:101 telephone-event/8000'])
const linesOf = (text: string) => text.split('\r\n')
const versionOf = (text: string) => Number(/^o=- \d+ (\d+)/m.exec(text)?.[1])

test('an offer of G.711 and telephone-event is answered with one codec, its keys and 20 ms', () => {
  const negotiation = fresh()
  const terms = negotiation.answer(plain)

  expect(linesOf(negotiation.localSdp).slice(2)).toEqual([
    's=-',
    'c=IN IP4 192.0.2.1',
    't=0 0',
    'm=audio 20000 RTP/AVP 0 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
    'a=sendrecv',
    '',
  ])
  expect(terms).toMatchObject({
    address: '198.51.100.7',
    port: 4000,
    rtcpPort: 4001,
    codec: 'PCMU',
    payloadType: 0,
    eventType: 101,
    send: true,
    receive: true,
  })
})

test('the far end chooses the codec by its order, unless we were told ours', () => {
  expect(fresh().answer(plain.replace('0 8 101', '8 0 101')).codec).toBe('PCMA')
  expect(fresh({ codecs: ['PCMA', 'PCMU'] }).answer(plain).codec).toBe('PCMA')
  expect(() => fresh({ codecs: ['PCMA'] }).answer(plain.replace('0 8 101', '0 101'))).toThrow(
    'no sound in a format',
  )
})

test('dynamic payload types, static ones without a map, other clocks of telephone-event', () => {
  const media = ['m=audio 4000 RTP/AVP 111 97 96 98', 'a=rtpmap:111 opus/48000/2', 'a=rtpmap:97 PCMA/8000']
  const events = ['a=rtpmap:96 telephone-event/48000', 'a=rtpmap:98 telephone-event/8000']
  const negotiation = fresh()

  expect(negotiation.answer(sdp([...media, ...events]))).toMatchObject({
    codec: 'PCMA',
    payloadType: 97,
    eventType: 98,
  })
  expect(negotiation.localSdp).toContain('m=audio 20000 RTP/AVP 97 98\r\n')
  expect(fresh().answer(sdp(['m=audio 4000 RTP/AVP 8']))).toMatchObject({
    codec: 'PCMA',
    eventType: undefined,
  })
  expect(() => fresh().answer(sdp(['m=audio 4000 RTP/AVP 0', 'a=rtpmap:0 L16/44100']))).toThrow(
    'no sound in a format',
  )
})

test('every media line is answered in its place, those we do not take with port 0', () => {
  const offer = sdp([
    'm=video 5000 RTP/AVP 99',
    'a=rtpmap:99 H264/90000',
    'm=audio 4000 RTP/SAVP 0',
    'm=audio 4002 RTP/AVP 8',
    'm=audio 4004 RTP/AVP 8',
    'm=image 4006 udptl t38',
    'm=application 4008 TCP/BFCP *',
  ])
  const negotiation = fresh()
  negotiation.answer(offer)
  const lines = (text: string) => linesOf(text).filter((line) => line.startsWith('m='))
  const expected = [
    'm=video 0 RTP/AVP 99',
    'm=audio 0 RTP/SAVP 0',
    'm=audio 20000 RTP/AVP 8',
    'm=audio 0 RTP/AVP 8',
    'm=image 0 udptl t38',
    'm=application 0 TCP/BFCP *',
  ]

  expect(lines(negotiation.localSdp)).toEqual(expected)
  expect(lines(negotiation.offer('sendonly'))).toEqual(expected.with(2, 'm=audio 20000 RTP/AVP 8 0 101'))
})

for (const [theirs, ours, remote, send, receive] of [
  ['sendrecv', 'sendrecv', 'sendrecv', true, true],
  ['sendonly', 'recvonly', 'sendonly', false, true],
  ['recvonly', 'sendonly', 'recvonly', true, false],
  ['inactive', 'inactive', 'inactive', false, false],
] as const) {
  test(`an offer of ${theirs} is answered with ${ours} (RFC 3264 §6.1)`, () => {
    const onMedia = fresh()
    const onSession = fresh()

    expect(onMedia.answer(`${plain}a=${theirs}\r\n`)).toMatchObject({ send, receive })
    expect(onSession.answer(plain.replace('t=0 0', `t=0 0\r\na=${theirs}`))).toMatchObject({ send, receive })
    for (const negotiation of [onMedia, onSession]) {
      expect(negotiation.localSdp).toContain(`a=${ours}\r\n`)
      expect(negotiation.remoteDirection).toBe(remote)
    }
  })
}

test('c=0.0.0.0 is hold: we hear, and do not send (RFC 3264 §8.4)', () => {
  const negotiation = fresh()
  const terms = negotiation.answer(plain.replace('198.51.100.7\r\nt=', '0.0.0.0\r\nt='))

  expect(terms).toMatchObject({ address: undefined, send: false, receive: true })
  expect(negotiation.remoteDirection).toBe('sendonly')
  expect(negotiation.localSdp).toContain('a=recvonly')
})

test('a c= line of the media goes before that of the session; IPv6 is compared in one spelling', () => {
  const media = ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 203.0.113.9', 'a=rtcp:4100', 'a=rtcp-mux']
  const negotiation = fresh()
  expect(negotiation.answer(sdp(media))).toMatchObject({ address: '203.0.113.9', rtcpPort: 4100 })
  expect(negotiation.localSdp).not.toContain('rtcp-mux')

  const six = fresh({ address: '2001:db8::1', family: 6 })
  const terms = six.answer(sdp(['m=audio 4000 RTP/AVP 0'], ['c=IN IP6 2001:0DB8:0:0::7']))
  expect(terms.address).toBe('2001:db8::7')
  expect(six.localSdp).toContain('c=IN IP6 2001:db8::1\r\n')
})

test('a name in c= leaves the address to be learnt', () => {
  expect(
    fresh().answer(sdp(['m=audio 4000 RTP/AVP 0'], ['c=IN IP4 media.acme.example'])).address,
  ).toBeUndefined()
})

test('the version rises by one when our description changes, and only then (RFC 3264 §8)', () => {
  const negotiation = fresh()
  negotiation.answer(plain)
  const first = negotiation.localSdp
  negotiation.answer(plain)
  expect(negotiation.localSdp).toBe(first)
  negotiation.answer(`${plain}a=sendonly\r\n`)
  expect(versionOf(negotiation.localSdp)).toBe(versionOf(first) + 1)
  const held = negotiation.offer('sendonly')
  expect(versionOf(held)).toBe(versionOf(first) + 2)
  expect(linesOf(held)[1]?.split(' ')[1]).toBe(linesOf(first)[1]?.split(' ')[1])
})

test('our offer lists both codecs; the answer decides, also with other payload types for keys', () => {
  const negotiation = fresh()
  expect(negotiation.offer('sendrecv')).toContain('m=audio 20000 RTP/AVP 8 0 101\r\n')
  const terms = negotiation.accept(sdp(['m=audio 4000 RTP/AVP 0 120', 'a=rtpmap:120 telephone-event/8000']))

  expect(terms).toMatchObject({ codec: 'PCMU', eventType: 120, send: true, receive: true })
  expect(
    terms.receives.filter(({ codec }) => codec === 'event').map(({ payloadType }) => payloadType),
  ).toEqual([101, 120])
})

test('what we hold stays held when the far end offers again, until we offer sendrecv', () => {
  const negotiation = fresh()
  negotiation.answer(plain)
  negotiation.offer('sendonly')
  expect(negotiation.accept(`${plain}a=recvonly\r\n`)).toMatchObject({ send: true, receive: false })
  expect(negotiation.answer(plain)).toMatchObject({ send: true, receive: false })
  expect(negotiation.localSdp).toContain('a=sendonly')
  negotiation.offer('sendrecv')
  expect(negotiation.accept(plain)).toMatchObject({ send: true, receive: true })
})

test('our hold that the far end refuses is no hold', () => {
  const negotiation = fresh()
  negotiation.answer(plain)
  negotiation.offer('sendonly')

  expect(negotiation.answer(plain)).toMatchObject({ send: true, receive: true })
})

test('AVPF is answered as AVPF', () => {
  const negotiation = fresh()
  negotiation.answer(plain.replace('RTP/AVP', 'RTP/AVPF'))

  expect(negotiation.localSdp).toContain('m=audio 20000 RTP/AVPF 0 101')
  expect(negotiation.offer('sendrecv')).toContain('m=audio 20000 RTP/AVPF 0 8 101')
})

test('a refused offer changes nothing', () => {
  const negotiation = fresh()
  negotiation.answer(plain)
  const before = negotiation.localSdp

  expect(() => negotiation.answer(sdp(['m=audio 0 RTP/AVP 0']))).toThrow('no sound in a format')
  expect(() => negotiation.answer(sdp(['m=audio 4000 RTP/AVP 18']))).toThrow('no sound in a format')
  expect(() => negotiation.accept(sdp(['m=audio 0 RTP/AVP 0']))).toThrow('no sound in a format')
  expect(negotiation.localSdp).toBe(before)
  expect(negotiation.remoteDirection).toBe('sendrecv')
})

test.each([
  ['nothing', ''],
  ['no version', plain.replace('v=0\r\n', '')],
  ['no media', sdp([])],
  ['no address', sdp(['m=audio 4000 RTP/AVP 0'], [])],
  ['a port that is none', sdp(['m=audio 70000 RTP/AVP 0'])],
  ['an unreadable media line', sdp(['m=audio'])],
  ['IPv6 towards an IPv4 engine', sdp(['m=audio 4000 RTP/AVP 0'], ['c=IN IP6 2001:db8::7'])],
  ['a multicast address', sdp(['m=audio 4000 RTP/AVP 0'], ['c=IN IP4 224.2.1.1/127'])],
  ['17 media lines', sdp(Array(17).fill('m=audio 4000 RTP/AVP 0'))],
  ['65 formats', sdp([`m=audio 4000 RTP/AVP ${'0 '.repeat(65)}`])],
  ['a long line', sdp(['m=audio 4000 RTP/AVP 0', `a=x:${'x'.repeat(2000)}`])],
  ['very many lines', sdp(['m=audio 4000 RTP/AVP 0', ...Array(500).fill('a=x')])],
  ['very many bytes', sdp(['m=audio 4000 RTP/AVP 0', ...Array(40).fill(`a=${'x'.repeat(600)}`)])],
])('hostile SDP is refused with media.sdp: %s', (_what, text) => {
  expect(() => fresh().answer(text)).toThrow(expect.objectContaining({ code: 'media.sdp' }))
})

test('any text is either read or refused with a code, quickly', () => {
  const line = fc.tuple(
    fc.constantFrom('m=audio ', 'a=', 'c=IN IP4 ', 'a=rtpmap:', 'a=fmtp:', 'o='),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const text = sdp(lines.map((parts) => parts.join('')))
      try {
        readSdp(text)
        fresh().answer(text)
      } catch (err) {
        expect(err).toMatchObject({ code: expect.stringMatching(/^media\.(sdp|no-codec)$/) })
      }
    }),
    { numRuns: 500 },
  )
})
