import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { openDoorkeeper } from '#sip/doorkeeper.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { fakeRequest } from './fake-request.ts'

const open = () => {
  const clock = fakeClock()
  return { clock, doorkeeper: openDoorkeeper({ clock, log: silentLog }) }
}

test.each([
  [{ 'User-Agent': 'friendly-scanner' }],
  [{ 'User-Agent': 'sipcli/v1.8' }],
  [{ 'User-Agent': 'VOIP' }],
  [{ To: '"sipvicious"<sip:100@1.1.1.1>' }],
])('a scanner (%j) is dropped without an answer', (headers) => {
  const { doorkeeper } = open()
  const request = fakeRequest({ headers })

  expect(doorkeeper.admit(request)).toBe(false)
  expect([request.dropped, request.replies.length, doorkeeper.counters.scanners]).toEqual([true, 0, 1])
})

test('nmap asks for sip:nm and gets nothing', () => {
  const { doorkeeper } = open()
  expect(doorkeeper.admit(fakeRequest({ method: 'OPTIONS', uri: 'sip:nm' }))).toBe(false)
})

test('phones are no scanners', () => {
  const { doorkeeper } = open()
  for (const agent of ['Yealink SIP-T46S', 'Linphone/5.0', 'My VOIP phone', ''])
    expect(doorkeeper.admit(fakeRequest({ headers: { 'User-Agent': agent } }))).toBe(true)
})

test('an address has a budget that fills again with time, each its own', async () => {
  const { clock, doorkeeper } = open()
  const from = (address: string) => fakeRequest({ source: { protocol: 'udp', address, port: 5060 } })
  for (let sent = 0; sent < 60; sent += 1) doorkeeper.admit(from('203.0.113.9'))

  expect(doorkeeper.admit(from('203.0.113.9'))).toBe(false)
  expect(doorkeeper.admit(from('203.0.113.10'))).toBe(true)
  await clock.advance(1_000)
  expect(doorkeeper.admit(from('203.0.113.9'))).toBe(true)
  expect(doorkeeper.counters.overBudget).toBe(1)
})

test('who proved a password has the whole budget again', () => {
  const { doorkeeper } = open()
  for (let sent = 0; sent < 60; sent += 1) doorkeeper.admit(fakeRequest())
  doorkeeper.proved('192.0.2.10')

  expect(doorkeeper.admit(fakeRequest())).toBe(true)
})

test('a stranger gets 403 and is counted', () => {
  const { doorkeeper } = open()
  const request = fakeRequest()
  doorkeeper.refuse(request)

  expect([request.replies[0]?.status, doorkeeper.counters.strangers]).toEqual([403, 1])
})
