// A SIP server that sends nothing: the test answers each request by hand.
import { CordboardError } from '#lib/errors.ts'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import type { Answer, Outcome, OutgoingRequest, ServerNews, SipServer } from '#sip/sip-server.ts'

export interface Sent {
  readonly request: OutgoingRequest
  answer(status: number, headers?: Readonly<Record<string, string>>, reason?: string): void
  fail(): void
}

export interface FakeServer extends SipServer {
  readonly sent: Sent[]
  setUp(up: boolean): void
}

export function fakeServer(): FakeServer {
  const news = new Events<ServerNews>(silentLog)
  const sent: Sent[] = []
  let up = true
  return {
    sent,
    news,
    listening: [{ protocol: 'udp', address: '192.0.2.1', port: 5060 }],
    states: [],
    onRequest: undefined,
    get up() {
      return up
    },
    setUp: (now) => {
      up = now
      news.emit(now ? { kind: 'up', listening: [] } : { kind: 'down', reason: 'test' })
    },
    send: (request) => {
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
      promise.catch(() => {})
      sent.push({
        request,
        answer: (status, headers = {}, reason = '') =>
          resolve({
            answer: answerOf(status, headers, reason),
            dialog: undefined,
            sent: {
              callId: request.headers?.['Call-ID'] ?? 'c',
              cseq: Number.parseInt(request.headers?.CSeq ?? '1', 10),
              from: request.headers?.From ?? '',
            },
          }),
        fail: () => reject(new CordboardError('sip.unsent', 'The SIP request could not be sent: test.')),
      })
      return { final: promise, cancel: () => {} }
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

function answerOf(status: number, headers: Readonly<Record<string, string>>, reason: string): Answer {
  return {
    status,
    reason,
    body: '',
    source: { protocol: 'udp', address: '192.0.2.10', port: 5060 },
    header: (name) => headers[name],
  }
}
