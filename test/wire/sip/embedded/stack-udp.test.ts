import { describe, expect, test } from 'vitest'
import { findHeader } from '#sip/embedded/header.ts'
import { responseTo } from '#sip/embedded/response.ts'
import type { ServerTransaction } from '#sip/embedded/stack.ts'
import { waitUntil } from '#test/wait-until.ts'
import {
  ackFor,
  answerAll,
  openStack,
  openUdpPeer,
  portOf,
  request,
  requestText,
  responseText,
  send,
} from './far-ends.ts'

describe('two stacks over UDP', () => {
  test('a call is set up and acknowledged; the acceptance is not repeated after that', async () => {
    await using alice = await openStack()
    await using bob = await openStack()
    const calls: ServerTransaction[] = []
    const acks: string[] = []
    bob.onRequest = (call) => {
      calls.push(call)
      call.respond(responseTo(call.request, 180, { toTag: 'b' }))
      call.respond(responseTo(call.request, 200, { toTag: 'b' }))
    }
    bob.onAck = (ack) => {
      acks.push(ack.method)
      calls[0]?.acknowledge()
    }
    const invite = request('INVITE', `sip:bob@127.0.0.1:${portOf(bob, 'udp')}`)

    const { heard, responses } = send(alice, invite)
    const ok = await waitUntil('200', () => responses.find(({ status }) => status === 200))
    alice.sendAck(ackFor(invite, ok))
    await waitUntil('ACK', () => acks.length > 0)

    expect(heard).toEqual(['180', '200'])
    expect(calls[0]?.state).toBe('confirmed')
    await waitUntil(
      'both to forget the call',
      () => bob.counters.serverTransactions + alice.counters.clientTransactions === 0,
    )
    expect(acks).toEqual(['ACK'])
    expect(bob.counters.retransmitted).toBe(0)
  })

  test('a refusal is acknowledged by the stack', async () => {
    await using alice = await openStack()
    await using bob = await openStack()
    answerAll(bob, 486)
    const acks: string[] = []
    bob.onAck = (ack) => acks.push(ack.method)

    const { heard } = send(alice, request('INVITE', `sip:bob@127.0.0.1:${portOf(bob, 'udp')}`))
    await waitUntil(
      'both to forget the call',
      () => bob.counters.serverTransactions + alice.counters.clientTransactions === 0,
    )

    expect(heard).toEqual(['180', '486'])
    expect(acks).toEqual([])
    expect(bob.counters.retransmitted).toBe(0)
  })

  test('CANCEL while ringing ends the call with 487', async () => {
    await using alice = await openStack()
    await using bob = await openStack()
    const reasons: (string | undefined)[] = []
    bob.onRequest = (call) => {
      call.onCancel = (cancel) => {
        reasons.push(findHeader(cancel, 'Reason'))
        call.respond(responseTo(call.request, 487, { toTag: 'b' }))
      }
      call.respond(responseTo(call.request, 180, { toTag: 'b' }))
    }

    const { heard, transaction } = send(alice, request('INVITE', `sip:bob@127.0.0.1:${portOf(bob, 'udp')}`))
    await waitUntil('ringing', () => heard.includes('180'))
    transaction.cancel([['Reason', 'SIP;cause=200']])
    await waitUntil('487', () => heard.includes('487'))

    expect(reasons).toEqual(['SIP;cause=200'])
  })

  test('CANCEL that crosses the 200 leaves the call up', async () => {
    await using alice = await openStack()
    await using bob = await openStack()
    const cancels: string[] = []
    bob.onRequest = (call) => {
      call.onCancel = () => cancels.push('handed over')
      call.respond(responseTo(call.request, 180, { toTag: 'b' }))
    }
    const received = bob.onRequest
    let call: ServerTransaction | undefined
    bob.onRequest = (incoming) => {
      call = incoming
      received(incoming)
    }
    bob.onTrace = (direction, raw) => {
      // The answer leaves in the very moment the CANCEL arrives, before it is looked at.
      if (direction === 'in' && raw.startsWith('CANCEL') && call)
        call.respond(responseTo(call.request, 200, { toTag: 'b' }))
    }

    const { heard, transaction } = send(alice, request('INVITE', `sip:bob@127.0.0.1:${portOf(bob, 'udp')}`))
    await waitUntil('ringing', () => heard.includes('180'))
    transaction.cancel()
    await waitUntil('200', () => heard.includes('200'))

    expect(cancels).toEqual([])
    expect(heard).not.toContain('487')
  })
})

describe('lost messages', () => {
  test('an INVITE that is lost twice is sent again until it is answered', async () => {
    await using alice = await openStack()
    await using bob = await openUdpPeer()

    const { heard } = send(alice, request('INVITE', `sip:bob@127.0.0.1:${bob.port}`))
    const third = await bob.heard('INVITE', 3)
    bob.sendTo(portOf(alice, 'udp'), responseText(third, 486))
    const ack = await bob.heard('ACK')

    expect(heard).toEqual(['486'])
    expect(ack).toContain('CSeq: 1 ACK')
    expect(new Set(bob.received.filter((text) => text.startsWith('INVITE'))).size).toBe(1)
  })

  test('a 200 whose ACK is lost is sent again until the owner says it came', async () => {
    await using bob = await openStack()
    await using alice = await openUdpPeer()
    let call: ServerTransaction | undefined
    bob.onRequest = (incoming) => {
      call = incoming
      incoming.respond(responseTo(incoming.request, 200, { toTag: 'b' }))
    }

    alice.sendTo(portOf(bob, 'udp'), requestText('INVITE', `UDP 127.0.0.1:${alice.port}`))
    await alice.heard('200', 3)
    call?.acknowledge()
    const before = bob.counters.sent
    await waitUntil('timer L', () => call?.state === 'ended')

    expect(bob.counters.sent).toBe(before)
  })

  test('a 200 that is never acknowledged is told to the owner', async () => {
    await using bob = await openStack()
    await using alice = await openUdpPeer()
    const failures: string[] = []
    bob.onRequest = (call) => {
      call.onFailure = (reason) => failures.push(reason)
      call.respond(responseTo(call.request, 200, { toTag: 'b' }))
    }

    alice.sendTo(portOf(bob, 'udp'), requestText('INVITE', `UDP 127.0.0.1:${alice.port}`))
    await waitUntil('noAck', () => failures.length > 0)

    expect(failures).toEqual(['noAck'])
    expect(bob.counters.serverTransactions).toBe(0)
  })

  test('a 200 that comes again is handed over again, marked', async () => {
    await using alice = await openStack()
    await using bob = await openUdpPeer()

    const { heard } = send(alice, request('INVITE', `sip:bob@127.0.0.1:${bob.port}`))
    const invite = await bob.heard('INVITE')
    bob.sendTo(portOf(alice, 'udp'), responseText(invite, 200))
    bob.sendTo(portOf(alice, 'udp'), responseText(invite, 200))
    await waitUntil('both', () => heard.length === 2)

    expect(heard).toEqual(['200', '200 again'])
  })

  test('nobody there: the owner hears of it after 64*T1', async () => {
    await using alice = await openStack()
    await using bob = await openUdpPeer()

    const { heard } = send(alice, request('OPTIONS', `sip:bob@127.0.0.1:${bob.port}`))
    await waitUntil('timeout', () => heard.length > 0)

    expect(heard).toEqual(['timeout'])
    expect(alice.counters.clientTransactions).toBe(0)
  })
})

describe('where answers go', () => {
  test('with rport, back to where the request really came from (RFC 3581)', async () => {
    await using bob = await openStack()
    await using alice = await openUdpPeer()
    answerAll(bob)

    alice.sendTo(portOf(bob, 'udp'), requestText('OPTIONS', 'UDP 192.168.1.50:5060'))
    const ok = await alice.heard('200')

    expect(ok).toContain(`;rport=${alice.port};received=127.0.0.1`)
  })

  test('without rport, to the port the Via names', async () => {
    await using bob = await openStack()
    await using alice = await openUdpPeer()
    await using sender = await openUdpPeer()
    answerAll(bob)

    const text = requestText('OPTIONS', `UDP alice.acme.test:${alice.port}`, (full) =>
      full.replace(';rport', ''),
    )
    sender.sendTo(portOf(bob, 'udp'), text)
    const ok = await alice.heard('200')

    expect(ok).toContain(';received=127.0.0.1')
    expect(sender.received).toEqual([])
  })
})

describe('bad input', () => {
  test.each([
    [
      'a Content-Length that lies',
      (text: string) => text.replace('Content-Length: 0', 'Content-Length: 500'),
      '400',
    ],
    ['SIP/3.0', (text: string) => text.replace('SIP/2.0\r\n', 'SIP/3.0\r\n'), '505'],
    [
      'a header beyond all measure',
      (text: string) => text.replace('\r\n\r\n', `\r\nX: ${'y'.repeat(9_000)}\r\n\r\n`),
      '513',
    ],
  ])('%s is answered and counted', async (_what, change, status) => {
    await using bob = await openStack()
    await using eva = await openUdpPeer()
    answerAll(bob)

    eva.sendTo(portOf(bob, 'udp'), requestText('OPTIONS', `UDP 127.0.0.1:${eva.port}`, change))
    const refusal = await eva.heard(status)

    expect(refusal).toMatch(/^To: .*;tag=/m)
    expect(bob.counters.malformed + bob.counters.oversized).toBe(1)
  })

  test('noise is dropped and counted, keep-alives are not, and the stack lives on', async () => {
    await using bob = await openStack()
    await using eva = await openUdpPeer()
    answerAll(bob)
    const port = portOf(bob, 'udp')

    eva.sendTo(port, '\r\n\r\n')
    eva.sendTo(port, Buffer.alloc(4))
    eva.sendTo(port, 'GET / HTTP/1.1\r\n\r\n')
    eva.sendTo(port, Buffer.from('16030100ff', 'hex'))
    eva.sendTo(port, `SIP/2.0 200 OK\r\n\r\n`)
    eva.sendTo(port, requestText('OPTIONS', `UDP 127.0.0.1:${eva.port}`))
    await eva.heard('200')

    expect(bob.counters).toMatchObject({ received: 6, malformed: 3, dropped: 3 })
    expect(eva.received).toHaveLength(1)
  })

  test('a response to nothing is shown as a stray', async () => {
    await using bob = await openStack()
    await using eva = await openUdpPeer()
    const strays: number[] = []
    bob.onStrayResponse = ({ status }) => strays.push(status)

    eva.sendTo(portOf(bob, 'udp'), responseText(requestText('INVITE', 'UDP 127.0.0.1:5060'), 200))
    await waitUntil('stray', () => strays.length > 0)

    expect(strays).toEqual([200])
  })
})

describe('opening', () => {
  test.each(['udp', 'tcp'] as const)(
    'a %s port that is taken is said in one sentence, and nothing stays open',
    async (protocol) => {
      await using first = await openStack()
      const taken = first.listening.filter((point) => point.protocol === protocol)
      const free = { protocol: 'udp' as const, address: '127.0.0.1', port: 0 }

      await expect(openStack({ listen: [free, ...taken] })).rejects.toMatchObject({
        code: 'sip.port-taken',
        message: expect.stringMatching(/^SIP cannot listen on 127\.0\.0\.1:\d+ .*choose another SIP port/),
      })
    },
  )

  test('an address this machine does not have is said too', async () => {
    const listen = [{ protocol: 'udp' as const, address: '192.0.2.1', port: 0 }]

    await expect(openStack({ listen })).rejects.toMatchObject({ code: 'sip.address' })
  })

  test('a listener on all addresses names the one the far end sees', async () => {
    await using everywhere = await openStack({ listen: [{ protocol: 'udp', address: '0.0.0.0', port: 0 }] })
    await using bob = await openUdpPeer()

    const { transaction } = send(everywhere, request('OPTIONS', `sip:bob@127.0.0.1:${bob.port}`))
    await bob.heard('OPTIONS')

    expect(transaction.raw).toContain(`Via: SIP/2.0/UDP 127.0.0.1:${portOf(everywhere, 'udp')};`)
  })

  test('an advertised address is what Via says', async () => {
    const listen = [{ protocol: 'udp' as const, address: '127.0.0.1', port: 0, advertised: '203.0.113.5' }]
    await using behindNat = await openStack({ listen })

    const { transaction } = send(behindNat, request('OPTIONS', 'sip:bob@127.0.0.1:9'))

    expect(transaction.raw).toContain('Via: SIP/2.0/UDP 203.0.113.5:')
  })
})

describe('names', () => {
  test('are resolved before sending', async () => {
    await using bob = await openUdpPeer()
    await using alice = await openStack({
      lookUp: (name) => Promise.resolve(name === 'acme.test' ? ['127.0.0.1'] : []),
    })

    const { transaction } = send(alice, request('OPTIONS', `sip:bob@acme.test:${bob.port};transport=udp`))
    await bob.heard('OPTIONS')

    expect(transaction.target.address).toBe('127.0.0.1')
  })

  test('that do not resolve fail as a transport does, never from within the call', async () => {
    await using alice = await openStack({ lookUp: () => Promise.reject(new Error('NXDOMAIN')) })

    const { heard } = send(alice, request('OPTIONS', 'sip:bob@nowhere.test'))
    expect(heard).toEqual([])
    await waitUntil('failure', () => heard.length > 0)

    expect(heard).toEqual(['transport'])
    expect(alice.counters.clientTransactions).toBe(0)
  })

  test.each(['tel:+420123', 'sips:bob@127.0.0.1', 'sip:bob@[::1]', 'sip:'])(
    '%s cannot be reached from here',
    async (uri) => {
      await using alice = await openStack()

      const { heard } = send(alice, request('OPTIONS', uri))
      await waitUntil('failure', () => heard.length > 0)

      expect(heard).toEqual(['transport'])
    },
  )
})
