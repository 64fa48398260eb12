// A phone dials a star code or a parking place: what it asks for is done, or refused with a status and a word.
import { findConferenceRoom } from '#calls/conference-room.ts'
import type { LiveCall } from '#calls/live-call.ts'
import { speechOf } from '#calls/prompts/say.ts'
import { soundPaths } from '#calls/prompts/sound-path.ts'
import { findRingGroup } from '#calls/ring-group.ts'
import { readStarCode, type Service } from '#calls/star-codes.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { CordboardError } from '#lib/errors.ts'
import type { Sound } from '#media/engine.ts'
import { setStatus } from '#people/status.ts'
import type { Tenant } from '#store/store.ts'
import { answerInto, type FromPhone, turnAway } from './answer-into.ts'
import { dialConference } from './conference.ts'
import { echo } from './echo.ts'
import { openHouseCall } from './house-call.ts'
import { findParked, isParkingPlace, park } from './park.ts'
import { listRinging, takeRinging } from './pickup.ts'
import { dialGroup } from './ring-group-call.ts'
import { superviseFromPhone } from './supervise.ts'

/** False: it is no code of ours. @throws CordboardError when a row cannot be written */
export async function takeStarCode(switchboard: Switchboard, from: FromPhone): Promise<boolean> {
  const { incoming, origin } = from
  const tenant = switchboard.tenant(origin.tenantId)
  const service = findService(switchboard, tenant, incoming.dialled)
  const group = service ? undefined : findRingGroup(tenant.db, incoming.dialled)
  const room = service ? undefined : findConferenceRoom(tenant.db, incoming.dialled)
  try {
    if (service) await serve(switchboard, tenant, from, service)
    else if (group) await dialGroup(switchboard, tenant, from, group)
    else if (room) await dialConference(switchboard, tenant, from, room)
    else return false
  } catch (err) {
    if (!(err instanceof CordboardError) || err.blame === 'ours') throw err
    incoming.reject(err.blame === 'setup' ? 501 : 403, err.message)
  }
  return true
}

/** What is dialled, or transferred to. */
export function findService(switchboard: Switchboard, tenant: Tenant, dialled: string): Service | undefined {
  const service = readStarCode(dialled)
  if (service?.kind !== 'parking-place') return service
  return isParkingPlace(switchboard, tenant, service.place) ? service : undefined
}

async function serve(
  switchboard: Switchboard,
  tenant: Tenant,
  from: FromPhone,
  service: Service,
): Promise<void> {
  const { incoming, origin } = from
  const { userId } = origin
  switch (service.kind) {
    case 'echo': {
      const visit = await openHouseCall(switchboard, from, 'Echo test')
      if (visit) await echo(visit)
      return
    }
    case 'park':
      return await parkHeld(switchboard, tenant, from)
    case 'parking-place': {
      const parked = findParked(switchboard, tenant, service.place)
      if (!parked) return incoming.reject(404, `No call is parked at ${service.place}`)
      return await takeIn(
        switchboard,
        parked,
        from,
        (leg) => parked.stage?.parked?.take(leg, userId) ?? false,
      )
    }
    case 'pickup-group':
    case 'pickup': {
      const call = findRinging(switchboard, tenant, { ...service, userId })
      if (!call) return incoming.reject(404, 'No call rings there')
      return await takeIn(switchboard, call, from, (leg) => takeRinging(switchboard, call, leg, userId))
    }
    case 'status': {
      setStatus(tenant.db, { userId, statusId: service.statusId, now: switchboard.clock.now() })
      const visit = await openHouseCall(switchboard, from, 'Status')
      if (!visit) return
      await visit.play(service.statusId === 'ready' ? twoHigh : oneLow).ended
      return visit.call.end({ by: 'system', sentence: 'The status was set.' })
    }
    case 'supervise':
      return await superviseFromPhone(switchboard, tenant, from, service)
  }
}

const twoHigh: Sound = { kind: 'tone', hz: [880], onMs: 150, offMs: 100, times: 2 }
const oneLow: Sound = { kind: 'tone', hz: [330], onMs: 400, offMs: 100, times: 1 }

async function takeIn(
  switchboard: Switchboard,
  call: LiveCall,
  from: FromPhone,
  take: (leg: NonNullable<Awaited<ReturnType<typeof answerInto>>>) => boolean,
): Promise<void> {
  const leg = await answerInto(switchboard, call, from)
  if (leg && !take(leg)) await turnAway(call, leg, 'Somebody else was faster')
}

function findRinging(
  switchboard: Switchboard,
  tenant: Tenant,
  wish: Extract<Service, { kind: 'pickup' | 'pickup-group' }> & { readonly userId: string },
): LiveCall | undefined {
  const ringing = listRinging(switchboard, tenant, wish.userId)
  if (wish.kind === 'pickup-group') return ringing[0]
  const person = switchboard.staff.findByExtension(tenant, wish.extension)
  return person && ringing.find((call) => call.ringing.has(person.id))
}

async function parkHeld(switchboard: Switchboard, tenant: Tenant, from: FromPhone): Promise<void> {
  const { userId } = from.origin
  const held = switchboard.openCalls.ofTenant(tenant.id).find(({ call, legs }) => {
    const isTheirs = call.state.kind === 'held' && call.state.holderId === userId
    return isTheirs && legs.length === 2
  })
  const own = held?.legOf(userId)
  const customer = held?.legs.find((leg) => leg !== own)
  if (!held?.talk || !own || !customer) return from.incoming.reject(404, 'You have no call on hold to park')
  const visit = await openHouseCall(switchboard, from, 'Parking')
  if (!visit) return
  try {
    const { place } = park(switchboard, held, { own, customer, userId })
    held.drop(own, 'Parked the call.')
    await visit.play(placeWords(tenant, place)).ended
    visit.call.end({ by: 'system', sentence: `The call was parked at ${place}.` })
  } catch (err) {
    if (!(err instanceof CordboardError)) throw err
    visit.call.end({ by: 'system', sentence: err.message })
  }
}

/** Says where a call is parked. */
export function placeWords(tenant: Tenant, place: string): Sound {
  const language = 'en'
  const words = ['parked-at', ...speechOf(language).digits(place)]
  return { kind: 'files', paths: soundPaths(tenant, words, language) }
}
