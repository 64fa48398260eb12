import { expect, test } from 'vitest'
import { findHeader } from '#sip/embedded/header.ts'
import type { SipRequest, SipResponse } from '#sip/embedded/message.ts'
import { ReliableResponses } from '#sip/embedded/reliable-responses.ts'
import type { ServerTransaction } from '#sip/embedded/stack.ts'
import { defaultTimers } from '#sip/embedded/timers.ts'
import { fakeClock } from '#test/fake-clock.ts'

function bench() {
  const clock = fakeClock()
  const sent: SipResponse[] = []
  let unacknowledged = 0
  const request: SipRequest = {
    kind: 'request',
    method: 'INVITE',
    uri: 'sip:bob@acme.example',
    headers: [{ name: 'CSeq', value: '7 INVITE' }],
    body: '',
  }
  const transaction: ServerTransaction = {
    request,
    raw: '',
    source: { protocol: 'udp', address: '192.0.2.1', port: 5060 },
    local: { protocol: 'udp', address: '192.0.2.2', port: 5060 },
    receivedAt: 0,
    state: 'proceeding',
    respond: (response) => sent.push(response),
    acknowledge: () => {},
  }
  const reliable = new ReliableResponses({
    transaction,
    clock,
    timers: defaultTimers,
    onUnacknowledged: () => {
      unacknowledged += 1
    },
  })
  return { clock, sent, reliable, unacknowledged: () => unacknowledged }
}

function ringing(body = ''): SipResponse {
  return { kind: 'response', status: 183, reason: 'Session Progress', headers: [], body }
}

function prack(rack: string): SipRequest {
  return {
    kind: 'request',
    method: 'PRACK',
    uri: 'sip:us',
    headers: [{ name: 'RAck', value: rack }],
    body: '',
  }
}

test('repeated at T1, 2*T1, 4*T1 until the PRACK (RFC 3262 §3)', async () => {
  const { clock, sent, reliable } = bench()
  const rseq = findHeader(reliable.send(ringing()), 'RSeq')
  await clock.advance(500 + 1_000 + 2_000)
  expect(sent).toHaveLength(4)
  expect(reliable.expects(prack(`${rseq} 7 INVITE`))).toBe(true)
  reliable.acknowledge()
  await clock.advance(60_000)

  expect(sent).toHaveLength(4)
  expect(clock.waiting).toBe(0)
})

test('the next response waits for the PRACK of the one before, and counts on', () => {
  const { sent, reliable } = bench()
  const first = Number(findHeader(reliable.send(ringing()), 'RSeq'))
  const second = Number(findHeader(reliable.send(ringing()), 'RSeq'))
  expect(sent).toHaveLength(1)
  reliable.acknowledge()

  expect(second).toBe(first + 1)
  expect(sent.map((response) => Number(findHeader(response, 'RSeq')))).toEqual([first, second])
  reliable.stop()
})

test('without PRACK in 64*T1 it gives up', async () => {
  const { clock, reliable, unacknowledged } = bench()
  reliable.send(ringing())
  await clock.advance(32_000)

  expect(unacknowledged()).toBe(1)
  expect(clock.waiting).toBe(0)
})

test.each([
  ['another number', (rseq: number) => `${rseq + 1} 7 INVITE`],
  ['another CSeq', (rseq: number) => `${rseq} 8 INVITE`],
  ['another method', (rseq: number) => `${rseq} 7 UPDATE`],
  ['nothing readable', () => 'one seven INVITE'],
  ['nothing', () => ''],
])('a PRACK for %s is not the one', (_what, rack) => {
  const { reliable } = bench()
  const rseq = Number(findHeader(reliable.send(ringing()), 'RSeq'))

  expect(reliable.expects(prack(rack(rseq)))).toBe(false)
  reliable.stop()
})

test('a 2xx waits for the PRACK of a response with a body, not for that of one without', () => {
  const { reliable } = bench()
  const done: string[] = []
  reliable.send(ringing('v=0'))
  reliable.whenAcknowledged(() => done.push('held'))
  expect(done).toEqual([])
  reliable.acknowledge()
  reliable.send(ringing())
  reliable.whenAcknowledged(() => done.push('at once'))

  expect(done).toEqual(['held', 'at once'])
  reliable.stop()
})
