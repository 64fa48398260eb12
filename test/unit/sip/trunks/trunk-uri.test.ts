import { expect, test } from 'vitest'
import { fromTrunkFormat, inTrunkFormat, trunkDomain, trunkProxy, trunkUri } from '#sip/trunks/trunk-uri.ts'

const line = {
  host: 'sip.acme.example',
  port: null,
  transport: 'udp',
  outboundProxy: null,
  fromDomain: null,
} as const

test('the URI names port and transport only where they matter', () => {
  expect(trunkUri(line, '+420222')).toBe('sip:+420222@sip.acme.example')
  expect(trunkUri({ ...line, port: 5080, transport: 'tcp' })).toBe('sip:sip.acme.example:5080;transport=tcp')
  expect(trunkUri({ ...line, host: '2001:db8::1' }, 'a b')).toBe('sip:a%20b@[2001:db8::1]')
})

test('an outbound proxy is the next hop, over the trunk’s transport', () => {
  expect(trunkProxy(line)).toEqual({})
  expect(trunkProxy({ ...line, outboundProxy: 'edge.acme.example:5080' })).toEqual({
    proxy: 'sip:edge.acme.example:5080',
  })
  expect(trunkProxy({ ...line, outboundProxy: 'edge', transport: 'tcp' })).toEqual({
    proxy: 'sip:edge;transport=tcp',
  })
})

test('From names the account’s domain', () => {
  expect(trunkDomain(line)).toBe('sip.acme.example')
  expect(trunkDomain({ ...line, fromDomain: 'acme.example' })).toBe('acme.example')
})

test.each([
  ['plus', '+420222'],
  ['digits', '420222'],
  ['zeros', '00420222'],
] as const)('a number in format %s is %s', (format, text) => {
  expect(inTrunkFormat('+420222', format)).toBe(text)
  expect(inTrunkFormat('112', format)).toBe('112')
})

test.each([
  ['+420222333444', '+420222333444'],
  ['00420222333444', '+420222333444'],
  ['420222333444', '+420222333444'],
  ['+420 222-333 444', '+420222333444'],
  ['222333', '222333'],
  ['anonymous', 'anonymous'],
])('%s of a carrier is read as %s', (text, number) => {
  expect(fromTrunkFormat(text)).toBe(number)
})
