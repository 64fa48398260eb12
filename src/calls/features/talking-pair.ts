// The two legs of a talk, as whoever passes it on needs them.
import { peopleOf } from '#calls/call.ts'
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { CordboardError } from '#lib/errors.ts'

export interface TalkingPair {
  /** The person's. */
  readonly own: CallLeg
  readonly other: CallLeg
}

/** A call that is passed on this often goes round in circles between machines, not people. */
const mostTransfers = 30

/** @throws CordboardError `calls.not-yours`, `calls.not-talking`, `calls.transferred-too-often` */
export function talkingPair(call: LiveCall, userId: string): TalkingPair {
  const own = call.legOf(userId)
  if (!own && !peopleOf(call.call).includes(userId))
    throw new CordboardError('calls.not-yours', 'You are not on this call.', { blame: 'user' })
  const [other, ...more] = call.legs.filter((leg) => leg !== own)
  if (!call.talk || !own || !other || more.length > 0)
    throw new CordboardError('calls.not-talking', 'Only a call between two can be passed on.', {
      blame: 'user',
    })
  if (call.call.transfers >= mostTransfers)
    throw new CordboardError('calls.transferred-too-often', 'This call was passed on too often.', {
      blame: 'user',
    })
  return { own, other }
}
