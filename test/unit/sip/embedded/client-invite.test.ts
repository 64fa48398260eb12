import { describe, expect, test } from 'vitest'
import { ackOf, cancelOf } from '#sip/embedded/client-invite.ts'
import { findHeader } from '#sip/embedded/header.ts'
import { openIdleInvite, openInvite, pathsOf } from './client-bench.ts'
import { answer, request } from './sip-text.ts'

describe('an INVITE nobody answers', () => {
  test('is repeated by timer A, doubling without a cap, until timer B (RFC 3261 §17.1.1.2)', async () => {
    const { clock, sentAt, failures, transaction } = openInvite()

    await clock.advance(31_999)
    expect(failures).toEqual([])
    await clock.advance(1)

    expect(sentAt).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500])
    expect(failures).toEqual(['timeout'])
    expect(transaction.state).toBe('ended')
    expect(clock.waiting).toBe(0)
  })

  test('is sent once over TCP and times out the same', async () => {
    const { clock, sent, failures } = openInvite('tcp')

    await clock.advance(32_000)

    expect(sent).toEqual(['TCP INVITE'])
    expect(failures).toEqual(['timeout'])
    expect(clock.waiting).toBe(0)
  })
})

test('any provisional response stops repeating and waiting: it may ring for ever', async () => {
  const { clock, sent, heard, failures, receive, transaction } = openInvite()

  receive(100)
  receive(180)
  await clock.advance(600_000)

  expect(sent).toEqual(['UDP INVITE'])
  expect(heard).toEqual(['100', '180'])
  expect(failures).toEqual([])
  expect(transaction.state).toBe('proceeding')
  expect(clock.waiting).toBe(0)
})

describe('a refusal', () => {
  test('is acknowledged, again for every copy, until timer D; the owner hears it once', async () => {
    const { clock, sent, heard, receive, transaction } = openInvite()

    receive(486)
    receive(486)
    await clock.advance(31_999)
    receive(486)
    await clock.advance(1)
    receive(486)

    expect(sent).toEqual(['UDP INVITE', 'UDP ACK', 'UDP ACK', 'UDP ACK'])
    expect(heard).toEqual(['486'])
    expect(transaction.state).toBe('ended')
    expect(clock.waiting).toBe(0)
  })

  test('over TCP ends the transaction at once', () => {
    const { clock, sent, receive, transaction } = openInvite('tcp')

    receive(503)

    expect(sent).toEqual(['TCP INVITE', 'TCP ACK'])
    expect(transaction.state).toBe('ended')
    expect(clock.waiting).toBe(0)
  })

  test('is acknowledged on the same branch and route, with the To of the answer (RFC 3261 §17.1.1.3)', () => {
    const invite = request({
      extra: ['Route: <sip:192.0.2.7;lr>', 'Contact: <sip:alice@192.0.2.1>'],
      cseq: 7,
    })

    const ack = ackOf(invite, answer(invite, 486))

    expect(ack.headers).toEqual([
      { name: 'Via', value: findHeader(invite, 'Via') },
      { name: 'Route', value: '<sip:192.0.2.7;lr>' },
      { name: 'Max-Forwards', value: '70' },
      { name: 'From', value: findHeader(invite, 'From') },
      { name: 'To', value: '<sip:bob@acme.test>;tag=bob1' },
      { name: 'Call-ID', value: 'call-1@192.0.2.1' },
      { name: 'CSeq', value: '7 ACK' },
    ])
  })
})

describe('an acceptance', () => {
  test('is left to the owner to acknowledge; copies are marked until timer M (RFC 6026 §7.2)', async () => {
    const { clock, sent, heard, receive, transaction } = openInvite()

    receive(200)
    await clock.advance(500)
    receive(200)
    await clock.advance(31_499)
    receive(200)
    await clock.advance(1)

    expect(heard).toEqual(['200', '200 again', '200 again'])
    expect(sent).toEqual(['UDP INVITE'])
    expect(transaction.state).toBe('ended')
    expect(clock.waiting).toBe(0)
  })

  test('by a second fork is a new one, not a copy', () => {
    const { heard, receive, transaction } = openInvite()

    receive(200, 'desk')
    receive(200, 'mobile')
    receive(200, 'desk')

    expect(heard).toEqual(['200', '200', '200 again'])
    transaction.end()
  })

  test('is not taken back by a refusal that comes later', () => {
    const { heard, sent, receive, transaction } = openInvite()
    receive(200)

    receive(486)
    receive(180)

    expect(heard).toEqual(['200'])
    expect(sent).toEqual(['UDP INVITE'])
    transaction.end()
  })
})

describe('CANCEL', () => {
  test('before any response is held back until one comes (RFC 3261 §9.1)', () => {
    const { cancels, receive, transaction } = openInvite()

    transaction.cancel([['Reason', 'SIP;cause=200;text="Call completed elsewhere"']])
    expect(cancels).toHaveLength(0)
    receive(100)
    receive(180)

    expect(cancels).toHaveLength(1)
    transaction.end()
  })

  test('goes out once, at once, while ringing', () => {
    const { cancels, receive, transaction } = openInvite()
    receive(180)

    transaction.cancel()
    transaction.cancel()

    expect(cancels).toHaveLength(1)
    transaction.end()
  })

  test('that crosses a 200 changes nothing: the owner hears the 200', () => {
    const { heard, receive, transaction } = openInvite()
    receive(180)
    transaction.cancel()

    receive(200)

    expect(heard).toEqual(['180', '200'])
    transaction.end()
  })

  test('after the final answer is not sent', () => {
    const { cancels, receive, transaction } = openInvite()
    receive(200)

    transaction.cancel()

    expect(cancels).toHaveLength(0)
    transaction.end()
  })

  test('that brings no final answer in 64*T1 ends the call as timed out', async () => {
    const { clock, failures, receive, transaction } = openInvite()
    receive(180)
    transaction.cancel()

    await clock.advance(32_000)

    expect(failures).toEqual(['timeout'])
    expect(clock.waiting).toBe(0)
  })

  test('held back for a far end that never answers ends with timer B', async () => {
    const { clock, cancels, failures, transaction } = openInvite()
    transaction.cancel()

    await clock.advance(32_000)

    expect(cancels).toHaveLength(0)
    expect(failures).toEqual(['timeout'])
  })

  test('carries the INVITE’s branch, route and number, and the reason given', () => {
    const invite = request({ extra: ['Route: <sip:192.0.2.7;lr>', 'Require: 100rel'], cseq: 7 })

    const cancel = cancelOf(invite, [['Reason', 'Q.850;cause=16']])

    expect(cancel).toMatchObject({ method: 'CANCEL', uri: invite.uri, body: '' })
    expect(findHeader(cancel, 'Via')).toBe(findHeader(invite, 'Via'))
    expect(findHeader(cancel, 'CSeq')).toBe('7 CANCEL')
    expect(findHeader(cancel, 'Route')).toBe('<sip:192.0.2.7;lr>')
    expect(findHeader(cancel, 'Reason')).toBe('Q.850;cause=16')
    expect(findHeader(cancel, 'Require')).toBeUndefined()
  })
})

describe('a transport that fails', () => {
  test('before any response gives way to the next path', () => {
    const { sent, failures, transaction, breakTransport } = openIdleInvite()
    breakTransport('tcp')

    transaction.start(pathsOf('INVITE', ['tcp', 'udp']))

    expect(sent).toEqual(['UDP INVITE'])
    expect(transaction.raw).toContain('SIP/2.0/UDP')
    expect(failures).toEqual([])
    transaction.end()
  })

  test('on the last path is told to the owner', () => {
    const { clock, failures, transaction, breakTransport } = openIdleInvite()
    breakTransport('tcp')

    transaction.start(pathsOf('INVITE', ['tcp']))

    expect(failures).toEqual(['transport'])
    expect(clock.waiting).toBe(0)
  })

  test('when only the ACK of a refusal is left is no news', () => {
    const { heard, failures, receive, breakTransport } = openInvite()
    breakTransport('udp')

    receive(486)

    expect(heard).toEqual(['486'])
    expect(failures).toEqual([])
  })
})
