// What the pages know of calls as the team shares them: parking, pickup, supervising, ring groups, conference rooms.
import type { ConferenceRoom, ConferenceRoomInput } from '#calls/conference-room.ts'
import type { FeatureSettings } from '#calls/feature-settings.ts'
import type { RingGroup, RingGroupInput } from '#calls/ring-group.ts'
import type { SuperviseMode } from '#calls/star-codes.ts'

export type { ConferenceRoom, ConferenceRoomInput, FeatureSettings, RingGroup, RingGroupInput, SuperviseMode }

type Answer<T> = T | Promise<T>

/** A room and who talks there now. */
export interface ConferenceRoomView extends ConferenceRoom {
  readonly people: readonly string[]
}

export interface StarCodeView {
  /** As dialled; `…` stands for an extension. The last is the range of parking places. */
  readonly code: string
  readonly does: string
}

/** `userId` is who asks. Acts throw CordboardError as calls/features/team.ts says. */
export interface TeamCallsPort {
  park(userId: string, callId: string): Answer<{ readonly place: string }>
  take(userId: string, callId: string): Answer<void>
  supervise(userId: string, callId: string, mode: SuperviseMode): Answer<void>
  settings(): Answer<FeatureSettings>
  saveSettings(settings: FeatureSettings): Answer<FeatureSettings>
  groups(): Answer<readonly RingGroup[]>
  addGroup(input: RingGroupInput): Answer<RingGroup>
  changeGroup(id: string, input: RingGroupInput): Answer<RingGroup>
  deleteGroup(id: string): Answer<void>
  rooms(): Answer<readonly ConferenceRoomView[]>
  addRoom(input: ConferenceRoomInput): Answer<ConferenceRoomView>
  changeRoom(id: string, input: ConferenceRoomInput): Answer<ConferenceRoomView>
  deleteRoom(id: string): Answer<void>
  starCodes(): Answer<readonly StarCodeView[]>
}
