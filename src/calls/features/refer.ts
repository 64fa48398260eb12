// A phone passes its call on by REFER (RFC 3515, RFC 5589 §6): the same as from the desk, with the progress told by NOTIFY.
import type { CallLeg, ReferEvent } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { readTarget } from '#calls/transfer-target.ts'
import { CordboardError } from '#lib/errors.ts'
import { userOf } from '#sip/party.ts'
import { watchAfterRefer } from './after-refer.ts'
import { blindTransfer } from './blind-transfer.ts'
import { joinCalls } from './join-calls.ts'
import { referToHouse } from './refer-to-house.ts'
import { talkingPair } from './talking-pair.ts'

/** Settles the REFER; never throws for what a phone asks. */
export function takeRefer(switchboard: Switchboard, call: LiveCall, leg: CallLeg, refer: ReferEvent): void {
  const { userId } = leg
  try {
    if (userId === undefined) throw notYours()
    const { replaces } = refer
    if (replaces) {
      joinCalls(switchboard, { call, leg, userId, replaces, refer })
      return
    }
    const { own, other } = talkingPair(call, userId)
    if (own !== leg) throw notYours()
    // Whatever host it names, who is dialled is found in our own books: nothing is sent to addresses a phone chooses.
    const number = userOf(refer.referTo)
    if (referToHouse(switchboard, call, { own, other, userId, refer, number })) return
    const target = readTarget(switchboard, call.tenant, { wish: { kind: 'number', number }, userId })
    refer.accept()
    void refer.notify(100, 'Trying')
    blindTransfer(switchboard, call, {
      from: own,
      customer: other,
      userId,
      target,
      onProgress: (status, reason) => refer.notify(status, reason),
    })
  } catch (err) {
    if (!(err instanceof CordboardError)) throw err
    call.note(`Not transferred from the phone: ${err.message}`, userId)
    refer.refuse(statusOf[err.code] ?? 403)
    const [customer, ...more] = call.legs.filter((one) => one !== leg)
    if (userId !== undefined && call.talk && customer && more.length === 0)
      watchAfterRefer(switchboard, call, { from: leg, customer, userId, sentence: err.message })
  }
}

function notYours(): CordboardError {
  return new CordboardError('calls.not-yours', 'This phone is not on the call.', { blame: 'user' })
}

const statusOf: Readonly<Record<string, number>> = {
  'calls.bad-number': 404,
  'calls.no-person': 404,
  'calls.no-way-out': 503,
  'calls.not-talking': 491,
  'calls.no-dialog': 481,
}
