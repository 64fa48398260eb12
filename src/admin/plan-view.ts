// What the pages about numbers' plans, opening hours and sounds show.
import type { HoursInput, NamedHours } from '#calls/plan/opening-hours.ts'
import type { PlanBranches, PlanSteps } from '#calls/plan/plan-step.ts'

export type {
  MenuOption,
  MenuStep,
  PlanStep,
  QueueStep,
  VoicemailStep,
} from '#calls/plan/plan-step.ts'
export type { HoursInput, PlanBranches, PlanSteps }

export type Branch = 'open' | 'closed' | 'holiday'

/** What happens to a call at a moment, and why. */
export interface PlanMoment {
  readonly at: number
  readonly branch: Branch
  readonly steps: PlanSteps
  /** undefined: always open. */
  readonly reason: string | undefined
  /** When the next branch begins; undefined: never. */
  readonly changesAt: number | undefined
  readonly timeZone: string
}

export interface PlanView {
  readonly number: string
  readonly shown: string
  readonly label: string
  readonly plan: PlanBranches
  readonly now: PlanMoment
  /** What it asks for that nobody here can give, in sentences. */
  readonly gaps: readonly string[]
}

export interface HoursView extends Omit<NamedHours, 'timeZone'> {
  readonly timeZone: string | null
  /** The numbers that follow them, as people write them. */
  readonly usedBy: readonly string[]
  readonly now: Pick<PlanMoment, 'branch' | 'reason' | 'changesAt'>
}

export interface SoundView {
  readonly id: string
  readonly kind: 'music' | 'prompt'
  readonly name: string
  /** The prompt it replaces, in which language; `music` in `*`: the hold music of the company. */
  readonly replaces: { readonly prompt: string; readonly language: string } | null
  readonly durationMs: number
  readonly bytes: number
  readonly url: string
}

/** A prompt of ours. */
export interface PromptView {
  readonly name: string
  /** Its English words. */
  readonly text: string
  readonly url: string
}

export interface SoundsView {
  readonly own: readonly SoundView[]
  readonly prompts: readonly PromptView[]
}

export interface SoundUpload {
  readonly name: string
  readonly kind: 'music' | 'prompt'
  readonly replaces: { readonly prompt: string; readonly language: string } | null
  readonly bytes: Uint8Array
}
