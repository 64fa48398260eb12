import { expect, test } from 'vitest'
import { Resolver } from '#sip/embedded/resolve.ts'
import { TcpFallback } from '#sip/embedded/tcp-fallback.ts'
import { fakeClock } from '#test/fake-clock.ts'

test('an address needs no waiting', () => {
  const resolver = new Resolver(fakeClock(), () => Promise.reject(new Error('asked')))

  expect(resolver.now('192.0.2.9')).toEqual(['192.0.2.9'])
  expect(resolver.now('2001:db8::9')).toEqual(['2001:db8::9'])
  expect(resolver.now('acme.test')).toBeUndefined()
})

test('a name is asked for once in 30 s, by all who wait for it', async () => {
  const clock = fakeClock()
  let asked = 0
  const resolver = new Resolver(clock, () => {
    asked += 1
    return Promise.resolve([`192.0.2.${asked}`])
  })

  expect(await Promise.all([resolver.resolve('acme.test'), resolver.resolve('ACME.test')])).toEqual([
    ['192.0.2.1'],
    ['192.0.2.1'],
  ])
  await clock.advance(30_000)

  expect(await resolver.resolve('acme.test')).toEqual(['192.0.2.2'])
})

test.each([
  ['fails', () => Promise.reject(new Error('SERVFAIL'))],
  ['has no address', () => Promise.resolve([])],
])('a name that %s is a fault that is asked again', async (_how, lookUp) => {
  let asked = 0
  const resolver = new Resolver(fakeClock(), () => {
    asked += 1
    return lookUp()
  })

  await expect(resolver.resolve('acme.test')).rejects.toMatchObject({ code: 'sip.unresolvable', retry: true })
  await expect(resolver.resolve('acme.test')).rejects.toMatchObject({ code: 'sip.unresolvable' })
  expect(asked).toBe(2)
})

test('a thousand names are remembered, not more', async () => {
  let asked = 0
  const resolver = new Resolver(fakeClock(), () => {
    asked += 1
    return Promise.resolve(['192.0.2.1'])
  })
  for (let name = 0; name <= 1_000; name += 1) await resolver.resolve(`host-${name}.test`)

  await resolver.resolve('host-1000.test')
  expect(asked).toBe(1_001)
  await resolver.resolve('host-0.test')
  expect(asked).toBe(1_002)
})

test('a request over 1,300 bytes prefers TCP, until the target refused it within the hour (RFC 3261 §18.1.1)', async () => {
  const clock = fakeClock()
  const fallback = new TcpFallback(clock)
  const target = { protocol: 'tcp' as const, address: '192.0.2.9', port: 5060 }

  expect(fallback.prefersTcp(target, 'x'.repeat(1_300))).toBe(false)
  expect(fallback.prefersTcp(target, 'ž'.repeat(700))).toBe(true)
  expect(fallback.prefersTcp(target, 'x'.repeat(1_301))).toBe(true)
  fallback.failed({ ...target, protocol: 'udp' })
  expect(fallback.prefersTcp(target, 'x'.repeat(1_301))).toBe(true)
  fallback.failed(target)
  expect(fallback.prefersTcp(target, 'x'.repeat(1_301))).toBe(false)
  await clock.advance(3_600_001)

  expect(fallback.prefersTcp(target, 'x'.repeat(1_301))).toBe(true)
})
