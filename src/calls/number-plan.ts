// Settings of one of our numbers: what it is called, who may be offered its calls, whether they are recorded.
import { z } from 'zod'
import { bool } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { skillList } from './call-store.ts'

export interface NumberPlan {
  /** E.164 */
  readonly number: string
  readonly label: string
  /** Skill ids; a person needs all of them. None: anybody. */
  readonly skills: readonly string[]
  readonly recording: boolean
}

/** The settings of a number; those of a number never set up are: anybody, not recorded. */
export function numberPlan(db: Database, number: string): NumberPlan {
  return db.find(planOf, [number]) ?? { number, label: '', skills: [], recording: false }
}

export function saveNumberPlan(db: Database, plan: NumberPlan): void {
  db.run(
    `INSERT INTO number_plans (number, label, skills, recording) VALUES (:number, :label, :skills, :recording)
     ON CONFLICT (number) DO UPDATE SET label = excluded.label, skills = excluded.skills, recording = excluded.recording`,
    {
      number: plan.number,
      label: plan.label,
      skills: JSON.stringify(plan.skills),
      recording: plan.recording,
    },
  )
}

/** When the number itself is deleted. */
export function forgetNumberPlan(db: Database, number: string): void {
  db.run('DELETE FROM number_plans WHERE number = ?', [number])
}

const planOf = query(
  z.object({ number: z.string(), label: z.string(), skills: skillList, recording: bool }),
  'SELECT number, label, skills, recording FROM number_plans WHERE number = ?',
)
