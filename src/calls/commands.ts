// What the desk asks of calls: see them, hold, resume, hang up, call a number. Outcomes are told by facts.
import { CordboardError } from '#lib/errors.ts'
import type { Source } from '#lib/events.ts'
import type { Tenant } from '#store/store.ts'
import { type Call, peopleOf, personOf } from './call.ts'
import { click } from './features/click.ts'
import { type TeamCommands, teamCommands } from './features/team.ts'
import { type TransferCommands, transferCommands } from './features/transfer.ts'
import type { LiveCall } from './live-call.ts'
import type { RecordingState } from './recording/talk-recorder.ts'
import type { Companion, ParkedCall, ShownTransfer } from './stage.ts'
import type { Switchboard } from './switchboard.ts'

/** A call going on, as the live list shows it. Times are ms since the epoch. */
export interface LiveCallInfo {
  readonly id: string
  readonly direction: Call['direction']
  readonly party: Call['party']
  /** Our number, E.164. */
  readonly number: string | undefined
  readonly trunkId: string | undefined
  readonly state: 'queued' | 'ringing' | 'talking' | 'held' | 'transferring'
  readonly startedAt: number
  readonly answeredAt: number | undefined
  /** Who talks, is rung, or placed it. */
  readonly userId: string | undefined
  readonly skills: readonly string[]
  readonly recording: boolean
  /** What a person may do to its recording; undefined: no rule is about it. */
  readonly recordingState?: RecordingState | undefined
  /** Why this person, or why nobody. */
  readonly reason: string | undefined
  readonly taskId: string | undefined
  /** Everybody of ours on it, `userId` first. */
  readonly people?: readonly string[]
  /** A second party who is rung or spoken to. */
  readonly transfer?: ShownTransfer | undefined
  /** It waits at a parking place; `by` parked it, and gets it back at `returnsAt`. */
  readonly parked?: Pick<ParkedCall, 'place' | 'by' | 'sinceAt' | 'returnsAt'> | undefined
  /** Supervisors who hear it. */
  readonly supervisors?: readonly Pick<Companion, 'userId' | 'mode'>[]
  /** Everybody whose phones ring for it. */
  readonly ringing?: readonly string[]
  /** A transfer just came back, and why. */
  readonly cameBack?: { readonly name: string; readonly sentence: string } | undefined
}

export interface CallNumber {
  readonly userId: string
  /** As written on the page. */
  readonly number: string
  /** The task it is called from (T11). */
  readonly taskId?: string | undefined
}

export interface CallCommands {
  liveCalls(tenant: Tenant): readonly LiveCallInfo[]
  /** A call of that tenant began, changed or ended. */
  readonly changes: Source<{ readonly tenantId: string; readonly callId: string }>
  /** The other side hears music. @throws CordboardError `call.unknown`, `calls.not-yours`, `calls.not-talking` */
  hold(tenant: Tenant, callId: string, userId: string): void
  /** @throws CordboardError as hold, and `calls.held-by-phone` */
  resume(tenant: Tenant, callId: string, userId: string): void
  /**
   * Starts a recording on demand, pauses it, or lets it go on.
   * @throws CordboardError `call.unknown`, `calls.not-yours`, `calls.not-recorded`
   */
  steerRecording(tenant: Tenant, callId: string, userId: string, act: 'start' | 'pause' | 'resume'): void
  /**
   * Ends the call; while it only rings at the person, stops the ringing and the caller waits on.
   * `anyCall`: a leader ends somebody else's. @throws CordboardError `call.unknown`, `calls.not-yours`
   */
  hangUp(tenant: Tenant, callId: string, userId: string, options?: { readonly anyCall?: boolean }): void
  /**
   * Rings the person's phones, then the number.
   * @throws CordboardError `calls.bad-number`, `calls.busy`, `calls.no-phone`, `calls.no-way-out`, `calls.stopping`, `store.full`
   */
  callNumber(tenant: Tenant, wish: CallNumber): { readonly callId: string }
  readonly transfer: TransferCommands
  readonly team: TeamCommands
}

export function callCommands(switchboard: Switchboard, isStopping: () => boolean): CallCommands {
  const get = (tenant: Tenant, callId: string): LiveCall => {
    const call = switchboard.openCalls.find(tenant.id, callId)
    if (call && !call.over.aborted) return call
    throw new CordboardError('call.unknown', 'This call has ended.', { blame: 'user' })
  }
  const getTalk = (tenant: Tenant, callId: string) => {
    const { talk } = get(tenant, callId)
    if (talk) return talk
    throw new CordboardError('calls.not-talking', 'Nobody talks on this call yet.', { blame: 'user' })
  }
  return {
    changes: switchboard.openCalls.changes,
    liveCalls: (tenant) =>
      switchboard.openCalls
        .ofTenant(tenant.id)
        .filter((call) => !call.over.aborted)
        .map(infoOf),
    hold: (tenant, callId, userId) => getTalk(tenant, callId).hold(userId),
    resume: (tenant, callId, userId) => getTalk(tenant, callId).resume(userId),
    steerRecording: (tenant, callId, userId, act) => {
      const call = get(tenant, callId)
      if (!peopleOnCall(call).includes(userId))
        throw new CordboardError('calls.not-yours', 'You are not on this call.', { blame: 'user' })
      if (!call.recorder)
        throw new CordboardError('calls.not-recorded', 'No recording rule is about this call.', {
          blame: 'user',
        })
      call.recorder[act](userId)
    },
    hangUp: (tenant, callId, userId, options) => {
      const call = get(tenant, callId)
      const { state } = call.call
      const { shown } = call.stage?.transfer ?? {}
      const calledIn = shown?.to.userId === userId
      if (calledIn && shown?.state === 'ringing' && call.decline) return call.decline(userId)
      const placing = !call.call.answered && call.call.placedBy === userId
      const mine = calledIn || placing || peopleOnCall(call).includes(userId)
      if (!mine && !options?.anyCall)
        throw new CordboardError('calls.not-yours', 'You are not on this call.', { blame: 'user' })
      if (mine && call.stage?.hangUp?.(userId)) return
      if (state.kind === 'offered' && peopleOf(call.call).includes(userId) && call.decline)
        call.decline(userId)
      else call.end({ by: 'desk', sentence: 'Hung up at the desk.' })
    },
    transfer: transferCommands(switchboard, get),
    team: teamCommands(switchboard, get),
    callNumber: (tenant, wish) => {
      if (isStopping())
        throw new CordboardError('calls.stopping', 'Cordboard is being stopped and takes no new calls.', {
          retry: true,
        })
      return { callId: click(switchboard, tenant, wish).id }
    },
  }
}

function infoOf(live: LiveCall): LiveCallInfo {
  const { call } = live
  return {
    id: call.id,
    direction: call.direction,
    party: call.party,
    number: call.number,
    trunkId: call.trunkId,
    state: shownState(call),
    startedAt: call.started.at,
    answeredAt: call.answered?.at,
    userId: personOf(call),
    skills: call.skills,
    recording: live.recording,
    recordingState: live.recorder?.state,
    reason: call.state.kind === 'queued' || call.state.kind === 'offered' ? call.state.reason : undefined,
    taskId: call.taskId,
    people: peopleOnCall(live),
    transfer: live.stage?.transfer?.shown,
    parked: live.stage?.parked && parkedOf(live.stage.parked),
    supervisors: live.companions.map(({ userId, mode }) => ({ userId, mode })),
    ringing: [...live.ringing.keys()],
    cameBack: cameBackOf(call),
  }
}

/** Whose call it is, and whoever of ours has a leg in it: the one who placed an internal call, or who is called in. */
function peopleOnCall({ call, legs }: LiveCall): readonly string[] {
  return [...new Set([...peopleOf(call), ...legs.flatMap(({ userId }) => userId ?? [])])]
}

function parkedOf({ place, by, sinceAt, returnsAt }: ParkedCall): LiveCallInfo['parked'] {
  return { place, by, sinceAt, returnsAt }
}

function cameBackOf({ state }: Call): LiveCallInfo['cameBack'] {
  if (state.kind !== 'talking' || !state.cameBack) return undefined
  return { name: state.cameBack.to.name, sentence: state.cameBack.sentence }
}

function shownState(call: Call): LiveCallInfo['state'] {
  switch (call.state.kind) {
    case 'talking':
    case 'held':
      return call.state.kind
    case 'started':
    case 'queued':
      return call.direction === 'in' || call.answered ? 'queued' : 'ringing'
    case 'passing':
      return 'transferring'
    default:
      return 'ringing'
  }
}
