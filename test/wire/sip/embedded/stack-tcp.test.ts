import { describe, expect, test } from 'vitest'
import { newTag } from '#sip/embedded/identifiers.ts'
import { responseTo } from '#sip/embedded/response.ts'
import type { ServerTransaction } from '#sip/embedded/stack.ts'
import { waitUntil } from '#test/wait-until.ts'
import {
  ackFor,
  answerAll,
  connectTcp,
  listenTcp,
  openStack,
  openUdpPeer,
  portOf,
  request,
  requestText,
  responseText,
  send,
} from './far-ends.ts'

describe('two stacks over TCP', () => {
  test('a call is set up over one connection, which the way back uses too', async () => {
    await using alice = await openStack()
    await using bob = await openStack()
    let call: ServerTransaction | undefined
    bob.onRequest = (incoming) => {
      call = incoming
      incoming.respond(responseTo(incoming.request, 200, { toTag: newTag() }))
    }
    bob.onAck = () => call?.acknowledge()
    answerAll(alice)
    const invite = request('INVITE', `sip:bob@127.0.0.1:${portOf(bob, 'tcp')};transport=tcp`)

    const { responses, heard } = send(alice, invite)
    const ok = await waitUntil('200', () => responses.find(({ status }) => status === 200))
    alice.sendAck(ackFor(invite, ok))
    await waitUntil('ACK', () => call?.state === 'confirmed')
    const back: string[] = []
    // Bob's side knows alice's phone only by the connection it came over, as behind NAT.
    const target = call?.source
    if (!target) throw new Error('no call')
    bob.sendRequest(
      request('BYE', 'sip:alice@192.168.1.50;transport=tcp'),
      { onResponse: ({ status }) => back.push(`${status}`), onFailure: (reason) => back.push(reason) },
      { target },
    )
    await waitUntil('200 to BYE', () => back.length > 0)

    expect(heard).toEqual(['200'])
    expect(back).toEqual(['200'])
  })

  test('a refusal ends both transactions at once', async () => {
    await using alice = await openStack()
    await using bob = await openStack()
    answerAll(bob, 486)

    const { heard } = send(alice, request('INVITE', `sip:bob@127.0.0.1:${portOf(bob, 'tcp')};transport=tcp`))
    await waitUntil('486', () => heard.includes('486'))
    await waitUntil('the end', () => bob.counters.serverTransactions === 0)

    expect(alice.counters.clientTransactions).toBe(0)
  })

  test('nobody listens: the owner hears of it at once', async () => {
    await using alice = await openStack()

    const { heard } = send(alice, request('OPTIONS', 'sip:bob@127.0.0.1:9;transport=tcp'))
    await waitUntil('failure', () => heard.length > 0)

    expect(heard).toEqual(['transport'])
  })
})

describe('a stream', () => {
  test('that comes in single bytes, and two messages in one packet, are both read', async () => {
    await using bob = await openStack()
    answerAll(bob)
    await using alice = await connectTcp(portOf(bob, 'tcp'))
    const via = `TCP 127.0.0.1:${alice.port}`

    for (const byte of requestText('OPTIONS', via)) alice.write(byte)
    alice.write(requestText('MESSAGE', via) + requestText('OPTIONS', via))
    await alice.heard('200', 3)

    expect(bob.counters.received).toBe(3)
  })

  test('with two line breaks gets one back (RFC 5626 §3.5.1)', async () => {
    await using bob = await openStack()
    await using alice = await connectTcp(portOf(bob, 'tcp'))

    alice.write('\r\n\r\n')
    await waitUntil('pong', () => alice.received.includes('pong'))

    expect(bob.counters.malformed).toBe(0)
  })

  test.each([
    ['a Content-Length nobody can read', 'Content-Length: x', '400'],
    ['a body of 100 MB', 'Content-Length: 100000000', '513'],
  ])('with %s is answered and closed', async (_what, length, status) => {
    await using bob = await openStack()
    await using eva = await connectTcp(portOf(bob, 'tcp'))
    const via = `TCP 127.0.0.1:${eva.port}`

    eva.write(requestText('OPTIONS', via, (text) => text.replace('Content-Length: 0', length)))
    await eva.heard(status)
    await waitUntil('close', () => eva.closed)

    expect(bob.counters.malformed + bob.counters.oversized).toBe(1)
  })

  test('that is no SIP at all is closed at the size limit', async () => {
    await using bob = await openStack()
    await using eva = await connectTcp(portOf(bob, 'tcp'))

    eva.write('x'.repeat(70_000))
    await waitUntil('close', () => eva.closed)

    expect(bob.counters).toMatchObject({ oversized: 1, dropped: 1 })
  })

  test('with a message that is wrong but whole goes on after the 400', async () => {
    await using bob = await openStack()
    answerAll(bob)
    await using alice = await connectTcp(portOf(bob, 'tcp'))
    const via = `TCP 127.0.0.1:${alice.port}`

    alice.write(requestText('OPTIONS', via, (text) => text.replace('CSeq: 1', 'CSeq: one')))
    alice.write(requestText('OPTIONS', via))

    await alice.heard('400')
    await alice.heard('200')
  })
})

describe('connections', () => {
  test('over the limit of one address are refused and counted', async () => {
    await using bob = await openStack({ limits: { maxConnectionsPerAddress: 1 } })
    answerAll(bob)
    await using first = await connectTcp(portOf(bob, 'tcp'))

    await using second = await connectTcp(portOf(bob, 'tcp'))
    await waitUntil('close', () => second.closed)
    first.write(requestText('OPTIONS', `TCP 127.0.0.1:${first.port}`))
    await first.heard('200')

    expect(bob.counters.dropped).toBe(1)
  })

  test('that say nothing, or stop in the middle of a message, are closed; one that spoke stays', async () => {
    await using bob = await openStack({ limits: { messageMs: 100, sweepMs: 20 } })
    answerAll(bob)
    await using mute = await connectTcp(portOf(bob, 'tcp'))
    await using stuck = await connectTcp(portOf(bob, 'tcp'))
    await using phone = await connectTcp(portOf(bob, 'tcp'))
    phone.write(requestText('REGISTER', `TCP 127.0.0.1:${phone.port}`))
    stuck.write(requestText('OPTIONS', `TCP 127.0.0.1:${stuck.port}`))
    await stuck.heard('200')

    stuck.write('OPTIONS sip:bob@acme.test SIP/2.0\r\n')
    await waitUntil('both closed', () => mute.closed && stuck.closed)

    expect(phone.closed).toBe(false)
  })

  test('that are silent for too long are closed', async () => {
    await using bob = await openStack({ limits: { idleMs: 100, sweepMs: 20 } })
    answerAll(bob)
    await using phone = await connectTcp(portOf(bob, 'tcp'))

    phone.write(requestText('OPTIONS', `TCP 127.0.0.1:${phone.port}`))
    await phone.heard('200')

    await waitUntil('close', () => phone.closed)
  })

  test('lost before the answer: it goes to the port the Via names (RFC 3261 §18.2.2)', async () => {
    await using bob = await openStack()
    await using alice = await listenTcp()
    let call: ServerTransaction | undefined
    bob.onRequest = (incoming) => {
      call = incoming
    }
    {
      await using passing = await connectTcp(portOf(bob, 'tcp'))
      passing.write(requestText('OPTIONS', `TCP 127.0.0.1:${alice.port}`))
      await waitUntil('request', () => call)
    }
    await waitUntil('the connection to be gone', () => bob.counters.connections === 0)

    call?.respond(responseTo(call.request, 200, { toTag: 'b' }))

    const ok = await (await alice.accepted).heard('200')
    expect(ok).toContain('SIP/2.0 200')
  })
})

test('an answer over a connection that just died takes the way the Via names', async () => {
  await using bob = await openStack()
  await using alice = await listenTcp()
  await using dying = await connectTcp(portOf(bob, 'tcp'))
  const calls: ServerTransaction[] = []
  const failures: string[] = []
  bob.onRequest = (call) => {
    call.onFailure = (reason) => failures.push(reason)
    calls.push(call)
  }
  dying.write(requestText('INVITE', `TCP 127.0.0.1:${alice.port}`))
  const call = await waitUntil('request', () => calls[0])

  dying.reset()
  call.respond(responseTo(call.request, 486, { toTag: 'b' }))

  await (await alice.accepted).heard('486')
  expect(failures).toEqual([])
})

describe('a request over 1,300 bytes (RFC 3261 §18.1.1)', () => {
  const long = (uri: string) => request('MESSAGE', uri, [['X-Long', 'x'.repeat(1_400)]])

  test('goes by TCP where the target has it', async () => {
    await using alice = await openStack()
    await using bob = await listenTcp()

    const { transaction, heard } = send(alice, long(`sip:bob@127.0.0.1:${bob.port}`))
    const peer = await bob.accepted
    peer.write(responseText(await peer.heard('MESSAGE'), 200))
    await waitUntil('200', () => heard.length > 0)

    expect(transaction.target.protocol).toBe('tcp')
    expect(transaction.raw).toContain('Via: SIP/2.0/TCP')
    expect(heard).toEqual(['200'])
  })

  test('falls back to UDP where it has not, with a Via that says so', async () => {
    await using alice = await openStack()
    await using bob = await openUdpPeer()

    const { transaction, heard } = send(alice, long(`sip:bob@127.0.0.1:${bob.port}`))
    const received = await bob.heard('MESSAGE')
    bob.sendTo(portOf(alice, 'udp'), responseText(received, 200))
    await waitUntil('200', () => heard.length > 0)

    expect(received).toContain('Via: SIP/2.0/UDP')
    expect(transaction.target.protocol).toBe('udp')
  })

  test('stays on UDP when the URI names it', async () => {
    await using alice = await openStack()
    await using bob = await openUdpPeer()

    const { transaction } = send(alice, long(`sip:bob@127.0.0.1:${bob.port};transport=udp`))
    await bob.heard('MESSAGE')

    expect(transaction.target.protocol).toBe('udp')
  })
})

test('closing the stack ends connections in both directions within a second, whatever the far ends do', async () => {
  const bob = await openStack()
  await using alice = await listenTcp()
  await using phone = await connectTcp(portOf(bob, 'tcp'))
  send(bob, request('OPTIONS', `sip:alice@127.0.0.1:${alice.port};transport=tcp`))
  const called = await alice.accepted
  await called.heard('OPTIONS')
  const before = Date.now()

  await bob[Symbol.asyncDispose]()

  expect(Date.now() - before).toBeLessThan(2_000)
  await waitUntil('both to be closed', () => phone.closed && called.closed)
})

test('a closed stack fails what it is asked to send', async () => {
  const bob = await openStack()
  await bob[Symbol.asyncDispose]()

  const sent = [
    send(bob, request('OPTIONS', 'sip:alice@127.0.0.1:9;transport=tcp')),
    send(bob, request('OPTIONS', 'sip:alice@127.0.0.1:9')),
  ]

  expect(sent.map(({ heard }) => heard)).toEqual([[], []])
  await waitUntil('failures', () => sent.every(({ heard }) => heard[0] === 'transport'))
  expect(bob.counters.clientTransactions).toBe(0)
})
