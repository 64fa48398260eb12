// A request as our own code sees it, without any server: what was answered is kept.
import type { Dialog, ReceivedRequest, ReplyOptions } from '#sip/sip-server.ts'

export interface FakeRequest extends ReceivedRequest {
  readonly replies: { readonly status: number; readonly options: ReplyOptions }[]
  readonly dropped: boolean
  cancel(why: string): void
}

export function fakeRequest(
  given: Partial<
    Pick<ReceivedRequest, 'method' | 'uri' | 'body' | 'cseq' | 'callId' | 'source' | 'fromServer'>
  > & {
    headers?: Readonly<Record<string, string>>
  } = {},
): FakeRequest {
  const { headers = {}, ...rest } = given
  const cancelled = new AbortController()
  const replies: { status: number; options: ReplyOptions }[] = []
  let settled = false
  let dropped = false
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    method: 'INVITE',
    uri: 'sip:+420222333444@192.0.2.1',
    body: '',
    cseq: 1,
    callId: 'call-1',
    fromTag: 'far',
    fromServer: false,
    source: { protocol: 'udp', address: '192.0.2.10', port: 5060 },
    ...rest,
    header: (name) => byName.get(name.toLowerCase()),
    abandoned: cancelled.signal,
    replies,
    get settled() {
      return settled
    },
    get dropped() {
      return dropped
    },
    reply: (status, options = {}) => {
      if (settled) return
      settled = status >= 200
      replies.push({ status, options })
    },
    accept: (): Promise<Dialog> => Promise.reject(new Error('not here')),
    drop: () => {
      settled = true
      dropped = true
    },
    cancel: (why) => {
      settled = true
      cancelled.abort(why)
    },
  }
}
