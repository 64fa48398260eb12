// SIP messages for tests: short to write, complete on the wire.
import type { SipRequest, SipResponse } from '#sip/embedded/message.ts'
import { parseMessage } from '#sip/embedded/parse-message.ts'

/** Joins lines with CRLF and ends the headers; `body` follows. */
export function lines(text: readonly string[], body = ''): string {
  return `${text.join('\r\n')}\r\n\r\n${body}`
}

export interface RequestParts {
  readonly method?: string
  readonly uri?: string
  readonly branch?: string
  readonly callId?: string
  readonly toTag?: string
  readonly cseq?: number
  readonly via?: string
  readonly extra?: readonly string[]
  readonly body?: string
}

/** A request of alice's phone at 192.0.2.1:5060. */
export function requestText(parts: RequestParts = {}): string {
  const { method = 'INVITE', uri = 'sip:bob@192.0.2.9', branch = 'z9hG4bKa1', body = '' } = parts
  const to = parts.toTag === undefined ? '<sip:bob@acme.test>' : `<sip:bob@acme.test>;tag=${parts.toTag}`
  return lines(
    [
      `${method} ${uri} SIP/2.0`,
      `Via: ${parts.via ?? `SIP/2.0/UDP 192.0.2.1:5060;branch=${branch};rport`}`,
      'Max-Forwards: 70',
      'From: "Alice" <sip:alice@acme.test>;tag=alice1',
      `To: ${to}`,
      `Call-ID: ${parts.callId ?? 'call-1@192.0.2.1'}`,
      `CSeq: ${parts.cseq ?? 1} ${method}`,
      ...(parts.extra ?? []),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ],
    body,
  )
}

export function request(parts: RequestParts = {}): SipRequest {
  const message = parseMessage(requestText(parts))
  if (message.kind !== 'request') throw new Error('not a request')
  return message
}

/** A response as the far end would send it to `sent`. */
export function answer(sent: SipRequest, status: number, toTag = 'bob1'): SipResponse {
  const headers = sent.headers
    .filter(({ name }) => ['Via', 'From', 'To', 'Call-ID', 'CSeq'].includes(name))
    .map((header) => (header.name === 'To' ? { name: 'To', value: `${header.value};tag=${toTag}` } : header))
  return { kind: 'response', status, reason: 'Whatever', headers, body: '' }
}
