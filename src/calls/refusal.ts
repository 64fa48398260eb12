// What a caller is told when a call comes to nothing: SIP status for the phone, outcome and sentence for the people.
import { assertNever, CordboardError } from '#lib/errors.ts'
import type { NoAnswer } from '#sip/status.ts'
import type { Outcome } from './call.ts'

export interface Refusal {
  readonly status: number
  readonly reason: string
  readonly headers?: Readonly<Record<string, string>>
}

/** RFC 3261 §21.5.4: when to try again. Short, for calls end all the time. */
const retryAfter = { 'Retry-After': '10' }

export const noRoom: Refusal = { status: 503, reason: 'No free line', headers: retryAfter }
export const stopping: Refusal = { status: 503, reason: 'Stopping', headers: retryAfter }
export const unknownNumber: Refusal = { status: 404, reason: 'Not Found' }

/** For a fault on our side while a call is taken: no sound, no store, or sound formats we do not speak. */
export function refusalOf(err: unknown): Refusal {
  if (!(err instanceof CordboardError)) return { status: 500, reason: 'Server Internal Error' }
  if (err.code === 'media.no-codec' || err.code === 'media.sdp')
    return { status: 488, reason: 'Not Acceptable Here' }
  return noRoom
}

/** How the phone that dialled is answered when the other side was not reached (RFC 3261 §21). */
export function refusalOfNoAnswer(why: NoAnswer): Refusal {
  switch (why.kind) {
    case 'busy':
      return { status: 486, reason: 'Busy Here' }
    case 'declined':
      return { status: 603, reason: 'Decline' }
    case 'timeout':
      return { status: 480, reason: 'No answer' }
    case 'unreachable':
      return why.status === 404 || why.status === 410 || why.status === 604
        ? unknownNumber
        : { status: 480, reason: 'Temporarily Unavailable' }
    case 'rejected':
      return why.status === 488 || why.status === 403 || why.status === 484
        ? { status: why.status, reason: 'Rejected' }
        : { status: 480, reason: 'Rejected' }
    case 'trunkFault':
      return { status: 503, reason: 'The provider could not place the call' }
    default:
      return assertNever(why)
  }
}

export function outcomeOfNoAnswer(why: NoAnswer): Outcome {
  switch (why.kind) {
    case 'busy':
      return 'busy'
    case 'declined':
      return 'declined'
    case 'timeout':
      return 'no-answer'
    case 'unreachable':
    case 'rejected':
    case 'trunkFault':
      return 'failed'
    default:
      return assertNever(why)
  }
}
