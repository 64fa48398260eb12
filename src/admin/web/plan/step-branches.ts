// The ways that lead on from a step, each with its name, and the step with one of them changed.
import type { PlanStep, PlanSteps } from '#admin/plan-view.ts'

export interface Way {
  readonly name: string
  readonly steps: PlanSteps
  readonly changed: (steps: PlanSteps) => PlanStep
}

export function waysFrom(step: PlanStep): readonly Way[] {
  switch (step.kind) {
    case 'menu':
      return [
        ...step.options.map((option, place) => ({
          name: option.label === '' ? `Key ${option.key}` : `Key ${option.key}: ${option.label}`,
          steps: option.steps,
          changed: (steps: PlanSteps): PlanStep => ({
            ...step,
            options: step.options.map((one, i) => (i === place ? { ...one, steps } : one)),
          }),
        })),
        { name: 'No key', steps: step.otherwise, changed: (otherwise) => ({ ...step, otherwise }) },
      ]
    case 'queue':
      return step.maxWaitMs === null &&
        step.maxAhead === null &&
        !step.onlyWhenReady &&
        step.overflow.length === 0
        ? []
        : [{ name: 'Overflow', steps: step.overflow, changed: (overflow) => ({ ...step, overflow }) }]
    case 'person':
    case 'number':
      return [{ name: 'No answer', steps: step.otherwise, changed: (otherwise) => ({ ...step, otherwise }) }]
    default:
      return []
  }
}
