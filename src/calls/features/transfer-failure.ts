// Why a second party did not come, in the words of the facts.
import type { TransferFailure } from '#calls/call.ts'
import type { RingResult } from '#calls/ring.ts'

export type NotReached = Exclude<RingResult, { kind: 'answered' }>

export function failureOf(result: NotReached): {
  readonly outcome: TransferFailure
  readonly sentence: string
} {
  if (result.kind === 'cancelled') return { outcome: 'cancelled', sentence: 'cancelled' }
  if (result.kind === 'failed') return { outcome: 'failed', sentence: result.sentence }
  const { kind } = result.why
  const outcome = kind === 'busy' || kind === 'declined' ? kind : kind === 'timeout' ? 'no-answer' : 'failed'
  return { outcome, sentence: result.sentence }
}
