// Settings of one of our numbers: what it is called, whether its calls are recorded, and what happens to them.
import { z } from 'zod'
import { bool, json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { type Distribution, plainDistribution } from './plan/distribution.ts'
import { branchesOf, everyStep, type PlanBranches, plainQueue, planBranches } from './plan/plan-step.ts'

export interface NumberPlan {
  /** E.164 */
  readonly number: string
  readonly label: string
  readonly recording: boolean
  readonly plan: PlanBranches
}

/** The settings of a number; those of a number never set up are: anybody, not recorded. */
export function numberPlan(db: Database, number: string): NumberPlan {
  return db.find(planOf, [number]) ?? { number, label: '', recording: false, plan: queueOnly([]) }
}

/** With skills instead of a plan: always open, straight into the queue for people who have them all. */
export type NumberPlanInput = Omit<NumberPlan, 'plan'> &
  ({ readonly plan: PlanBranches } | { readonly skills: readonly string[] })

export function saveNumberPlan(db: Database, input: NumberPlanInput): void {
  const plan = 'plan' in input ? input.plan : queueOnly(input.skills)
  db.run(
    `INSERT INTO number_plans (number, label, plan, recording) VALUES (:number, :label, :plan, :recording)
     ON CONFLICT (number) DO UPDATE SET label = excluded.label, plan = excluded.plan, recording = excluded.recording`,
    {
      number: input.number,
      label: input.label,
      plan: JSON.stringify(plan),
      recording: input.recording,
    },
  )
}

/** When the number itself is deleted. */
export function forgetNumberPlan(db: Database, number: string): void {
  db.run('DELETE FROM number_plans WHERE number = ?', [number])
}

/** Always open, straight into the queue: any of these people, all of these skills. */
export function queueOnly(skills: readonly string[]): PlanBranches {
  return { language: 'en', hoursId: null, open: [plainQueue(skills)], closed: [], holiday: null }
}

/** How calls of this number that wait for these skills are given to people: as its first queue for them says. */
export function distributionFor(
  db: Database,
  number: string | undefined,
  skills: readonly string[],
): Distribution {
  if (number === undefined) return plainDistribution
  const steps = branchesOf(numberPlan(db, number).plan).flatMap(everyStep)
  const wanted = [...skills].sort().join(' ')
  const queue = steps.find((step) => step.kind === 'queue' && [...step.skills].sort().join(' ') === wanted)
  return queue?.kind === 'queue' ? queue.distribution : plainDistribution
}

/** The numbers whose plan follows these hours. */
export function numbersWithHours(db: Database, hoursId: string): readonly NumberPlan[] {
  return db.all(allPlans).filter(({ plan }) => plan.hoursId === hoursId)
}

export function listNumberPlans(db: Database): readonly NumberPlan[] {
  return db.all(allPlans)
}

const row = z.object({ number: z.string(), label: z.string(), plan: json(planBranches), recording: bool })
const planOf = query(row, 'SELECT number, label, plan, recording FROM number_plans WHERE number = ?')
const allPlans = query(row, 'SELECT number, label, plan, recording FROM number_plans ORDER BY number')
