// A phone transfers its call to a parking place or to the code of parking: the caller is parked, and who parked them is told where.
import type { CallLeg, ReferEvent } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { guard } from '#lib/guard.ts'
import { park } from './park.ts'
import { findService, placeWords } from './star-service.ts'

export interface ReferToPark {
  readonly own: CallLeg
  readonly other: CallLeg
  readonly userId: string
  readonly refer: ReferEvent
  /** Where to, as dialled. */
  readonly number: string
}

/** The words take 3 s; a phone on hold hears nothing, so it is not made to wait for them. */
const longestWordsMs = 8_000

/** False: that is no parking place. @throws CordboardError as park */
export function referToPark(switchboard: Switchboard, call: LiveCall, asked: ReferToPark): boolean {
  const { own, other, userId, refer, number } = asked
  const service = findService(switchboard, call.tenant, number)
  if (service?.kind !== 'park' && service?.kind !== 'parking-place') return false
  const wanted = service.kind === 'park' ? undefined : service.place
  const { place } = park(switchboard, call, { own, customer: other, userId, place: wanted })
  refer.accept()
  guard(call.log, 'parking by REFER', async () => {
    void refer.notify(100, 'Trying')
    if (!own.holding) await tellPlace(switchboard, call, own, place)
    void refer.notify(200, `Parked at ${place}`)
    call.drop(own, `Parked the call at ${place}.`)
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
