import { describe, expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { findHeader } from '#sip/embedded/header.ts'
import { parseMessage } from '#sip/embedded/parse-message.ts'
import { responseTo } from '#sip/embedded/response.ts'
import {
  defaultOverloadLimits,
  type OverloadLimits,
  ServerTransactions,
} from '#sip/embedded/server-transactions.ts'
import type { ServerTransaction } from '#sip/embedded/stack.ts'
import { defaultTimers } from '#sip/embedded/timers.ts'
import { topVia } from '#sip/embedded/via.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { type RequestParts, request, requestText } from './sip-text.ts'

interface Bench {
  /** Statuses answered, in order. */
  readonly answered: string[]
  readonly handed: ServerTransaction[]
  readonly acks: number
  readonly transactions: ServerTransactions
  receive(parts: RequestParts): void
}

function open(
  options: {
    limits?: Partial<OverloadLimits>
    ours?: readonly string[]
    onRequest?: (transaction: ServerTransaction) => void
  } = {},
): Bench {
  const clock = fakeClock()
  const answered: string[] = []
  const handed: ServerTransaction[] = []
  let acks = 0
  const endpoint = { protocol: 'udp' as const, address: '192.0.2.1', port: 5060 }
  const transactions = new ServerTransactions({
    clock,
    log: silentLog,
    timers: defaultTimers,
    limits: { ...defaultOverloadLimits, ...options.limits },
    answer: (text) => {
      const response = parseMessage(text)
      const retryAfter = findHeader(response, 'Retry-After')
      const status = response.kind === 'response' ? response.status : 0
      answered.push(retryAfter === undefined ? `${status}` : `${status} after ${retryAfter}`)
    },
    isOurs: (branch) => options.ours?.includes(branch) === true,
    onRequest: (transaction) => {
      handed.push(transaction)
      options.onRequest?.(transaction)
    },
    onAck: () => {
      acks += 1
    },
  })
  return {
    answered,
    handed,
    transactions,
    get acks() {
      return acks
    },
    receive: (parts) => {
      const received = request(parts)
      const arrival = { request: received, raw: requestText(parts), source: endpoint, local: endpoint }
      transactions.receive(arrival, topVia(received.headers))
    },
  }
}

test('a retransmission is not handed over again', () => {
  const { handed, answered, receive, transactions } = open()

  receive({})
  receive({})

  expect(handed).toHaveLength(1)
  expect(answered).toEqual(['100'])
  transactions.close()
})

test('the same branch from another sender is another transaction', () => {
  const { handed, receive, transactions } = open()

  receive({ via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx' })
  receive({ via: 'SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKx', callId: 'other' })

  expect(handed).toHaveLength(2)
  transactions.close()
})

test('an RFC 2543 peer without unique branches is told apart by what stays the same', () => {
  const { handed, acks, receive, transactions } = open({
    onRequest: (it) => it.respond(responseTo(it.request, 486, { toTag: 'x' })),
  })
  const via = 'SIP/2.0/UDP 192.0.2.1:5060'

  receive({ via })
  receive({ via })
  receive({ via, method: 'ACK' })
  receive({ via, cseq: 2 })

  expect(handed.map(({ state }) => state)).toEqual(['confirmed', 'completed'])
  expect(acks).toBe(0)
  transactions.close()
})

describe('ACK', () => {
  test('of a refusal ends in the transaction, of an acceptance with the owner', () => {
    const bench = open({
      onRequest: (it) =>
        it.respond(responseTo(it.request, it.request.uri.includes('busy') ? 486 : 200, { toTag: 'x' })),
    })
    bench.receive({ uri: 'sip:busy@192.0.2.9', branch: 'z9hG4bK1', callId: '1' })
    bench.receive({ uri: 'sip:free@192.0.2.9', branch: 'z9hG4bK2', callId: '2' })

    bench.receive({ method: 'ACK', uri: 'sip:busy@192.0.2.9', branch: 'z9hG4bK1', toTag: 'x' })
    expect(bench.acks).toBe(0)
    bench.receive({ method: 'ACK', uri: 'sip:free@192.0.2.9', branch: 'z9hG4bK3', toTag: 'x' })
    bench.receive({ method: 'ACK', uri: 'sip:free@192.0.2.9', branch: 'z9hG4bK2', toTag: 'x' })

    expect(bench.acks).toBe(2)
    bench.transactions.close()
  })

  test('is never answered, not even when overloaded or out of hops', () => {
    const { answered, receive, transactions } = open({
      limits: { maxServerTransactions: 0, maxUnanswered: 0 },
    })

    receive({ method: 'ACK', extra: ['Max-Forwards: 0'] })

    expect(answered).toEqual([])
    transactions.close()
  })
})

describe('CANCEL', () => {
  test('of an unknown transaction is answered with 481', () => {
    const { answered, handed, receive, transactions } = open()

    receive({ method: 'CANCEL' })

    expect(answered).toEqual(['481'])
    expect(handed).toEqual([])
    transactions.close()
  })

  test('is answered with 200 and reaches the INVITE; its copy gets 200 again', () => {
    const cancelled: string[] = []
    const { answered, receive, transactions } = open({
      onRequest: (it) => {
        it.onCancel = (cancel) => {
          cancelled.push(cancel.method)
          it.respond(responseTo(it.request, 487, { toTag: 'x' }))
        }
      },
    })
    receive({})

    receive({ method: 'CANCEL' })
    receive({ method: 'CANCEL' })

    expect(cancelled).toEqual(['CANCEL'])
    expect(answered).toEqual(['200', '487', '200'])
    transactions.close()
  })

  test('of a request that is no INVITE changes nothing (RFC 3261 §9.2)', () => {
    const { answered, receive, transactions } = open()
    receive({ method: 'OPTIONS' })

    receive({ method: 'CANCEL' })

    expect(answered).toEqual(['481'])
    transactions.close()
  })
})

describe('a request that came before by another way', () => {
  test('is merged: 482 (RFC 3261 §8.2.2.2)', () => {
    const { answered, handed, receive, transactions } = open()
    receive({ branch: 'z9hG4bK1' })

    receive({ branch: 'z9hG4bK2', uri: 'sip:bob-mobile@192.0.2.9' })

    expect(answered).toEqual(['482'])
    expect(handed).toHaveLength(1)
    transactions.close()
  })

  test('is new with the next CSeq, as after a challenge', () => {
    const { handed, receive, transactions } = open()
    receive({ branch: 'z9hG4bK1' })

    receive({ branch: 'z9hG4bK2', cseq: 2 })

    expect(handed).toHaveLength(2)
    transactions.close()
  })

  test('through ourselves is a spiral for another Request-URI, a loop for the same (RFC 3261 §16.3)', () => {
    const { answered, handed, receive, transactions } = open({ ours: ['z9hG4bKours'] })
    const via = 'SIP/2.0/UDP 192.0.2.5;branch=z9hG4bK2, SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKours'
    receive({ branch: 'z9hG4bK1' })

    receive({ via, uri: 'sip:eva@192.0.2.9' })
    expect(handed).toHaveLength(2)
    receive({ via: via.replace('K2', 'K3') })

    expect(handed).toHaveLength(2)
    expect(answered.at(-1)).toBe('482')
    transactions.close()
  })

  test('within a dialog is no merge: it was routed before', () => {
    const { handed, receive, transactions } = open()
    receive({ method: 'BYE', branch: 'z9hG4bK1', toTag: 'x' })

    receive({ method: 'BYE', branch: 'z9hG4bK2', toTag: 'x' })

    expect(handed).toHaveLength(2)
    transactions.close()
  })
})

describe('Max-Forwards 0', () => {
  const hops = (method: string, toTag?: string): RequestParts => {
    const parts = { method, via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKh' }
    return toTag === undefined ? parts : { ...parts, toTag }
  }
  const receiveWithNoHops = (bench: Bench, parts: RequestParts) => {
    const text = requestText(parts).replace('Max-Forwards: 70', 'Max-Forwards: 0')
    const received = parseMessage(text)
    if (received.kind !== 'request') throw new Error('not a request')
    const endpoint = { protocol: 'udp' as const, address: '192.0.2.1', port: 5060 }
    bench.transactions.receive(
      { request: received, raw: text, source: endpoint, local: endpoint },
      topVia(received.headers),
    )
  }

  test.each([
    ['INVITE', undefined, 0],
    ['MESSAGE', undefined, 0],
    ['OPTIONS', undefined, 1],
    ['REGISTER', undefined, 1],
    ['BYE', 'x', 1],
  ])('ends a %s that we would forward, not one for ourselves', (method, toTag, reached) => {
    const bench = open()

    receiveWithNoHops(bench, hops(method, toTag))

    expect(bench.handed).toHaveLength(reached)
    expect(bench.answered).toEqual(reached === 0 ? ['483'] : [])
    bench.transactions.close()
  })
})

describe('too many requests at once', () => {
  test('are told 503 with Retry-After; a BYE still gets through', () => {
    const { answered, handed, receive, transactions } = open({ limits: { maxUnanswered: 1, retryAfterS: 7 } })
    receive({ branch: 'z9hG4bK1', callId: '1' })

    receive({ branch: 'z9hG4bK2', callId: '2' })
    receive({ branch: 'z9hG4bK3', callId: '3', method: 'BYE', toTag: 'x' })

    expect(answered).toEqual(['503 after 7'])
    expect(handed).toHaveLength(2)
    transactions.close()
  })

  test('have room again when one was answered', () => {
    const { handed, receive, transactions } = open({ limits: { maxUnanswered: 1 } })
    receive({ branch: 'z9hG4bK1', callId: '1' })
    const [first] = handed
    first?.respond(responseTo(first.request, 486, { toTag: 'x' }))

    receive({ branch: 'z9hG4bK2', callId: '2' })

    expect(handed).toHaveLength(2)
    expect(transactions.unanswered).toBe(1)
    transactions.close()
    expect(transactions.unanswered).toBe(0)
    expect(transactions.count).toBe(0)
  })

  test('stop even BYE at the outer limit, where memory is at stake', () => {
    const { answered, receive, transactions } = open({ limits: { maxServerTransactions: 0 } })

    receive({ method: 'BYE', toTag: 'x' })

    expect(answered).toEqual(['503 after 5'])
    transactions.close()
  })
})

test('an owner that throws ends that request with 500, not the process', () => {
  const { answered, receive, transactions } = open({
    onRequest: () => {
      throw new Error('a bug')
    },
  })

  receive({})

  expect(answered).toEqual(['500'])
  transactions.close()
})
