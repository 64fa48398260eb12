// What the steps of a plan are given besides the caller, and how each of them ends.
import type { PlanSteps } from '#calls/plan/plan-step.ts'
import type { Callbacks } from './callbacks.ts'
import type { Queue } from './queue.ts'

export type StepEnd =
  /** On with the next step of the list. */
  | { readonly kind: 'next' }
  /** On with these; when there are none, with the next step. */
  | { readonly kind: 'instead'; readonly steps: PlanSteps }
  /** Somebody answered, the caller left or the call is over: there is nothing to walk on. */
  | { readonly kind: 'taken' }

/** Where people wait for a person. */
export interface Line {
  readonly queue: Queue
  readonly callbacks: Pick<Callbacks, 'ask'>
}

export type Walk = Line
