import { expect, test } from 'vitest'
import { allValues, findHeader } from '#sip/embedded/header.ts'
import type { SipRequest, SipResponse } from '#sip/embedded/message.ts'
import { oneHopLess, recordRoute, withoutTopVia } from '#sip/embedded/proxy-message.ts'

function request(...headers: readonly (readonly [string, string])[]): SipRequest {
  return {
    kind: 'request',
    method: 'INVITE',
    uri: 'sip:bob@acme.example',
    headers: headers.map(([name, value]) => ({ name, value })),
    body: '',
  }
}

test.each([
  ['70', '69'],
  ['1', '0'],
  [undefined, '69'],
])('Max-Forwards %s becomes %s', (before, after) => {
  const given = before === undefined ? request() : request(['Max-Forwards', before])
  const less = oneHopLess(given)

  expect(less && findHeader(less, 'Max-Forwards')).toBe(after)
})

test('with Max-Forwards 0 it goes no further', () => {
  expect(oneHopLess(request(['Max-Forwards', '0']))).toBeUndefined()
})

test.each([
  [
    'of its own line',
    [
      ['Via', 'SIP/2.0/UDP us'],
      ['Via', 'SIP/2.0/UDP them'],
    ],
  ],
  ['of a list', [['Via', 'SIP/2.0/UDP us, SIP/2.0/UDP them']]],
] as const)('our Via %s is taken off', (_what, headers) => {
  const response: SipResponse = {
    kind: 'response',
    status: 200,
    reason: 'OK',
    headers: headers.map(([name, value]) => ({ name, value })),
    body: '',
  }

  expect(allValues(withoutTopVia(response), 'Via')).toEqual(['SIP/2.0/UDP them'])
})

test('between two transports both of our addresses are recorded, the far side first (RFC 5658)', () => {
  const recorded = recordRoute(
    request(['Record-Route', '<sip:before;lr>']),
    { protocol: 'udp', address: '10.0.0.2', port: 5060 },
    { protocol: 'tcp', address: '10.0.0.2', port: 5060, advertised: '203.0.113.5' },
  )

  expect(allValues(recorded, 'Record-Route')).toEqual([
    '<sip:203.0.113.5:5060;transport=tcp;lr>',
    '<sip:10.0.0.2:5060;lr>',
    '<sip:before;lr>',
  ])
})
