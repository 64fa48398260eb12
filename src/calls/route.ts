// Where an inbound call goes: number + time + settings -> plan. Pure.
import type { NumberPlan } from './number-plan.ts'

/** What happens to the call, step by step; a plan always starts with its first step. */
export interface Plan {
  readonly steps: readonly [PlanStep, ...PlanStep[]]
  readonly recording: boolean
}

/** Hours, greeting, menu and overflow become kinds of their own. */
export type PlanStep = { readonly kind: 'queue'; readonly skills: readonly string[] }

export interface RouteInput {
  readonly settings: NumberPlan
  /** ms since the epoch, for opening hours. */
  readonly at: number
  readonly timeZone: string
}

export function route(input: RouteInput): Plan {
  // The same skill twice would ask the same thing twice.
  const skills = [...new Set(input.settings.skills)]
  return { steps: [{ kind: 'queue', skills }], recording: input.settings.recording }
}

/** All skills a plan may ask for: they go on the call task. */
export function skillsOf(plan: Plan): readonly string[] {
  return [...new Set(plan.steps.flatMap((step) => step.skills))]
}
