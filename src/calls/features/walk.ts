// A caller walks through the plan of a number, step by step, until somebody answers or the steps are at their end. The caller
// may hang up in every one of them: each stops by itself when the visit is left.
import type { PlanStep, PlanSteps } from '#calls/plan/plan-step.ts'
import { assertNever } from '#lib/errors.ts'
import { menu } from './menu.ts'
import { queueStep } from './queue-step.ts'
import { reachNumber, reachPerson } from './reach-step.ts'
import type { StepEnd, Walk } from './step-end.ts'
import type { Visit } from './visit.ts'
import { voicemail } from './voicemail.ts'

/** More than a plan has steps: one that goes in circles is a mistake, and the caller is not kept in it. */
const mostSteps = 500

/** Never rejects because of what a caller does. */
export async function walk(visit: Visit, steps: PlanSteps, options: Walk): Promise<void> {
  let list: PlanSteps = steps
  for (let met = 0; met < mostSteps; met += 1) {
    const [step, ...rest] = list
    if (!step || visit.left.aborted) break
    const end = await meet(visit, step, { ...options, isLast: rest.length === 0 })
    if (end.kind === 'taken') return
    list = end.kind === 'instead' && end.steps.length > 0 ? end.steps : rest
  }
  await sayGoodbye(visit, 'goodbye', 'The plan of the number was at its end.')
}

async function meet(visit: Visit, step: PlanStep, options: Walk & { isLast: boolean }): Promise<StepEnd> {
  visit.call.meets(step.kind)
  switch (step.kind) {
    case 'announce':
      await visit.say(step.sound).ended
      return { kind: 'next' }
    case 'menu':
      return await menu(visit, step)
    case 'queue':
      return await queueStep(visit, step, options)
    case 'voicemail':
      return await voicemail(visit, step)
    case 'person':
      return await reachPerson(visit, step)
    case 'number':
      return await reachNumber(visit, step)
    case 'hangup':
      await sayGoodbye(visit, step.sound ?? undefined, 'Hung up by the plan of the number.')
      return { kind: 'taken' }
    default:
      return assertNever(step)
  }
}

async function sayGoodbye(visit: Visit, sound: string | undefined, sentence: string): Promise<void> {
  if (visit.left.aborted) return
  visit.call.verdict = { outcome: 'missed', sentence }
  if (sound !== undefined) await visit.say(sound).ended
  visit.call.end({ by: 'system', sentence })
}
