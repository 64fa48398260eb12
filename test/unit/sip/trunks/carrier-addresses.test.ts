import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { watchCarrierAddresses } from '#sip/trunks/carrier-addresses.ts'
import { fakeClock } from '#test/fake-clock.ts'

function watch(answers: Record<string, readonly string[] | Error>, hosts: readonly string[]) {
  const clock = fakeClock()
  const asked: string[] = []
  const watched = watchCarrierAddresses({
    hosts,
    transport: 'udp',
    clock,
    log: silentLog,
    resolve: async (host) => {
      asked.push(host)
      const found = answers[host] ?? new Error('no such host')
      if (found instanceof Error) throw found
      return found
    },
  })
  return { clock, asked, watched }
}

test('an address needs no look-up', () => {
  const { asked, watched, clock } = watch({}, ['192.0.2.10'])
  expect([...watched.addresses]).toEqual(['192.0.2.10'])
  expect([asked.length, clock.waiting]).toEqual([0, 0])
})

test('a name stands for all its addresses, looked up again every five minutes', async () => {
  const answers: Record<string, readonly string[] | Error> = {
    'sip.acme.example': ['192.0.2.10', '2001:db8::1'],
  }
  const { clock, watched } = watch(answers, ['sip.acme.example', '192.0.2.99'])
  await clock.advance(0)
  expect([...watched.addresses]).toEqual(['192.0.2.99', '192.0.2.10', '2001:db8::1'])

  answers['sip.acme.example'] = ['192.0.2.11']
  await clock.advance(300_000)
  expect([...watched.addresses]).toEqual(['192.0.2.99', '192.0.2.11'])
})

test('while the name service fails, the last known addresses count, and it is asked again soon', async () => {
  const answers: Record<string, readonly string[] | Error> = { 'sip.acme.example': ['192.0.2.10'] }
  const { clock, asked, watched } = watch(answers, ['sip.acme.example'])
  await clock.advance(0)
  answers['sip.acme.example'] = new Error('SERVFAIL')
  await clock.advance(300_000)
  expect([...watched.addresses]).toEqual(['192.0.2.10'])

  await clock.advance(30_000)
  expect(asked).toHaveLength(3)
  watched[Symbol.dispose]()
  expect(clock.waiting).toBe(0)
})
