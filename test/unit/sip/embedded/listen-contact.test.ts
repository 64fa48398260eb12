import { expect, test } from 'vitest'
import { CordboardError } from '#lib/errors.ts'
import { parseContact } from '#sip/embedded/listen-contact.ts'

test.each([
  ['sip:192.0.2.1:5062;transport=udp,tcp', ['udp 192.0.2.1:5062', 'tcp 192.0.2.1:5062']],
  ['sip:192.0.2.1;transport=tcp', ['tcp 192.0.2.1:5060']],
  ['sip:192.0.2.1', ['udp 192.0.2.1:5060', 'tcp 192.0.2.1:5060']],
  ['sip:[::1]:5060;transport=udp', ['udp ::1:5060']],
])('%s', (contact, points) => {
  expect(parseContact(contact).map((at) => `${at.protocol} ${at.address}:${at.port}`)).toEqual(points)
})

test('behind a NAT the address to show is another', () => {
  expect(parseContact('sip:10.0.0.2;transport=udp', '203.0.113.5')).toEqual([
    { protocol: 'udp', address: '10.0.0.2', port: 5060, advertised: '203.0.113.5' },
  ])
})

test.each([
  '',
  'sip:',
  'sip:example.com',
  'sip:192.0.2.1;transport=ws',
  'tel:123',
  '192.0.2.1',
  'sip:192.0.2.1:99999',
])('%j is refused with a sentence', (contact) => {
  expect(() => parseContact(contact)).toThrow(CordboardError)
})
