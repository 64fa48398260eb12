// What the lamps on phones show of calls: who of a company rings, talks or holds, what waits at a parking place, whether
// somebody is in a conference room. Shown to phones by sip/subscriptions.
import type { LampCall, LampSource } from '#sip/subscriptions/lamp.ts'
import type { Tenant } from '#store/store.ts'
import { type ConferenceRoom, findConferenceRoom } from './conference-room.ts'
import { peopleInConference } from './features/conference.ts'
import { findParked, isParkingPlace } from './features/park.ts'
import type { LiveCall } from './live-call.ts'
import type { Switchboard } from './switchboard.ts'

export function lampsOf(switchboard: Switchboard): LampSource {
  return {
    changes: switchboard.openCalls.changes,
    callsAt: (tenantId, extension) => {
      const tenant = switchboard.tenant(tenantId)
      const person = switchboard.staff.findByExtension(tenant, extension)
      if (person) return callsOf(switchboard, tenant, person.id)
      if (isParkingPlace(switchboard, tenant, extension)) return parkedAt(switchboard, tenant, extension)
      const room = findConferenceRoom(tenant.db, extension)
      return room && talkIn(switchboard, tenant, room)
    },
  }
}

function callsOf(switchboard: Switchboard, tenant: Tenant, userId: string): readonly LampCall[] {
  return switchboard.openCalls
    .ofTenant(tenant.id)
    .flatMap((call) => callAt(switchboard, call, userId) ?? [])
    .sort((a, b) => rank(a) - rank(b))
}

const rank = ({ state }: LampCall): number => (state === 'ringing' ? 0 : 1)

function callAt(switchboard: Switchboard, live: LiveCall, userId: string): LampCall | undefined {
  const { call } = live
  if (live.over.aborted) return undefined
  const talks = live.legOf(userId) !== undefined
  const placed = call.placedBy === userId
  const rings = live.ringing.has(userId)
  if (!talks && !rings && !(placed && !call.answered)) return undefined
  return {
    id: live.id,
    // A phone that rings for a click of its own person is nobody else's to take.
    state: rings && !talks && !placed ? 'ringing' : 'talking',
    direction: placed ? 'out' : 'in',
    onHold: call.state.kind === 'held' && talks,
    ...otherSide(switchboard, live, placed),
  }
}

function otherSide({ staff }: Switchboard, { call, tenant }: LiveCall, placed: boolean) {
  const colleague =
    call.direction === 'internal' && !placed && call.placedBy !== undefined
      ? staff.find(tenant, call.placedBy)
      : undefined
  if (colleague) return { number: colleague.extension, name: colleague.name }
  return { number: call.party.number, name: call.party.name }
}

function parkedAt(switchboard: Switchboard, tenant: Tenant, place: string): readonly LampCall[] {
  const parked = findParked(switchboard, tenant, place)
  if (!parked) return []
  const { number, name } = parked.call.party
  return [{ id: parked.id, state: 'talking', direction: 'in', onHold: true, number, name }]
}

function talkIn(switchboard: Switchboard, tenant: Tenant, room: ConferenceRoom): readonly LampCall[] {
  if (peopleInConference(switchboard, tenant, room.id).length === 0) return []
  const { id, extension: number, name } = room
  return [{ id, state: 'talking', direction: 'in', onHold: false, number, name }]
}
