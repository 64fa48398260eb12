// A call is transferred to something of the house, by REFER or from the desk: the caller is parked, and who parked them is told
// where; or the caller goes into a conference.
import type { CallLeg, ReferEvent } from '#calls/call-leg.ts'
import { findConferenceRoom } from '#calls/conference-room.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { guard } from '#lib/guard.ts'
import { enterConference, mustHaveRoom } from './conference.ts'
import { notified } from './notify-phone.ts'
import { park } from './park.ts'
import { shownCaller } from './reach-target.ts'
import { findService, placeWords } from './star-service.ts'

export interface ToHouse {
  readonly own: CallLeg
  readonly other: CallLeg
  readonly userId: string
  /** Where to, as dialled. */
  readonly number: string
  /** Of the phone that asked; undefined: the desk did. */
  readonly refer?: ReferEvent
}

/** The words take 3 s; a phone on hold hears nothing, so it is not made to wait for them. */
const longestWordsMs = 8_000

/** False: there is no such thing. @throws CordboardError as park and dialConference */
export function referToHouse(switchboard: Switchboard, call: LiveCall, asked: ToHouse): boolean {
  const service = findService(switchboard, call.tenant, asked.number)
  if (service?.kind === 'park') toParking(switchboard, call, asked, undefined)
  else if (service?.kind === 'parking-place') toParking(switchboard, call, asked, service.place)
  else return toConference(switchboard, call, asked)
  return true
}

function toParking(
  switchboard: Switchboard,
  call: LiveCall,
  asked: ToHouse,
  wanted: string | undefined,
): void {
  const { own, other, userId, refer } = asked
  const { place } = park(switchboard, call, { own, customer: other, userId, place: wanted })
  refer?.accept()
  guard(call.log, 'a transfer to a parking place', async () => {
    void refer?.notify(100, 'Trying')
    if (!own.holding) await tellPlace(switchboard, call, own, place)
    if (refer) await notified(switchboard.clock, refer.notify(200, `Parked at ${place}`))
    call.drop(own, `Parked the call at ${place}.`)
  })()
}

function toConference(switchboard: Switchboard, call: LiveCall, asked: ToHouse): boolean {
  const { own, other, userId, number, refer } = asked
  const room = findConferenceRoom(call.tenant.db, number)
  if (!room) return false
  mustHaveRoom(switchboard, call.tenant, room)
  const to = { number: room.extension, name: `the conference ${room.name}` }
  const shown = shownCaller(switchboard, call, other)
  refer?.accept()
  guard(call.log, 'a transfer to a conference', async () => {
    call.apply({ kind: 'passing', userId, to, how: 'blind' })
    await enterConference(switchboard, call, { leg: other, room, name: shown.displayName ?? shown.number })
    call.apply({ kind: 'passed', to, how: 'blind' })
    if (refer) await notified(switchboard.clock, refer.notify(200, 'OK'))
    call.drop(own, `The call was transferred to ${to.name}.`)
  })()
  return true
}

async function tellPlace(
  switchboard: Switchboard,
  call: LiveCall,
  own: CallLeg,
  place: string,
): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = switchboard.clock.after(longestWordsMs, () => late.resolve())
  await Promise.race([own.media.play(placeWords(call.tenant, place)).ended, late.promise])
  timer.cancel()
}
