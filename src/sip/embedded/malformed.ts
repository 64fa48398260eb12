// What is wrong with bytes that should have been a SIP message, and what may be answered.
import { CordboardError } from '#lib/errors.ts'
import type { SipHeader } from './message.ts'

/** `sip.malformed` or `sip.oversized`; with `status`, the request can be answered from the headers read so far. */
export class MalformedMessage extends CordboardError {
  readonly status: number | undefined
  readonly headers: readonly SipHeader[]

  constructor(
    code: 'sip.malformed' | 'sip.oversized',
    sentence: string,
    answer: { status?: number; headers?: readonly SipHeader[] } = {},
  ) {
    super(code, sentence, { blame: 'theirs' })
    this.status = answer.status
    this.headers = answer.headers ?? []
  }
}

/** A header or URI that cannot be read; the message's reader decides on the status. */
export function malformed(sentence: string): MalformedMessage {
  return new MalformedMessage('sip.malformed', sentence)
}
