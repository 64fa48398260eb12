// One in the waiting line, as the line sees it: what is wanted, since when, and what happens when its turn comes.
import type { CallLeg } from '#calls/call-leg.ts'
import type { LiveCall } from '#calls/live-call.ts'
import type { Distribution } from '#calls/plan/distribution.ts'
import type { NobodyWhy } from '#people/match.ts'

/** Somebody who wants a person: a caller with a leg, or one who asked to be called back. */
export interface Waiting {
  readonly skills: readonly string[]
  /** Its place in line: who joined earlier goes first. */
  readonly joinedAt: number
  /** Aborted when it waits no longer, because the caller hung up or something else happens to the call. */
  readonly gone: AbortSignal
  /** The call it belongs to; undefined before the turn of a callback. */
  readonly call: () => LiveCall | undefined
  /** Its turn has come: the call that is offered. @throws CordboardError when it cannot be written */
  readonly begin: () => LiveCall
  /** What the phones show. */
  readonly from: { readonly number: string; readonly displayName?: string }
  /** Who rings first, for how long, and what comes after the call. */
  readonly distribution: Distribution
  /** Takes over with the person's leg, which belongs to nobody yet. */
  readonly onAnswered: (leg: CallLeg, userId: string) => void
  /** Nobody rings now, and why: told each time that is looked at. */
  readonly onNobody?: (why: NobodyWhy) => void
}
