// Warm transfer by a phone's own keys (RFC 5589 §7): it has two calls here, and asks by REFER with Replaces that the others
// of both speak with each other. The two calls become one story: the customer's, or else the older one.
import type { TransferTarget } from '#calls/call.ts'
import type { CallLeg, ReferEvent } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { readTarget } from '#calls/transfer-target.ts'
import { CordboardError } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import { blindTransfer } from './blind-transfer.ts'
import { join } from './bridge.ts'
import { findDialog, type Replaces } from './find-dialog.ts'
import { notified } from './notify-phone.ts'
import { type TalkingPair, talkingPair } from './talking-pair.ts'

interface Both {
  readonly call: LiveCall
  readonly pair: TalkingPair
}

/** @throws CordboardError `calls.no-dialog`, and those of talkingPair and readTarget: the REFER is not settled then */
export function joinCalls(
  switchboard: Switchboard,
  asked: {
    readonly call: LiveCall
    readonly leg: CallLeg
    readonly userId: string
    readonly replaces: Replaces
    readonly refer: ReferEvent
  },
): void {
  const { call, userId, replaces, refer } = asked
  const pair = talkingPair(call, userId)
  const found = findDialog(switchboard, call.tenant, replaces)
  if (!found) {
    joinRinging(switchboard, { ...asked, pair })
    return
  }
  const other = { call: found.call, pair: talkingPair(found.call, userId) }
  // A phone may join its own calls only.
  if (other.pair.own !== found.leg || found.call === call) throw noDialog()
  refer.accept()
  const [keep, give] = inOrder({ call, pair }, other)
  guard(call.log, 'two calls of a phone', () => merge(switchboard, { keep, give, userId, refer }))()
}

async function merge(
  switchboard: Switchboard,
  options: { keep: Both; give: Both; userId: string; refer: ReferEvent },
): Promise<void> {
  const { keep, give, userId, refer } = options
  const { call } = keep
  const second = give.pair.other
  const to = targetOf(switchboard, give)
  await give.call.enter(undefined)
  if (call.over.aborted || give.call.over.aborted) {
    await refer.notify(487, 'Request Terminated')
    give.call.end({ by: 'callee', sentence: 'One of the two hung up while the calls were being joined.' })
    return
  }
  give.call.hand(second, call, call.sideOf(keep.pair.own) ?? 'callee')
  const how = 'warm'
  const joined = await join(switchboard, call, [keep.pair.other, second], {
    kind: 'passed',
    to,
    how,
    otherCallId: give.call.id,
  })
  const told = joined ? refer.notify(200, 'OK') : refer.notify(487, 'Request Terminated')
  await notified(switchboard.clock, told)
  call.drop(keep.pair.own, `The call was transferred to ${to.name}.`)
  give.call.note(`Joined with the call of ${partyName(keep)}`, userId)
  give.call.end({ by: 'caller', sentence: `Joined with the call of ${partyName(keep)}.` })
}

/** The phone did not wait for the second one to answer: that call is given up and the customer rings there instead. */
function joinRinging(
  switchboard: Switchboard,
  asked: {
    readonly call: LiveCall
    readonly userId: string
    readonly replaces: Replaces
    readonly refer: ReferEvent
    readonly pair: TalkingPair
  },
): void {
  const { call, userId, replaces, refer, pair } = asked
  const ringing = switchboard.openCalls
    .ofTenant(call.tenant.id)
    .find((one) => one.call.placedBy === userId && !one.call.answered && one.legLog.has(replaces.callId))
  const number = ringing?.call.party.number
  if (!ringing || number === undefined) throw noDialog()
  const target = readTarget(switchboard, call.tenant, { wish: { kind: 'number', number }, userId })
  call.note(
    `Did not wait for ${target.shown.name} to answer: the call is transferred there without a word`,
    userId,
  )
  refer.accept()
  ringing.end({ by: 'caller', sentence: `Given up for a transfer of the call of ${partyName({ call })}.` })
  const begin = guard(call.log, 'a transfer to who rings', async () => {
    await refer.notify(100, 'Trying')
    // They are busy with the first call until it is closed.
    await ringing.closed
    blindTransfer(switchboard, call, {
      from: pair.own,
      customer: pair.other,
      userId,
      target,
      onProgress: (status, reason) => refer.notify(status, reason),
    })
  })
  begin()
}

/** The call that stays, and the one that is merged into it. */
function inOrder(one: Both, other: Both): readonly [Both, Both] {
  const isIn = ({ call }: Both) => call.call.direction === 'in'
  if (isIn(one) !== isIn(other)) return isIn(one) ? [one, other] : [other, one]
  return one.call.call.started.at <= other.call.call.started.at ? [one, other] : [other, one]
}

function targetOf(switchboard: Switchboard, { call, pair }: Both): TransferTarget {
  const { userId } = pair.other
  const person = userId === undefined ? undefined : switchboard.staff.find(call.tenant, userId)
  if (person) return { userId: person.id, name: person.name }
  const { number, name } = call.call.party
  return { ...(number === undefined ? {} : { number }), name: name ?? number ?? 'somebody outside' }
}

function partyName({ call }: Pick<Both, 'call'>): string {
  const { name, number } = call.call.party
  return name ?? number ?? 'an unknown caller'
}

function noDialog(): CordboardError {
  return new CordboardError('calls.no-dialog', 'The other call of this phone is not there any more.', {
    blame: 'theirs',
  })
}
