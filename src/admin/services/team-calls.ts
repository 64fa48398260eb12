// Calls as the team shares them: the acts of the desk, and the settings behind them.
import type { ConferenceRoomView, TeamCallsPort } from '#admin/team-calls-view.ts'
import type { CallCommands } from '#calls/commands.ts'
import {
  changeConferenceRoom,
  createConferenceRoom,
  deleteConferenceRoom,
  listConferenceRooms,
} from '#calls/conference-room.ts'
import { featureSettings, saveFeatureSettings } from '#calls/feature-settings.ts'
import { changeRingGroup, createRingGroup, deleteRingGroup, listRingGroups } from '#calls/ring-group.ts'
import { parkingPlaces, starCodes } from '#calls/star-codes.ts'
import { getUser } from '#people/user.ts'
import type { TenantParts } from './parts.ts'

export interface TeamCallsSources extends TenantParts {
  readonly calls: Pick<CallCommands, 'team'>
}

const whatPlacesDo =
  'Takes the call that is parked there. A call transferred to it is parked there. A person with such an extension keeps it.'

export function teamCallsPort({ tenant, calls, clock }: TeamCallsSources): TeamCallsPort {
  const { db } = tenant
  const viewOf = (room: Omit<ConferenceRoomView, 'people'>): ConferenceRoomView => ({
    ...room,
    people: calls.team.inConference(tenant, room.id),
  })
  const known = (userIds: readonly string[]) => {
    for (const id of userIds) getUser(db, id)
  }
  return {
    park: (userId, callId) => calls.team.park(tenant, callId, userId),
    take: (userId, callId) => calls.team.take(tenant, callId, userId),
    supervise: (userId, callId, mode) => calls.team.supervise(tenant, callId, { userId, mode }),
    settings: () => featureSettings(db),
    saveSettings: (settings) => {
      saveFeatureSettings(db, settings)
      return featureSettings(db)
    },
    groups: () => listRingGroups(db),
    addGroup: (input) => {
      known(input.members)
      return createRingGroup(db, input, clock.now())
    },
    changeGroup: (id, input) => {
      known(input.members)
      return changeRingGroup(db, id, input)
    },
    deleteGroup: (id) => deleteRingGroup(db, id),
    rooms: () => listConferenceRooms(db).map(viewOf),
    addRoom: (input) => viewOf(createConferenceRoom(db, input, clock.now())),
    changeRoom: (id, input) => viewOf(changeConferenceRoom(db, id, input)),
    deleteRoom: (id) => deleteConferenceRoom(db, id),
    starCodes: () => [
      ...starCodes.map(({ code, extension, does }) => ({ code: extension ? `${code}…` : code, does })),
      { code: `${parkingPlaces[0]} to ${parkingPlaces.at(-1)}`, does: whatPlacesDo },
    ],
  }
}
