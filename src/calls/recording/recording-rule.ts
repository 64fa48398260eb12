// Recording rules as admins set them: for which calls, what happens, how the other side is asked, how long it is kept.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { bool } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

const act = z.enum(['record', 'on-demand', 'never'])
const direction = z.enum(['in', 'out', 'internal'])
const consent = z.enum(['none', 'announce', 'press-one'])
/** A century: longer is "for ever". */
const days = z.int().min(1).max(36_500)
const hourMs = 3_600_000

export const recordingRuleInput = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'needs a name')
    .max(60)
    .regex(/^\P{Cc}*$/u),
  enabled: z.boolean().default(true),
  /** `on-demand`: when the person asks for it, during the call. */
  act,
  /** null: calls from and to the outside, not those between colleagues. */
  direction: direction.nullable().default(null),
  /** Ours: called, or shown on calls out. */
  number: z
    .string()
    .regex(/^\+[1-9]\d{4,14}$/, 'must be a number like +420222333444')
    .nullable()
    .default(null),
  skillId: z.string().min(1).max(64).nullable().default(null),
  userId: z.string().min(1).max(64).nullable().default(null),
  /** `announce`: both sides are told. `press-one`: recorded only when the other side presses 1. */
  consent: consent.default('none'),
  /** null: as usual (recording-settings.ts). */
  keepDays: days.nullable().default(null),
  /** A paused recording goes on by itself after so long. */
  resumeMs: z.int().min(10_000).max(hourMs).nullable().default(null),
})
export type RecordingRuleInput = z.output<typeof recordingRuleInput>
export type ConsentMode = RecordingRuleInput['consent']

export interface RecordingRule extends RecordingRuleInput {
  readonly id: string
}

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    enabled: bool,
    act,
    direction: direction.nullable(),
    number: z.string().nullable(),
    skill_id: z.string().nullable(),
    user_id: z.string().nullable(),
    consent,
    keep_days: z.int().nullable(),
    resume_ms: z.int().nullable(),
  })
  .transform(
    ({ skill_id, user_id, keep_days, resume_ms, ...rest }): RecordingRule => ({
      ...rest,
      skillId: skill_id,
      userId: user_id,
      keepDays: keep_days,
      resumeMs: resume_ms,
    }),
  )
const columns = 'id, name, enabled, act, direction, number, skill_id, user_id, consent, keep_days, resume_ms'
const every = query(row, `SELECT ${columns} FROM recording_rules ORDER BY created_at, id`)
const byId = query(row, `SELECT ${columns} FROM recording_rules WHERE id = ?`)
const mostRules = 200

/** Oldest first. */
export function listRecordingRules(db: Database): readonly RecordingRule[] {
  return db.all(every)
}

/** @throws CordboardError `calls.recording-rules-full` */
export function createRecordingRule(db: Database, input: RecordingRuleInput, now: number): RecordingRule {
  return db.transaction(() => {
    if (listRecordingRules(db).length >= mostRules) throw full()
    const id = newId(now)
    db.run(
      `INSERT INTO recording_rules (${columns}, created_at) VALUES (:id, :name, :enabled, :act, :direction, :number,
         :skillId, :userId, :consent, :keepDays, :resumeMs, :now)`,
      { id, now, ...input },
    )
    return getRecordingRule(db, id)
  })
}

/** @throws CordboardError `calls.no-rule` */
export function changeRecordingRule(db: Database, id: string, input: RecordingRuleInput): RecordingRule {
  getRecordingRule(db, id)
  db.run(
    `UPDATE recording_rules SET name = :name, enabled = :enabled, act = :act, direction = :direction, number = :number,
       skill_id = :skillId, user_id = :userId, consent = :consent, keep_days = :keepDays, resume_ms = :resumeMs
     WHERE id = :id`,
    { id, ...input },
  )
  return getRecordingRule(db, id)
}

/** What it recorded is kept as long as usual from then on. */
export function deleteRecordingRule(db: Database, id: string): void {
  db.run('DELETE FROM recording_rules WHERE id = ?', [id])
}

/** @throws CordboardError `calls.no-rule` */
export function getRecordingRule(db: Database, id: string): RecordingRule {
  const found = db.find(byId, [id])
  if (found) return found
  throw new CordboardError('calls.no-rule', 'There is no such recording rule.', { blame: 'user' })
}

function full(): CordboardError {
  const sentence = `There are ${mostRules} recording rules: delete one first.`
  return new CordboardError('calls.recording-rules-full', sentence, { blame: 'user' })
}
