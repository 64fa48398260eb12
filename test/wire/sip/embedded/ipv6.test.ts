// IPv6 from end to end: a machine without ::1 fails these plainly, because Cordboard is to work on both families.
import { createSocket } from 'node:dgram'
import { describe, expect, test } from 'vitest'
import { allValues, findHeader } from '#sip/embedded/header.ts'
import { responseTo } from '#sip/embedded/response.ts'
import type { Protocol, ServerTransaction, SipStack } from '#sip/embedded/stack.ts'
import { waitUntil } from '#test/wait-until.ts'
import { certificates, openTlsStack } from './certificates.ts'
import { ackFor, answerAll, openStack, portOf, request, requestText, send } from './far-ends.ts'

const protocols = ['udp', 'tcp'] as const
const on = (...addresses: string[]) =>
  openStack({
    listen: addresses.flatMap((address) => protocols.map((protocol) => ({ protocol, address, port: 0 }))),
  })

function portOn(stack: SipStack, protocol: Protocol, address: string): number {
  return stack.listening.find((at) => at.protocol === protocol && at.address === address)?.port ?? 0
}

describe.each(protocols)('over %s', (protocol) => {
  test('a call is set up and hung up, Via and Contact in brackets', async () => {
    await using alice = await on('::1')
    await using bob = await on('::1')
    const calls: ServerTransaction[] = []
    bob.onRequest = (call) => {
      calls.push(call)
      call.respond(responseTo(call.request, 200, { toTag: 'b' }))
    }
    bob.onAck = () => calls[0]?.acknowledge()
    const invite = request('INVITE', `sip:bob@[::1]:${portOf(bob, protocol)};transport=${protocol}`)

    const { responses, transaction } = send(alice, invite)
    const ok = await waitUntil('200', () => responses.find(({ status }) => status === 200))
    alice.sendAck(ackFor(invite, ok))
    await waitUntil('ACK', () => calls[0]?.state === 'confirmed')

    expect(transaction.raw).toMatch(
      new RegExp(`^Via: SIP/2.0/${protocol.toUpperCase()} \\[::1\\]:\\d+;`, 'm'),
    )
    expect(calls[0]?.source.address).toBe('::1')
  })
})

test('over TLS the certificate names the address', async () => {
  using made = certificates()
  const files = await made.make('::1')
  await using alice = await openTlsStack({ ...files, caFile: files.certFile }, {}, '::1')
  await using bob = await openTlsStack(files, {}, '::1')
  answerAll(bob)

  const { heard } = send(alice, request('OPTIONS', `sip:[::1]:${portOf(bob, 'tls')};transport=tls`))
  await waitUntil('200', () => heard.length > 0)

  expect(heard).toEqual(['200'])
})

test('a stack on both families answers each in its own, and sends from the one that fits', async () => {
  await using both = await on('127.0.0.1', '::1')
  await using four = await on('127.0.0.1')
  await using six = await on('::1')
  answerAll(four)
  answerAll(six)

  const first = send(both, request('OPTIONS', `sip:127.0.0.1:${portOf(four, 'udp')}`))
  const second = send(both, request('OPTIONS', `sip:[::1]:${portOf(six, 'udp')}`))
  await waitUntil('both', () => first.heard.length > 0 && second.heard.length > 0)

  expect([first.heard, second.heard]).toEqual([['200'], ['200']])
  expect(second.transaction.raw).toContain(`Via: SIP/2.0/UDP [::1]:${portOn(both, 'udp', '::1')}`)
})

test('a name with an address of each family: the one that is dead is passed over, the Contact follows', async () => {
  await using both = await openStack({
    listen: ['127.0.0.1', '::1'].map((address) => ({ protocol: 'tcp' as const, address, port: 0 })),
    lookUp: () => Promise.resolve(['127.0.0.1', '::1']),
  })
  await using six = await on('::1')
  answerAll(six)
  const local = both.localFor({ protocol: 'tcp', address: '127.0.0.1' })
  const contact = `<sip:alice@127.0.0.1:${local.port};transport=tcp>`
  const heard: string[] = []

  const sent = both.sendRequest(
    request('INVITE', `sip:bob.test:${portOf(six, 'tcp')};transport=tcp`, [['Contact', contact]]),
    { onResponse: ({ status }) => heard.push(`${status}`), onFailure: (reason) => heard.push(reason) },
    { local },
  )
  await waitUntil('200', () => heard.includes('200'))

  expect(findHeader(sent.request, 'Contact')).toBe(
    `<sip:alice@[::1]:${portOn(both, 'tcp', '::1')};transport=tcp>`,
  )
  expect(allValues(sent.request, 'Via')[0]).toContain('[::1]')
})

test('received goes into the Via without brackets, as every far end can read it (RFC 5118 §4.5)', async () => {
  await using bob = await on('::1')
  answerAll(bob)
  const socket = createSocket('udp6')
  await new Promise<void>((resolve) => socket.bind(0, '::1', resolve))
  const answers: string[] = []
  socket.on('message', (bytes) => answers.push(bytes.toString()))

  socket.send(requestText('OPTIONS', 'UDP [2001:db8::9:1]:5060'), portOf(bob, 'udp'), '::1')
  const answer = await waitUntil('200', () => answers[0])
  await new Promise<void>((resolve) => socket.close(() => resolve()))

  expect(answer).toMatch(/;received=::1\r/)
})
