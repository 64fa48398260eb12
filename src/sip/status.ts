// One table gives final SIP statuses of our INVITEs a meaning (RFC 3261 §21).

/** Why nobody answered. Only `unreachable`, `timeout` and `trunkFault` may be tried on another trunk (C7). */
export type NoAnswer =
  | { readonly kind: 'busy'; readonly status: number }
  | { readonly kind: 'declined'; readonly status: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable' | 'rejected' | 'trunkFault'; readonly status: number }

export function noAnswerFromStatus(status: number): NoAnswer {
  if (status === 486 || status === 600) return { kind: 'busy', status }
  if (status === 603 || status === 607 || status === 608) return { kind: 'declined', status }
  // 401/407 after we already sent credentials: our password is wrong, not the callee's will.
  if (status === 401 || status === 407 || (status >= 500 && status < 600))
    return { kind: 'trunkFault', status }
  if (status === 404 || status === 408 || status === 410 || status === 480 || status === 604)
    return { kind: 'unreachable', status }
  return { kind: 'rejected', status }
}

/** What a person reads: no jargon, no numbers. */
export function sentenceOf(why: NoAnswer): string {
  switch (why.kind) {
    case 'busy':
      return 'busy'
    case 'declined':
      return 'declined'
    case 'timeout':
      return 'no answer'
    case 'unreachable':
      return 'not reachable'
    case 'rejected':
      return 'refused by the other side'
    case 'trunkFault':
      return 'the provider could not place the call'
  }
}
