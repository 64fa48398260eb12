// What the legs of a call do now: talk, consult, are parked, ring for somebody again. One stage at a time (LiveCall.enter);
// it has the sound of the legs in hand and decides what the end of one of them means. It does not own them: the call does.
import type { EndedBy, TransferTarget } from './call.ts'
import type { CallLeg } from './call-leg.ts'
import type { SuperviseMode } from './star-codes.ts'

/** A leg's far end hung up, was lost or has fallen silent. */
export interface LegGone {
  /** Whose end it is; `system`: nobody chose it. */
  readonly by: EndedBy
  /** For the log, whole. */
  readonly sentence: string
}

/**
 * `ends`: the call is over, and every leg with it. `goes-on`: only this leg is; whoever said so has seen to the others.
 */
export type Verdict = 'ends' | 'goes-on'

export type WhenGone = (leg: CallLeg, gone: LegGone) => Verdict

/** Whose end a leg's end is, in the words of the log: who called, or who was called. */
export type Side = Extract<EndedBy, 'caller' | 'callee'>

/** What the desk may do to a talk. */
export interface Talk {
  /** @throws CordboardError `calls.not-yours` */
  hold(userId: string): void
  /** @throws CordboardError `calls.not-yours`, `calls.held-by-phone` */
  resume(userId: string): void
  /** Supervisors came, went or speak to others now. */
  companionsChanged?(): void
}

/** A supervisor beside a talk: hears both sides. */
export interface Companion {
  readonly userId: string
  /** Of a call of their own. */
  readonly leg: CallLeg
  readonly mode: SuperviseMode
  changeMode(mode: SuperviseMode): void
  /** @param all the legs of the talk */
  hearsUs(leg: CallLeg, all: readonly CallLeg[]): boolean
}

/** A second party, as the live list shows it. */
export interface ShownTransfer {
  readonly how: 'blind' | 'warm'
  readonly by: string
  readonly to: TransferTarget
  /** `ringing`; `consulting`: they speak with `by`; `waiting`: `by` is back with the customer, and they hear music. */
  readonly state: 'ringing' | 'consulting' | 'waiting'
}

/** What the desk may do to a transfer under way. Each throws CordboardError `calls.not-yours`, or `calls.not-now` for what it cannot do. */
export interface Transfer {
  readonly shown: ShownTransfer
  /** Back to the talk as it was. */
  cancel(userId: string): void
  /** The customer is passed on; what still rings goes on ringing, now for the customer. */
  complete(userId: string): void
  /** From one side to the other and back. */
  swap(userId: string): void
  /** All three hear each other. */
  merge(userId: string): void
}

/** A caller who waits at a parking place. Times are ms since the epoch. */
export interface ParkedCall {
  readonly place: string
  /** Who parked it. */
  readonly by: string
  readonly sinceAt: number
  /** When it goes back to them. */
  readonly returnsAt: number
  /** An answered leg gets the caller. False: somebody else was faster, and the leg is nobody's. */
  take(leg: CallLeg, userId: string): boolean
}

export interface Stage {
  /** For log lines. */
  readonly name: string
  /** While the call is parked. */
  readonly parked?: ParkedCall | undefined
  /** While there is a talk to hold and to resume. */
  readonly talk?: Talk | undefined
  /** While a second party is rung or spoken to. */
  readonly transfer?: Transfer | undefined
  /** The person hangs up at the desk: only their leg goes. False: the call ends by it. */
  hangUp?(userId: string): boolean
  /** A leg of the call is gone. Called before it is closed, never after `leave`. */
  legGone(leg: CallLeg, gone: LegGone): Verdict
  /**
   * Another stage takes over: sounds, timers and ringing of this one stop; the legs stay as they are. From the call on nothing
   * is done to them any more; resolves when what was under way is over. Not called when the call ends: `call.over` tells that.
   */
  leave(): Promise<void>
}
