// INVITE with Replaces (RFC 3891): another phone takes the place of one in a running call, as when a person goes on talking
// from a second phone of theirs, or takes a colleague's call over whom they lead. The call stays one.
import { answer, openSound } from '#calls/answer.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { refusalOf } from '#calls/refusal.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { messageOf } from '#lib/errors.ts'
import type { IncomingLeg, LegOrigin } from '#sip/leg.ts'
import { readReplaces } from '#sip/refer.ts'
import { readPickupDialog } from '#sip/subscriptions/pickup-dialog.ts'
import { join } from './bridge.ts'
import { findDialog } from './find-dialog.ts'
import { takeNamed } from './pickup-by-lamp.ts'
import { talkingPair } from './talking-pair.ts'

export interface FromPhone {
  readonly incoming: IncomingLeg
  readonly origin: Extract<LegOrigin, { kind: 'phone' }>
}

/** Takes the INVITE when it has Replaces, and settles it. False: it is an INVITE like any other. */
export async function takeReplaces(switchboard: Switchboard, from: FromPhone): Promise<boolean> {
  const { incoming, origin } = from
  const header = incoming.header('Replaces')
  if (header === undefined) return false
  const replaces = readReplaces(header)
  if (!replaces) {
    incoming.reject(400, 'Bad Replaces')
    return true
  }
  const named = readPickupDialog(replaces)
  if (named) {
    await takeNamed(switchboard, from, named.id)
    return true
  }
  const tenant = switchboard.tenant(origin.tenantId)
  const found = findDialog(switchboard, tenant, replaces)
  // RFC 3891 §3: nothing matches, or it may not: the far end shall not go on as if it were a new call.
  if (!found) incoming.reject(481, 'No such call')
  else if (found.leg.userId !== origin.userId) incoming.reject(403, 'Not your call')
  else if (/;\s*early-only\b/i.test(header)) incoming.reject(486, 'It was answered')
  else await replace(switchboard, found.call, from)
  return true
}

async function replace(
  switchboard: Switchboard,
  call: LiveCall,
  { incoming, origin }: FromPhone,
): Promise<void> {
  const { userId, phoneId } = origin
  const owner = { kind: 'person', userId, phoneId } as const
  call.legLog.started(incoming.callId, 'in', owner)
  try {
    const before = talkingPair(call, userId)
    const sound = await openSound(switchboard, call, incoming)
    let kept = false
    try {
      const leg = await answer(switchboard, call, { incoming, sound, owner })
      kept = true
      const side = call.sideOf(before.own) ?? 'callee'
      call.own(leg, side)
      const name = switchboard.staff.find(call.tenant, userId)?.name ?? ''
      await join(switchboard, call, [before.other, leg], {
        kind: 'passed',
        to: { userId, name },
        how: 'pickup',
      })
      call.drop(before.own, 'Taken over by another phone.', 'SIP;cause=200;text="Replaced"')
    } finally {
      if (!kept) await sound.close()
    }
  } catch (err) {
    call.log.info({ reason: messageOf(err) }, 'a phone could not take over a call')
    call.legLog.unanswered(incoming.callId, 'not taken over')
    const { status, reason } = refusalOf(err)
    incoming.reject(status, reason)
  }
}
