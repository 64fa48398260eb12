// What every feature of call control is given: its neighbours, the calls going on, who is busy, where writes go.
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import type { MediaEngine } from '#media/engine.ts'
import type { Readiness } from '#people/readiness.ts'
import type { Signalling } from '#sip/leg.ts'
import type { Tenant } from '#store/store.ts'
import type { CallLeg, ReferEvent } from './call-leg.ts'
import type { Journal } from './journal.ts'
import type { LiveCall } from './live-call.ts'
import type { Numbers, Phones, Staff } from './neighbours.ts'
import type { OpenCalls } from './open-calls.ts'

export interface Timeouts {
  /** How long one person's phones ring before the next person is tried. */
  readonly ringMs: number
  /** How long the outside rings. */
  readonly dialMs: number
  /** Silence from a far end that ends the call. */
  readonly mediaMs: number
}

export interface Switchboard {
  readonly sip: Signalling
  readonly media: MediaEngine
  readonly staff: Staff
  readonly phones: Phones
  readonly numbers: Numbers
  readonly clock: Clock
  readonly log: Log
  readonly timeouts: Timeouts
  readonly openCalls: OpenCalls
  readonly readiness: Readiness
  readonly tenant: (id: string) => Tenant
  /** A caller of a call waits in line for whoever has the skills, with music, and is joined with who answers. */
  readonly waitInLine: (call: LiveCall, leg: CallLeg, skills: readonly string[]) => void
  /** CallRoom's: a phone passes its call on. */
  readonly refer: (call: LiveCall, leg: CallLeg, refer: ReferEvent) => void
  readonly journalOf: (tenant: Tenant) => Journal
}
