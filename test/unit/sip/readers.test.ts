import { expect, test } from 'vitest'
import { plainAddress } from '#sip/address.ts'
import { reasonHeader } from '#sip/answered-leg.ts'
import { readHostports } from '#sip/hostport.ts'
import { digitFromInfo } from '#sip/info-digit.ts'
import { partyOf, readParty, userOf } from '#sip/party.ts'
import { readReferTo, readReplaces } from '#sip/refer.ts'

const message = (headers: Record<string, string>) => ({ header: (name: string) => headers[name] })

test.each([
  [
    '"Alice, A." <sip:+420111@acme.example>;tag=1',
    { user: '+420111', host: 'acme.example', displayName: 'Alice, A.' },
  ],
  ['<tel:+420111;phone-context=x>', { user: '+420111', host: '', displayName: undefined }],
  [
    'sip:anonymous@anonymous.invalid',
    { user: 'anonymous', host: 'anonymous.invalid', displayName: undefined },
  ],
  ['<sip:%2B420111;npdi@acme.example>', { user: '+420111', host: 'acme.example', displayName: undefined }],
  ['<sip:acme.example>', { user: '', host: 'acme.example', displayName: undefined }],
  ['<mailto:alice@acme.example>', { user: '', host: '', displayName: undefined }],
])('the party in %s', (value, party) => {
  expect(readParty(value)).toEqual(party)
})

test.each(['', '<', '"open <sip:a@b>', '<sip:a@b', '\u0000', '<>', 'a'.repeat(70_000)])(
  'hostile From %j: nobody, and no exception',
  (value) => {
    expect(partyOf(message({ From: value }), false).user).toBe('')
    expect(userOf(value)).toBe('')
  },
)

test('what a carrier asserts counts, what a phone asserts does not', () => {
  const request = message({
    From: '<sip:anonymous@anonymous.invalid>',
    'P-Asserted-Identity': '"Alice" <sip:+420111@acme.example>, <tel:+420111>',
  })
  expect(partyOf(request, true)).toMatchObject({ user: '+420111', displayName: 'Alice' })
  expect(partyOf(request, false).user).toBe('anonymous')
})

test('a withheld number is not shown (RFC 3323)', () => {
  const request = message({
    From: '"Anonymous" <sip:anonymous@anonymous.invalid>',
    'P-Asserted-Identity': '<sip:+420111@acme.example>',
    Privacy: 'user;id',
  })
  expect(partyOf(request, true).user).toBe('anonymous')
})

test('Refer-To with Replaces (RFC 3891)', () => {
  expect(
    readReferTo('<sip:bob@acme.example;user=phone?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2&X=y>'),
  ).toEqual({
    referTo: 'sip:bob@acme.example;user=phone',
    replaces: { callId: 'a@b', toTag: '1', fromTag: '2' },
  })
  expect(readReferTo('sip:bob@acme.example')).toEqual({
    referTo: 'sip:bob@acme.example',
    replaces: undefined,
  })
  expect(readReferTo('<tel:+420111>')).toEqual({ referTo: 'tel:+420111', replaces: undefined })
})

test.each(['', '<sip:', '<sip:a@b?Replaces=%>', '<>'])('hostile Refer-To %j: nothing', (value) => {
  expect(readReferTo(value)).toBeUndefined()
})

test.each(['', 'a@b', 'a@b;to-tag=1', ';to-tag=1;from-tag=2'])('hostile Replaces %j: nothing', (value) => {
  expect(readReplaces(value)).toBeUndefined()
})

test.each([
  ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', { digit: '5', durationMs: 160 }],
  ['application/dtmf-relay', 'Signal= #', { digit: '#', durationMs: 100 }],
  ['Application/DTMF-Relay; charset=x', 'signal=10', { digit: '*', durationMs: 100 }],
  ['application/dtmf', ' a ', { digit: 'A', durationMs: 100 }],
  ['application/dtmf-relay', 'Signal=55', undefined],
  ['application/dtmf-relay', '', undefined],
  ['text/plain', '5', undefined],
])('a digit by INFO, %s %j', (type, body, digit) => {
  expect(digitFromInfo(type, body)).toEqual(digit)
})

test('where a server listens', () => {
  expect(readHostports('udp/127.0.0.1:5060, tcp/[2001:db8::1]:5061,junk,tcp/x')).toEqual([
    { protocol: 'udp', address: '127.0.0.1', port: 5060 },
    { protocol: 'tcp', address: '2001:db8::1', port: 5061 },
  ])
})

test('one spelling per address', () => {
  expect(['::ffff:192.0.2.1', '[2001:DB8::1]', 'fe80::1%eth0'].map(plainAddress)).toEqual([
    '192.0.2.1',
    '2001:db8::1',
    'fe80::1',
  ])
})

test('our words become a Reason header that nothing can break out of (RFC 3326)', () => {
  expect(reasonHeader('SIP;cause=200;text="Call completed elsewhere"')).toContain('cause=200')
  expect(reasonHeader('say "hi"\r\nX: y')).toBe('Q.850;cause=16;text="say  hi   X: y"')
})
