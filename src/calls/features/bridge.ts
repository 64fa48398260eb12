// Two answered legs hear each other: from here on the call is a talk, recorded when asked.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { messageOf } from '#lib/errors.ts'
import { Hold } from './hold.ts'
import { record } from './record.ts'

export interface TalkOptions {
  readonly caller: CallLeg
  readonly callee: CallLeg
  /** The person the call counts for: who answered (in, internal) or who placed it (out). */
  readonly userId: string
  /** The leg to record, if the call is recorded: the customer's (C8). */
  readonly recorded: CallLeg | undefined
}

/** Joins the two; both legs belong to the call already. Never rejects: when it fails, the call ends. */
export async function talk(switchboard: Switchboard, call: LiveCall, options: TalkOptions): Promise<void> {
  const { caller, callee, userId, recorded } = options
  const hold = new Hold(switchboard.media, call, [caller, callee])
  try {
    await hold.join()
  } catch (err) {
    if (call.over.aborted) return
    call.log.error({ err }, 'two legs could not be joined')
    call.end({ by: 'system', sentence: `The call could not be joined: ${messageOf(err)}`, outcome: 'failed' })
    return
  }
  if (call.over.aborted) return
  call.talk = hold
  call.apply({ kind: 'answered', userId })
  hold.begin()
  if (recorded) record(switchboard, call, recorded)
}
