import { expect, test } from 'vitest'
import { newTag } from '#sip/embedded/identifiers.ts'
import { responseTo } from '#sip/embedded/response.ts'
import { waitUntil } from '#test/wait-until.ts'
import { openStack, openUdpPeer, portOf, requestText, type UdpPeer } from './far-ends.ts'

const statusOf = (text: string) => text.slice(8, 11)
const finals = (peer: UdpPeer) => peer.received.filter((text) => Number(statusOf(text)) >= 200)

test('a flood of calls gets 503 with Retry-After; those let in are served, and a BYE always is', async () => {
  const limits = { newRequestsPerS: 20, addressShare: 1 }
  await using bob = await openStack({ limits, timers: {} })
  await using eva = await openUdpPeer()
  bob.onRequest = (call) => call.respond(responseTo(call.request, 200, { toTag: newTag() }))
  const port = portOf(bob, 'udp')
  const via = `UDP 127.0.0.1:${eva.port}`

  for (let number = 0; number < 200; number += 1) eva.sendTo(port, requestText('INVITE', via))
  await waitUntil('an answer to each', () => finals(eva).length >= 200)
  eva.sendTo(
    port,
    requestText('BYE', via, (text) =>
      text.replace('To: <sip:bob@acme.test>', 'To: <sip:bob@acme.test>;tag=b'),
    ),
  )
  await waitUntil('the BYE', () => eva.received.some((text) => text.includes('1 BYE')))

  const refused = eva.received.filter((text) => statusOf(text) === '503')
  const served = new Set(
    eva.received.filter((text) => statusOf(text) === '200').map((text) => /^Call-ID: (.*)$/m.exec(text)?.[1]),
  )
  expect(refused.every((text) => /^Retry-After: \d+$/m.test(text.replaceAll('\r', '')))).toBe(true)
  expect(served.size).toBeGreaterThanOrEqual(41)
  expect(served.size).toBeLessThan(60)
  expect(bob.counters.serverTransactions).toBeLessThan(60)
})

test('who floods leaves room for others: goodput stays', async () => {
  await using bob = await openStack({ limits: { newRequestsPerS: 100, addressShare: 0.5 } })
  await using eva = await openUdpPeer()
  await using alice = await openUdpPeer('127.0.0.2')
  bob.onRequest = (call) => call.respond(responseTo(call.request, 200, { toTag: newTag() }))
  const port = portOf(bob, 'udp')

  for (let round = 0; round < 40; round += 1) {
    for (let number = 0; number < 25; number += 1)
      eva.sendTo(port, requestText('OPTIONS', `UDP 127.0.0.1:${eva.port}`))
    alice.sendTo(port, requestText('OPTIONS', `UDP 127.0.0.2:${alice.port}`))
  }
  await waitUntil('all answers', () => finals(alice).length >= 40)

  expect(finals(alice).map(statusOf)).toEqual(Array(40).fill('200'))
})
