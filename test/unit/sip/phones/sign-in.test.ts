import { expect, test } from 'vitest'
import { openLockOut } from '#sip/phones/lock-out.ts'
import { openNonces } from '#sip/phones/nonces.ts'
import { routeTo } from '#sip/phones/registrar.ts'
import { fakeClock } from '#test/fake-clock.ts'

test('a nonce is fresh once per count, stale when replayed or old, foreign when not ours', async () => {
  const clock = fakeClock()
  const nonces = openNonces(clock)
  const nonce = nonces.make()

  expect(nonces.check(nonce, 1)).toBe('fresh')
  expect(nonces.check(nonce, 1)).toBe('stale')
  expect(nonces.check(nonce, 3)).toBe('fresh')
  expect(nonces.check(nonce, 2)).toBe('stale')
  expect(nonces.check(`${nonce}x`, 4)).toBe('foreign')
  expect(nonces.check('made up', 1)).toBe('foreign')
  expect(openNonces(clock).check(nonce, 4)).toBe('foreign')
  await clock.advance(60_001)
  expect(nonces.check(nonce, 4)).toBe('stale')
})

test('a nonce without a count is good once', () => {
  const nonces = openNonces(fakeClock())
  const nonce = nonces.make()

  expect([nonces.check(nonce, undefined), nonces.check(nonce, undefined)]).toEqual(['fresh', 'stale'])
})

test('a used nonce that was forgotten in a flood is stale, never fresh again', () => {
  const nonces = openNonces(fakeClock())
  const first = nonces.make()
  nonces.check(first, 1)
  for (let made = 0; made < 20_005; made += 1) nonces.check(nonces.make(), 1)

  expect(nonces.check(first, 1)).toBe('stale')
})

test('wrong passwords lock out the address for that name; other names and other addresses go on', async () => {
  const clock = fakeClock()
  const lockOut = openLockOut(clock)
  for (let tries = 0; tries < 10; tries += 1) lockOut.failed('192.0.2.1', 'bob')

  expect(lockOut.locked('192.0.2.1', 'bob')).toBe(true)
  expect(lockOut.locked('192.0.2.1', 'eva')).toBe(false)
  expect(lockOut.locked('192.0.2.2', 'bob')).toBe(false)
  await clock.advance(10 * 60_000 + 1)
  expect(lockOut.locked('192.0.2.1', 'bob')).toBe(false)
})

test('an address that tries many names is locked out as a whole', () => {
  const lockOut = openLockOut(fakeClock())
  for (let tries = 0; tries < 50; tries += 1) lockOut.failed('192.0.2.1', `user${tries}`)

  expect(lockOut.locked('192.0.2.1', 'eva')).toBe(true)
})

test('a right password forgives the wrong ones before it', () => {
  const lockOut = openLockOut(fakeClock())
  for (let tries = 0; tries < 9; tries += 1) lockOut.failed('192.0.2.1', 'bob')
  lockOut.succeeded('192.0.2.1', 'bob')
  lockOut.failed('192.0.2.1', 'bob')

  expect(lockOut.locked('192.0.2.1', 'bob')).toBe(false)
})

test.each([
  ['sip:bob@10.0.0.5:5062', 'udp', 'sip:bob@203.0.113.9:40000'],
  ['sip:bob@10.0.0.5;transport=udp;line=1', 'udp', 'sip:bob@203.0.113.9:40000;line=1'],
  ['sip:bob@10.0.0.5;transport=tcp', 'tcp', 'sip:bob@203.0.113.9:40000;transport=tcp'],
  ['sip:bob@host.invalid;maddr=10.1.1.1', 'tcp', 'sip:bob@203.0.113.9:40000;transport=tcp'],
])('a phone behind NAT that says %s over %s is called at %s', (contact, protocol, route) => {
  expect(routeTo(contact, { protocol, address: '203.0.113.9', port: 40_000 })).toBe(route)
})
