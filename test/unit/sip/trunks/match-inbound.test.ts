import { expect, test } from 'vitest'
import { addressSet, isCidr } from '#sip/address.ts'
import { type InboundLine, matchInbound } from '#sip/trunks/match-inbound.ts'

const line = (trunkId: string, more: Partial<InboundLine> = {}): InboundLine => ({
  trunkId,
  contactUser: `cb-${trunkId}`,
  username: `user-${trunkId}`,
  peers: addressSet([]),
  carrier: new Set(['192.0.2.10']),
  carrierPorts: new Set([5060]),
  trusted: true,
  numbers: new Set(),
  ...more,
})
const call = (address: string, more: { requestUser?: string; number?: string; port?: number } = {}) => ({
  source: { protocol: 'udp', address, port: more.port ?? 5060 },
  requestUser: more.requestUser ?? '+420222',
  toUser: '',
  number: more.number ?? '+420222',
})
const who = (...given: Parameters<typeof matchInbound>) => matchInbound(...given)?.trunkId

test('the Contact we registered identifies a call from any address', () => {
  expect(who(call('203.0.113.9', { requestUser: 'cb-a' }), [line('a'), line('b')])).toBe('a')
})

test("the carrier's address does, from any port", () => {
  expect(who(call('192.0.2.10', { port: 40_000 }), [line('a')])).toBe('a')
})

test('a listed network does', () => {
  const peers = addressSet(['198.51.100.0/24', '2001:db8::/32'])
  expect(who(call('198.51.100.77'), [line('a', { peers })])).toBe('a')
  expect(who(call('2001:db8::5'), [line('a', { peers })])).toBe('a')
  expect(who(call('::ffff:198.51.100.7'), [line('a', { peers })])).toBe('a')
})

test('anyone else is a stranger', () => {
  expect(who(call('203.0.113.9'), [line('a'), line('b')])).toBeUndefined()
})

test('a trunk that is not registered or switched off trusts nobody', () => {
  const lines = [line('a', { trusted: false })]
  expect(who(call('192.0.2.10'), lines)).toBeUndefined()
  expect(who(call('192.0.2.10', { requestUser: 'cb-a' }), lines)).toBeUndefined()
})

test('two accounts with one carrier are told apart by number, then by account', () => {
  const lines = [line('a', { numbers: new Set(['+420111']) }), line('b', { numbers: new Set(['+420222']) })]
  expect(who(call('192.0.2.10'), lines)).toBe('b')
  expect(who(call('192.0.2.10', { requestUser: 'user-b', number: '' }), lines)).toBe('b')
  expect(who(call('192.0.2.10', { number: '+420999' }), lines)).toBe('a')
})

test('on the loopback the port must be the carrier’s, for the address says nothing there', () => {
  const lines = [line('a', { carrier: new Set(['127.0.0.1']), carrierPorts: new Set([5070]) })]
  expect(who(call('127.0.0.1', { port: 5070 }), lines)).toBe('a')
  expect(who(call('127.0.0.1', { port: 5071 }), lines)).toBeUndefined()
})

test.each(['192.0.2.0/24', '2001:db8::/128', '0.0.0.0/0'])('%s is a network', (text) => {
  expect(isCidr(text)).toBe(true)
})

test.each(['192.0.2.0', '192.0.2.0/33', '192.0.2.0/-1', '192.0.2/24', '192.0.2.0/24/1', 'a/8', '/8', ''])(
  '"%s" is none',
  (text) => {
    expect(isCidr(text)).toBe(false)
  },
)
