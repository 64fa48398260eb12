import { isIPv4 } from 'node:net'
import { expect, test } from 'vitest'
import { InterfaceAddresses } from '#sip/embedded/interface-addresses.ts'
import { fakeClock } from '#test/fake-clock.ts'

const addresses = new InterfaceAddresses(fakeClock())

test('a far end in a subnet of ours sees our address there', () => {
  expect(addresses.towards('127.0.0.5')).toBe('127.0.0.1')
})

test.each(['198.51.100.7', 'acme.test', ''])('"%s" sees an IPv4 address of ours', (far) => {
  expect(isIPv4(addresses.towards(far))).toBe(true)
})

test('an IPv6 zone does not disturb', () => {
  expect(addresses.towards('fe80::1%eth0')).toContain(':')
})
