import { useQuery } from '@tanstack/react-query'
import { peopleQuery } from '../data/people.ts'
import {
  conferenceRoomsQuery,
  ringGroupsQuery,
  starCodesQuery,
  teamSettingsQuery,
} from '../data/team-calls.ts'
import { SettingsPage } from '../settings/settings-page.tsx'
import { GroupsSection } from './groups-section.tsx'
import { RoomsSection } from './rooms-section.tsx'
import { SharingSection } from './sharing-section.tsx'
import { StarCodesSection } from './star-codes-section.tsx'

/** C11: calls the team shares: who rings together, where they meet, how calls are parked and picked up. */
export function TeamCallsPage() {
  const groups = useQuery(ringGroupsQuery)
  const rooms = useQuery(conferenceRoomsQuery)
  const settings = useQuery(teamSettingsQuery)
  const codes = useQuery(starCodesQuery)
  const people = useQuery(peopleQuery)
  const all = [groups, rooms, settings, codes, people]
  const view =
    groups.data && rooms.data && settings.data && codes.data && people.data
      ? {
          groups: groups.data,
          rooms: rooms.data,
          settings: settings.data,
          codes: codes.data,
          people: people.data,
        }
      : undefined
  const error = all.find((one) => one.error)?.error ?? null
  return (
    <SettingsPage
      title="Team calls"
      purpose="Extensions that ring several people, rooms where people meet, and how a colleague’s call is parked, picked up or listened to."
      list={{
        isPending: !view && !error,
        error,
        data: view && [view],
        refetch: () => Promise.all(all.filter((one) => one.error).map((one) => one.refetch())),
      }}
      empty={null}
    >
      {view ? (
        <>
          <GroupsSection groups={view.groups} people={view.people} />
          <RoomsSection rooms={view.rooms} />
          <SharingSection settings={view.settings} />
          <StarCodesSection codes={view.codes} />
        </>
      ) : null}
    </SettingsPage>
  )
}
