// The recording of a call, as the desk and the phone may steer it.
import type { CallLeg } from '#calls/call-leg.ts'

/**
 * `available`: nothing is recorded until the person asks for it. `asking`: the other side is being asked. `off`: a rule, the
 * other side or the disk says no.
 */
export type RecordingState = 'off' | 'available' | 'asking' | 'recording' | 'paused'

export interface TalkRecorder {
  readonly state: RecordingState
  /** @throws CordboardError `calls.not-recorded` when the state is not `available` */
  start(userId: string): void
  /** What is said from now on is left out. @throws CordboardError `calls.not-recorded` */
  pause(userId: string): void
  /** @throws CordboardError `calls.not-recorded` when it is not paused */
  resume(userId: string): void
  /** A leg of a person of ours listens for `*1`. */
  hears(leg: CallLeg): void
}
