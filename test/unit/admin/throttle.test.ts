import { expect, test } from 'vitest'
import { openThrottle, signInKeys } from '#admin/throttle.ts'
import { fakeClock } from '#test/fake-clock.ts'

const keys = (address: string, email: string) => signInKeys(address, email)

test('wrong guesses for one account from one address wait longer and longer', async () => {
  const clock = fakeClock()
  const throttle = openThrottle(clock)
  const from = keys('192.0.2.1', 'eva@acme.example')
  for (let tries = 0; tries < 5; tries += 1) throttle.failed(from)
  expect(throttle.waitMs(from)).toBe(30_000)

  await clock.advance(30_000)
  expect(throttle.waitMs(from)).toBe(0)
  throttle.failed(from)
  expect(throttle.waitMs(from)).toBe(60_000)
})

test('nobody can lock out an account from somewhere else', () => {
  const throttle = openThrottle(fakeClock())
  for (let tries = 0; tries < 29; tries += 1) throttle.failed(keys('192.0.2.66', 'eva@acme.example'))

  expect(throttle.waitMs(keys('192.0.2.66', 'eva@acme.example'))).toBeGreaterThan(0)
  expect(throttle.waitMs(keys('192.0.2.1', 'eva@acme.example'))).toBe(0)
})

test('one address that tries many accounts is stopped as well', () => {
  const throttle = openThrottle(fakeClock())
  for (let tries = 0; tries < 30; tries += 1) throttle.failed(keys('192.0.2.66', `user${tries}@acme.example`))

  expect(throttle.waitMs(keys('192.0.2.66', 'another@acme.example'))).toBeGreaterThan(0)
})

test('the email is the same in any case, an IPv6 neighbour the same network', () => {
  const throttle = openThrottle(fakeClock())
  for (let tries = 0; tries < 5; tries += 1)
    throttle.failed(keys(`2001:db8:1:2::${tries}`, 'EVA@acme.example '))

  expect(throttle.waitMs(keys('2001:db8:1:2:ffff::1', 'eva@acme.example'))).toBeGreaterThan(0)
  expect(throttle.waitMs(keys('2001:db8:1:3::1', 'eva@acme.example'))).toBe(0)
})

test('failures are forgotten after a success, and after a quarter of an hour', async () => {
  const clock = fakeClock()
  const throttle = openThrottle(clock)
  const from = keys('192.0.2.1', 'eva@acme.example')
  for (let tries = 0; tries < 4; tries += 1) throttle.failed(from)
  throttle.succeeded(from)
  for (let tries = 0; tries < 4; tries += 1) throttle.failed(from)
  expect(throttle.waitMs(from)).toBe(0)

  await clock.advance(15 * 60_000)
  throttle.failed(from)
  expect(throttle.waitMs(from)).toBe(0)
})
