// Two answered legs hear each other: from here on the call is a talk, recorded when asked.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { messageOf } from '#lib/errors.ts'
import { Hold } from './hold.ts'
import { planRecording } from './record-talk.ts'

export interface TalkOptions {
  readonly caller: CallLeg
  readonly callee: CallLeg
  /** The person the call counts for: who answered (in, internal) or who placed it (out); undefined: nobody of ours. */
  readonly userId: string | undefined
  /** Whose leg is recorded when a rule says so (C8): the customer's, or the colleague's who was called. */
  readonly customer: 'caller' | 'callee'
}

/** Joins the two; both legs belong to the call already. Never rejects: when it fails, the call ends. */
export async function talk(switchboard: Switchboard, call: LiveCall, options: TalkOptions): Promise<void> {
  const { caller, callee, userId } = options
  const recording = planRecording(switchboard, call, { customer: options[options.customer], userId })
  await recording?.askFirst()
  // It was passed on, or given up, while the other side was asked.
  if (call.over.aborted) return
  const joined = await join(switchboard, call, [caller, callee], { kind: 'answered', userId })
  if (joined) recording?.begin()
}

/**
 * The two hear each other as the call's stage, and `event` tells what that means for the call. Both belong to the call. False:
 * it came to nothing, because the call is over or does something else by now. Never rejects: when it fails, the call ends.
 */
export async function join(
  switchboard: Switchboard,
  call: LiveCall,
  legs: readonly [CallLeg, CallLeg],
  event: Parameters<LiveCall['apply']>[0],
): Promise<boolean> {
  const hold = new Hold(switchboard.media, call, legs)
  const isOn = () => !call.over.aborted && call.stage === hold
  await call.enter(hold)
  try {
    if (isOn()) await hold.join()
  } catch (err) {
    if (!isOn()) return false
    call.log.error({ err }, 'two legs could not be joined')
    call.end({ by: 'system', sentence: `The call could not be joined: ${messageOf(err)}`, outcome: 'failed' })
  }
  if (!isOn()) return false
  call.apply(event)
  hold.begin()
  return true
}
