// When another trunk may place a call that one did not (C7). Pure.
import type { RingResult } from '#calls/ring.ts'
import { assertNever } from '#lib/errors.ts'
import type { NoAnswer } from '#sip/status.ts'

/**
 * Busy and declined never fail over: somebody said so. A phone that rang was reached: another trunk would ring it again.
 * What is the trunk's own trouble (5xx, silence, no route, no credit, our number not accepted) another one may not have.
 */
export function mayTryAnother(result: RingResult, rang: boolean): boolean {
  switch (result.kind) {
    case 'answered':
    case 'cancelled':
      return false
    // We could not even send it: a trunk that was just removed, its line down.
    case 'failed':
      return true
    case 'no-answer':
      return !rang && isTrunksTrouble(result.why)
    default:
      return assertNever(result)
  }
}

/** Of answers of the carrier: whether they tell that the next call may fail there too. */
export function isTrunksTrouble(why: NoAnswer): boolean {
  switch (why.kind) {
    case 'trunkFault':
    case 'timeout':
      return true
    case 'unreachable':
      // RFC 3261 §21.4.11 and §21.6.3: such a number is nowhere, so it is not behind another trunk either.
      return why.status !== 410 && why.status !== 604
    case 'rejected':
      // Payment required, forbidden, not acceptable here: what this carrier does not do. The others (484, 6xx) are about the call.
      return why.status === 402 || why.status === 403 || why.status === 488
    case 'busy':
    case 'declined':
      return false
    default:
      return assertNever(why)
  }
}
