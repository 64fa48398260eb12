import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  ConferenceRoomInput,
  ConferenceRoomView,
  FeatureSettings,
  RingGroup,
  RingGroupInput,
  StarCodeView,
} from '#admin/team-calls-view.ts'
import type { SupervisorView } from '#admin/view.ts'
import { callsKey } from './calls.ts'
import { api, take } from './client.ts'

const groupsKey = ['ring-groups'] as const
export const roomsKey = ['conference-rooms'] as const
const settingsKey = ['team-calls-settings'] as const
const team = api['team-calls']

export const ringGroupsQuery = queryOptions({
  queryKey: groupsKey,
  queryFn: (): Promise<readonly RingGroup[]> => take(team.groups.$get()),
})

export const conferenceRoomsQuery = queryOptions({
  queryKey: roomsKey,
  queryFn: (): Promise<readonly ConferenceRoomView[]> => take(team.rooms.$get()),
})

export const teamSettingsQuery = queryOptions({
  queryKey: settingsKey,
  queryFn: (): Promise<FeatureSettings> => take(team.settings.$get()),
})

export const starCodesQuery = queryOptions({
  queryKey: ['star-codes'],
  queryFn: (): Promise<readonly StarCodeView[]> => take(team['star-codes'].$get()),
})

export function useSaveRingGroup(id: string | undefined) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: RingGroupInput): Promise<RingGroup> =>
      id === undefined
        ? take(team.groups.$post({ json }))
        : take(team.groups[':id'].$put({ param: { id }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: groupsKey }),
  })
}

export function useDeleteRingGroup(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(team.groups[':id'].$delete({ param: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: groupsKey }),
  })
}

export function useSaveConferenceRoom(id: string | undefined) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: ConferenceRoomInput): Promise<ConferenceRoomView> =>
      id === undefined
        ? take(team.rooms.$post({ json }))
        : take(team.rooms[':id'].$put({ param: { id }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: roomsKey }),
  })
}

export function useDeleteConferenceRoom(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(team.rooms[':id'].$delete({ param: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: roomsKey }),
  })
}

export function useSaveTeamSettings() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: FeatureSettings): Promise<FeatureSettings> => take(team.settings.$put({ json })),
    onSuccess: (saved) => queries.setQueryData(settingsKey, saved),
  })
}

/** Mine: parks it. A colleague's: takes it, or hears it. */
export type TeamAct = 'park' | 'take' | SupervisorView['mode']

export function useTeamAct(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (act: TeamAct) => {
      const param = { id }
      const call = api.calls[':id']
      if (act === 'park') await take(call.park.$post({ param }))
      else if (act === 'take') await take(call.take.$post({ param }))
      else await take(call.supervise.$post({ param, json: { mode: act } }))
    },
    onSettled: () => queries.invalidateQueries({ queryKey: callsKey }),
  })
}
