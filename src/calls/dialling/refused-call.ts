// A call that a rule refused is kept: who dialled what, when, and which rule said no.
import { z } from 'zod'
import { partyOfNumber } from '#calls/party.ts'
import type { Refusal } from '#calls/refusal.ts'
import type { Switchboard } from '#calls/switchboard.ts'
import { newId } from '#lib/id.ts'
import { type Database, query } from '#store/database.ts'
import { appendFact } from '#store/facts.ts'
import type { Tenant } from '#store/store.ts'
import type { Decision } from './decide.ts'

type RefusedDecision = Extract<Decision, { kind: 'refused' }>

export interface RefusedAttempt {
  readonly decision: RefusedDecision
  /** As dialled or written. */
  readonly text: string
  readonly userId: string | undefined
  readonly taskId?: string | undefined
}

export interface RefusedCall {
  readonly id: string
  readonly at: number
  readonly userId: string | null
  readonly number: string | null
  readonly name: string | null
  readonly rule: string
  readonly sentence: string
}

/** A phone that tries again and again is one story; one that tries numbers by the hundred fills no disk. */
const sameStoryMs = 10_000
const mostPerHour = 200

const repeated = query(
  z.object({ same: z.int(), hour: z.int() }),
  `SELECT count(*) FILTER (WHERE started_at > :at - ${sameStoryMs} AND party_number = :number AND refused_by = :rule) AS same,
     count(*) AS hour
   FROM calls WHERE refused_by IS NOT NULL AND started_at > :at - 3600000 AND placed_by IS :userId`,
)

/** Writes the row and its fact. Never throws: a refusal stands also where it cannot be kept. */
export function keepRefused(
  switchboard: Pick<Switchboard, 'clock' | 'log' | 'journalOf' | 'numbers' | 'staff'>,
  tenant: Tenant,
  attempt: RefusedAttempt,
): void {
  const { decision, text, userId, taskId } = attempt
  const { rule, sentence, dialled } = decision
  const at = switchboard.clock.now()
  const party = partyOfNumber(
    switchboard,
    tenant,
    dialled.kind === 'invalid' ? text.slice(0, 64) : dialled.number,
  )
  const number = party.number ?? ''
  switchboard.log.info({ tenantId: tenant.id, userId, number, rule }, 'a call was refused')
  switchboard.journalOf(tenant).write((db) => {
    const { same, hour } = db.get(repeated, { at, number, rule, userId: userId ?? null })
    if (same > 0 || hour >= mostPerHour) return
    const callId = newId(at)
    db.run(insert, {
      callId,
      number,
      name: party.name ?? null,
      contactId: party.contactId ?? null,
      userId: userId ?? null,
      taskId: taskId ?? null,
      at,
      sentence,
      rule,
    })
    const who = userId === undefined ? {} : { userId }
    const task = taskId === undefined ? {} : { taskId }
    const body = { callId, at, ...who, ...task, ...party, number, rule, sentence }
    appendFact(db, { kind: 'call-refused', at, body })
  })
}

const insert = `
  INSERT INTO calls (id, direction, state, party_number, party_name, contact_id, skills, placed_by, user_id, task_id, started_at,
    ended_at, outcome, ended_by, sentence, refused_by)
  VALUES (:callId, 'out', 'ended', :number, :name, :contactId, '[]', :userId, :userId, :taskId, :at, :at, 'refused', 'system',
    :sentence, :rule)`

const lately = query(
  z
    .object({
      id: z.string(),
      started_at: z.int(),
      placed_by: z.string().nullable(),
      party_number: z.string().nullable(),
      party_name: z.string().nullable(),
      refused_by: z.string(),
      sentence: z.string(),
    })
    .transform(
      (row): RefusedCall => ({
        id: row.id,
        at: row.started_at,
        userId: row.placed_by,
        number: row.party_number,
        name: row.party_name,
        rule: row.refused_by,
        sentence: row.sentence,
      }),
    ),
  `SELECT id, started_at, placed_by, party_number, party_name, refused_by, sentence FROM calls
   WHERE refused_by IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT ?`,
)

/** Newest first. */
export function refusedCalls(db: Database, limit: number): readonly RefusedCall[] {
  return db.all(lately, [limit])
}

/** How a phone is told: the sentence is what its display shows. */
export function refusalOfDecision({
  status,
  sentence,
}: Pick<RefusedDecision, 'status' | 'sentence'>): Refusal {
  // Displays and servers on the way are safest with ASCII.
  const reason = sentence
    .normalize('NFD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/\.$/, '')
  return status === 403 || status === 404
    ? { status, reason }
    : { status, reason, headers: { 'Retry-After': status === 480 ? '600' : '10' } }
}
