// Where an inbound call goes: number + time + settings -> plan. Pure.
import { type HoursVerdict, hoursAt, type OpeningHours } from './hours.ts'
import type { NumberPlan } from './number-plan.ts'
import { everyStep, type PlanStep, type PlanSteps } from './plan/plan-step.ts'

/** What the caller meets, step by step. */
export interface Plan {
  readonly branch: HoursVerdict['state']
  readonly steps: PlanSteps
  readonly language: string
  readonly recording: boolean
  /** For the call's log: which rule chose these steps; undefined: it is always open. */
  readonly reason: string | undefined
  /** When the other branch's turn comes. */
  readonly changesAt: number | undefined
}

export interface RouteInput {
  readonly settings: NumberPlan
  /** Those the plan names; undefined: none, or deleted, and it is always open. */
  readonly hours:
    | (OpeningHours & { readonly name: string; readonly timeZone: string | undefined })
    | undefined
  /** ms since the epoch */
  readonly at: number
  /** Of the company. */
  readonly timeZone: string
}

/** What is heard where a branch was left empty. */
const emptyBranch: Readonly<Record<HoursVerdict['state'], PlanSteps>> = {
  open: [],
  closed: [{ kind: 'hangup', sound: 'closed' }],
  holiday: [{ kind: 'hangup', sound: 'closed-holiday' }],
}

export function route({ settings, hours, at, timeZone }: RouteInput): Plan {
  const { plan, recording } = settings
  const { language } = plan
  if (!hours)
    return { branch: 'open', steps: plan.open, language, recording, reason: undefined, changesAt: undefined }
  const { state, reason, changesAt } = hoursAt(hours, at, hours.timeZone ?? timeZone)
  const chosen = { open: plan.open, closed: plan.closed, holiday: plan.holiday ?? plan.closed }[state]
  const steps = chosen.length > 0 ? chosen : emptyBranch[state]
  return { branch: state, steps, language, recording, reason: `${hours.name}: ${reason}`, changesAt }
}

/** The skills that go on the call task before the caller has chosen anything: those of the first step that asks for some. */
export function skillsOf(plan: Pick<Plan, 'steps'>): readonly string[] {
  const first = plan.steps.find((step) => step.kind === 'menu' || 'skills' in step)
  return first && 'skills' in first ? unique(first.skills) : []
}

/** Every skill that a list of steps may ask for. */
export function everySkillOf(steps: PlanSteps): readonly string[] {
  return unique(everyStep(steps).flatMap((step: PlanStep) => ('skills' in step ? step.skills : [])))
}

function unique(skills: readonly string[]): readonly string[] {
  return [...new Set(skills)]
}
