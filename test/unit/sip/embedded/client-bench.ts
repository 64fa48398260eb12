// A client transaction on a fake clock, with what it sent and told its owner.
import { InviteClientTransaction } from '#sip/embedded/client-invite.ts'
import { NonInviteClientTransaction } from '#sip/embedded/client-non-invite.ts'
import type { BaseClientTransaction, ClientSurroundings, Path } from '#sip/embedded/client-transaction.ts'
import type { ClientEvents, Protocol } from '#sip/embedded/stack.ts'
import { defaultTimers } from '#sip/embedded/timers.ts'
import { type FakeClock, fakeClock } from '#test/fake-clock.ts'
import { answer, request, requestText } from './sip-text.ts'

export interface ClientBench<T extends BaseClientTransaction> {
  readonly clock: FakeClock
  readonly transaction: T
  /** `UDP INVITE` and the like, in the order sent. */
  readonly sent: string[]
  readonly sentAt: number[]
  /** Status codes handed to the owner; `200 again` for a retransmission. */
  readonly heard: string[]
  readonly failures: string[]
  readonly cancels: Path[]
  receive(status: number, toTag?: string): void
  /** Sending over that protocol fails from now on. */
  breakTransport(protocol: Protocol): void
}

function openBench<T extends BaseClientTransaction>(
  make: (first: Path, events: ClientEvents, around: ClientSurroundings) => T,
  method: string,
  protocol: Protocol,
): ClientBench<T> {
  const clock = fakeClock()
  const sent: string[] = []
  const sentAt: number[] = []
  const heard: string[] = []
  const failures: string[] = []
  const cancels: Path[] = []
  const broken = new Set<Protocol>()
  const [first] = pathsOf(method, [protocol])
  if (!first) throw new Error('a path is needed')
  const transaction = make(
    first,
    {
      onResponse: (response, _raw, { again }) => heard.push(`${response.status}${again ? ' again' : ''}`),
      onFailure: (reason) => failures.push(reason),
    },
    {
      clock,
      timers: defaultTimers,
      transmit: (text, { target }, _again, failed) => {
        if (broken.has(target.protocol)) {
          failed(new Error('connection refused'))
          return
        }
        sent.push(`${target.protocol.toUpperCase()} ${text.slice(0, text.indexOf(' '))}`)
        sentAt.push(clock.monotonic())
      },
      sendCancel: (path) => cancels.push(path),
      ended: () => {},
    },
  )
  return {
    clock,
    transaction,
    sent,
    sentAt,
    heard,
    failures,
    cancels,
    receive: (status, toTag) =>
      transaction.receive(answer(transaction.request, status, toTag), '', transaction.target),
    breakTransport: (protocol) => broken.add(protocol),
  }
}

/** An INVITE that is on its way. */
export function openInvite(protocol: Protocol = 'udp'): ClientBench<InviteClientTransaction> {
  const bench = openBench((...args) => new InviteClientTransaction(...args), 'INVITE', protocol)
  bench.transaction.start(pathsOf('INVITE', [protocol]))
  return bench
}

export function openNonInvite(protocol: Protocol = 'udp'): ClientBench<NonInviteClientTransaction> {
  const bench = openBench((...args) => new NonInviteClientTransaction(...args), 'OPTIONS', protocol)
  bench.transaction.start(pathsOf('OPTIONS', [protocol]))
  return bench
}

/** An INVITE that is not started: a test may break transports first. */
export function openIdleInvite(): ClientBench<InviteClientTransaction> {
  return openBench((...args) => new InviteClientTransaction(...args), 'INVITE', 'udp')
}

export function pathsOf(method: string, protocols: readonly Protocol[]): Path[] {
  return protocols.map((protocol) => {
    const via = `SIP/2.0/${protocol.toUpperCase()} 192.0.2.1:5060;branch=z9hG4bKa1;rport`
    const parts = { method, via, extra: ['Route: <sip:192.0.2.7;lr>'] }
    const target = { protocol, address: '192.0.2.9', port: 5060 }
    return { request: request(parts), raw: requestText(parts), target, local: target }
  })
}
