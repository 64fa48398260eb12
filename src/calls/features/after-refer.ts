// Some phones hang up when their transfer fails, though nobody pressed a key. For a moment such an end is not the call's: the
// phone rings again, and the caller is not lost.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { guard } from '#lib/guard.ts'
import { takeBack } from './take-back.ts'

export interface AfterReferOptions {
  /** The phone's leg. */
  readonly from: CallLeg
  readonly customer: CallLeg
  readonly userId: string
  /** Why the transfer failed. */
  readonly sentence: string
}

/** Long enough for a phone that answers our NOTIFY and then hangs up; too short for a person to say goodbye in. */
const momentMs = 3_000

export function watchAfterRefer(switchboard: Switchboard, call: LiveCall, options: AfterReferOptions): void {
  const { from, customer, userId, sentence } = options
  const stop = () => {
    timer.cancel()
    call.over.removeEventListener('abort', stop)
    call.decideEnd(from, undefined)
  }
  const timer = switchboard.clock.after(momentMs, stop)
  call.over.addEventListener('abort', stop, { once: true })
  call.decideEnd(from, (_leg, gone) => {
    stop()
    if (gone.by === 'system' || !call.legs.includes(customer)) return 'ends'
    const side = call.sideOf(from) ?? 'callee'
    call.note('The phone hung up because its transfer failed: it is rung again', userId)
    call.apply({ kind: 'left', userId, waits: sentence })
    const again = guard(call.log, 'a failed transfer', () =>
      takeBack(switchboard, call, { customer, userId, side, sentence }),
    )
    // The phone is free again only when its leg is closed.
    queueMicrotask(again)
    return 'goes-on'
  })
}
