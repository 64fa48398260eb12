// A server transaction on a fake clock, with what it sent and said to its surroundings.
import { InviteServerTransaction } from '#sip/embedded/server-invite.ts'
import { NonInviteServerTransaction } from '#sip/embedded/server-non-invite.ts'
import type { Arrival, BaseServerTransaction, ServerSurroundings } from '#sip/embedded/server-transaction.ts'
import type { Protocol } from '#sip/embedded/stack.ts'
import { defaultTimers } from '#sip/embedded/timers.ts'
import { type FakeClock, fakeClock } from '#test/fake-clock.ts'
import { type RequestParts, request, requestText } from './sip-text.ts'

export interface ServerBench<T extends BaseServerTransaction> {
  readonly clock: FakeClock
  readonly transaction: T
  /** Status codes in the order sent, retransmissions included. */
  readonly sent: number[]
  /** When each was sent, in ms since the start. */
  readonly sentAt: number[]
  readonly failures: string[]
  /** How often the transaction said that it is over. */
  readonly ended: number
  /** From now on, sending fails. */
  breakTransport(): void
}

function openBench<T extends BaseServerTransaction>(
  make: (arrival: Arrival, around: ServerSurroundings) => T,
  protocol: Protocol,
  parts: RequestParts,
): ServerBench<T> {
  const clock = fakeClock()
  const sent: number[] = []
  const sentAt: number[] = []
  const failures: string[] = []
  let ended = 0
  let broken = false
  const source = { protocol, address: '192.0.2.1', port: 5060 }
  const local = { protocol, address: '192.0.2.9', port: 5060 }
  const transaction = make(
    { request: request(parts), raw: requestText(parts), source, local },
    {
      clock,
      timers: defaultTimers,
      transmit: (text, _again, failed) => {
        if (broken) {
          failed(new Error('connection reset'))
          return
        }
        sent.push(Number(text.slice(8, 11)))
        sentAt.push(clock.monotonic())
      },
      answered: () => {},
      ended: () => {
        ended += 1
      },
    },
  )
  transaction.onFailure = (reason) => failures.push(reason)
  return {
    clock,
    transaction,
    sent,
    sentAt,
    failures,
    get ended() {
      return ended
    },
    breakTransport: () => {
      broken = true
    },
  }
}

export function openInvite(protocol: Protocol = 'udp'): ServerBench<InviteServerTransaction> {
  return openBench((arrival, around) => new InviteServerTransaction(arrival, around), protocol, {})
}

export function openNonInvite(protocol: Protocol = 'udp'): ServerBench<NonInviteServerTransaction> {
  const parts = { method: 'OPTIONS' }
  return openBench((arrival, around) => new NonInviteServerTransaction(arrival, around), protocol, parts)
}
