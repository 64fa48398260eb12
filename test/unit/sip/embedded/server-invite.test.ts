import { describe, expect, test } from 'vitest'
import { findHeader } from '#sip/embedded/header.ts'
import { responseTo } from '#sip/embedded/response.ts'
import { openInvite } from './server-bench.ts'
import { answer, request } from './sip-text.ts'

const invite = request()
const ringing = answer(invite, 180)
const ok = answer(invite, 200)
const busy = answer(invite, 486)

describe('an INVITE that is not answered yet', () => {
  test('is told 100 by the stack, once, and a repeated INVITE gets the last provisional again', async () => {
    const { clock, transaction, sent, sentAt } = openInvite()

    transaction.trying()
    await clock.advance(200)
    expect(sentAt[0]).toBeLessThan(200)
    transaction.respond(responseTo(invite, 100))
    transaction.repeat()
    transaction.respond(ringing)
    transaction.repeat()

    expect(sent).toEqual([100, 100, 180, 180])
    expect(transaction.state).toBe('proceeding')
    transaction.end()
  })

  test('gets no 100 when its owner answers soon', async () => {
    const { clock, transaction, sent } = openInvite()
    transaction.trying()
    transaction.respond(ringing)

    await clock.advance(1_000)

    expect(sent).toEqual([180])
    transaction.end()
  })

  test('gets its 100 at once when it comes again before that', async () => {
    const { clock, transaction, sent } = openInvite()
    transaction.trying()

    transaction.repeat()
    await clock.advance(1_000)

    expect(sent).toEqual([100])
    transaction.end()
    expect(clock.waiting).toBe(0)
  })

  test('that is over before its 100 gets none', async () => {
    const { clock, transaction, sent } = openInvite()
    transaction.trying()

    transaction.end()
    await clock.advance(1_000)

    expect(sent).toEqual([])
    expect(clock.waiting).toBe(0)
  })

  test('ends with 408 when its owner forgot it for an hour', async () => {
    const { clock, transaction, sent } = openInvite('tcp')
    transaction.respond(ringing)

    await clock.advance(3_600_000)

    expect(sent).toEqual([180, 408])
    transaction.end()
  })
})

describe('a refused INVITE', () => {
  test('repeats the answer by timer G until timer H, then tells the owner (RFC 3261 §17.2.1)', async () => {
    const { clock, transaction, sentAt, failures, ...bench } = openInvite()
    transaction.respond(busy)

    await clock.advance(31_999)
    expect(failures).toEqual([])
    await clock.advance(1)

    expect(sentAt).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    expect(failures).toEqual(['noAck'])
    expect(transaction.state).toBe('ended')
    expect(bench.sent).not.toContain(200)
    expect(clock.waiting).toBe(0)
  })

  test('falls silent with the ACK, absorbs more of them until timer I, then is gone', async () => {
    const { clock, transaction, sent, failures } = openInvite()
    transaction.respond(busy)

    expect(transaction.receiveAck()).toBe(true)
    expect(transaction.state).toBe('confirmed')
    await clock.advance(4_999)
    expect(transaction.receiveAck()).toBe(true)
    transaction.repeat()
    expect(transaction.state).toBe('confirmed')
    await clock.advance(1)

    expect(transaction.state).toBe('ended')
    expect(sent).toEqual([486])
    expect(failures).toEqual([])
    expect(clock.waiting).toBe(0)
  })

  test('over TCP is not repeated, and ends with the ACK at once', async () => {
    const { clock, transaction, sent } = openInvite('tcp')
    transaction.respond(busy)
    await clock.advance(10_000)
    transaction.receiveAck()

    expect(sent).toEqual([486])
    expect(transaction.state).toBe('ended')
    expect(clock.waiting).toBe(0)
  })

  test('answers a repeated INVITE with the same refusal', () => {
    const { transaction, sent } = openInvite('tcp')
    transaction.respond(busy)

    transaction.repeat()

    expect(sent).toEqual([486, 486])
    transaction.end()
  })
})

describe('an accepted INVITE', () => {
  test.each(['udp', 'tcp'] as const)(
    'repeats 200 over %s until 64*T1, then tells the owner (RFC 3261 §13.3.1.4)',
    async (protocol) => {
      const { clock, transaction, sentAt, failures } = openInvite(protocol)
      transaction.respond(ok)

      await clock.advance(32_000)

      expect(sentAt).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
      expect(failures).toEqual(['noAck'])
      expect(clock.waiting).toBe(0)
    },
  )

  test('falls silent when the owner saw the ACK, and absorbs repeated INVITEs until timer L (RFC 6026 §7.1)', async () => {
    const { clock, transaction, sent, failures, ...bench } = openInvite()
    transaction.respond(ok)
    await clock.advance(600)

    transaction.acknowledge()
    transaction.repeat()
    await clock.advance(31_399)
    expect(transaction.state).toBe('confirmed')
    await clock.advance(1)

    expect(sent).toEqual([200, 200])
    expect(transaction.state).toBe('ended')
    expect(failures).toEqual([])
    expect(bench.sentAt).toEqual([0, 500])
    expect(clock.waiting).toBe(0)
  })

  test('leaves an ACK on its own branch to the owner', () => {
    const { transaction } = openInvite()
    transaction.respond(ok)

    expect(transaction.receiveAck()).toBe(false)
    transaction.end()
  })

  test('ignores a second final answer', () => {
    const { transaction, sent } = openInvite()
    transaction.respond(ok)
    transaction.respond(busy)
    transaction.respond(ringing)

    expect(sent).toEqual([200])
    transaction.end()
  })
})

describe('CANCEL', () => {
  test('is handed to the owner, who answers', () => {
    const { transaction, sent } = openInvite()
    const cancels: string[] = []
    transaction.onCancel = (cancel) => cancels.push(cancel.method)

    transaction.receiveCancel(request({ method: 'CANCEL' }), '')

    expect(cancels).toEqual(['CANCEL'])
    expect(sent).toEqual([])
    transaction.end()
  })

  test('is answered with 487 for an owner who does not care', () => {
    const { transaction, sent } = openInvite()

    transaction.receiveCancel(request({ method: 'CANCEL' }), '')

    expect(sent).toEqual([487])
    transaction.end()
  })

  test('that crosses our 200 OK leaves the call up (RFC 3261 §9.2)', () => {
    const { transaction, sent } = openInvite()
    const cancels: string[] = []
    transaction.onCancel = (cancel) => cancels.push(cancel.method)
    transaction.respond(ok)

    transaction.receiveCancel(request({ method: 'CANCEL' }), '')

    expect(cancels).toEqual([])
    expect(sent).toEqual([200])
    transaction.end()
  })
})

test('a transport that fails ends the transaction and tells the owner, once', () => {
  const bench = openInvite('tcp')
  bench.breakTransport()

  bench.transaction.respond(busy)
  bench.transaction.repeat()

  expect(bench.failures).toEqual(['transport'])
  expect(bench.ended).toBe(1)
  expect(bench.clock.waiting).toBe(0)
})

test('an answer without Via, From, To, Call-ID or CSeq gets them from the request', () => {
  const { transaction } = openInvite()
  transaction.respond({ kind: 'response', status: 180, reason: 'Ringing', headers: [], body: '' })

  expect(transaction.toTag).toBeUndefined()
  transaction.respond(ringing)
  expect(transaction.toTag).toBe('bob1')
  expect(findHeader(responseTo(invite, 200, { toTag: 'x' }), 'To')).toBe('<sip:bob@acme.test>;tag=x')
  transaction.end()
})
