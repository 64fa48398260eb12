// The rows of calls, their legs and recordings. Every write is an upsert, so that one which failed can simply be made again.
import { z } from 'zod'
import { json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { appendFact } from '#store/facts.ts'
import type { Call, Direction } from './call.ts'
import { personOf, waitMs } from './call.ts'
import type { LegAccount } from './call-leg.ts'
import type { CallFact } from './facts.ts'

/** One SIP leg of a call as it is kept. */
export interface LegRow {
  readonly id: string
  readonly callId: string
  readonly direction: 'in' | 'out'
  readonly userId: string | undefined
  readonly phoneId: string | undefined
  readonly trunkId: string | undefined
  readonly account: LegAccount | undefined
  readonly sipCallId: string
  readonly startedAt: number
  readonly answeredAt: number | undefined
  readonly endedAt: number | undefined
  readonly endedWhy: string | undefined
  readonly quality:
    | {
        readonly codec: string
        readonly mos: number | undefined
        readonly lossRatio: number
        readonly jitterMs: number
      }
    | undefined
}

/** A call left open in the database: what recovery needs of it. */
export interface OpenCallRow {
  readonly id: string
  readonly direction: Direction
  readonly startedAt: number
  readonly answeredAt: number | undefined
  readonly talkMs: number
}

/** Writes the call's row and its facts. Call it inside a transaction. */
export function writeCall(db: Database, call: Call, facts: readonly CallFact[]): void {
  const ended = call.state.kind === 'ended' ? call.state : undefined
  db.run(upsertCall, {
    id: call.id,
    direction: call.direction,
    // The row knows no passing: whoever is passed on waits, as on hold.
    state: call.state.kind === 'passing' ? 'held' : call.state.kind,
    partyNumber: call.party.number ?? null,
    partyName: call.party.name ?? null,
    contactId: call.party.contactId ?? null,
    number: call.number ?? null,
    trunkId: call.trunkId ?? null,
    skills: JSON.stringify(call.skills),
    placedBy: call.placedBy ?? null,
    taskId: call.taskId ?? null,
    userId: personOf(call) ?? null,
    startedAt: call.started.at,
    answeredAt: call.answered?.at ?? null,
    endedAt: ended?.at ?? null,
    outcome: ended?.outcome ?? null,
    endedBy: ended?.by ?? null,
    sentence: ended?.sentence ?? null,
    waitMs: waitMs(call, call.answered ?? call.started),
    talkMs: call.talkMs,
    heldMs: call.heldMs,
  })
  for (const fact of facts) {
    if (fact.kind === 'call-ended')
      db.run('UPDATE calls SET wait_ms = ? WHERE id = ?', [fact.body.waitMs, call.id])
    appendFact(db, { kind: fact.kind, at: fact.body.at, body: fact.body })
  }
}

export function writeLeg(db: Database, leg: LegRow): void {
  db.run(upsertLeg, {
    id: leg.id,
    callId: leg.callId,
    direction: leg.direction,
    userId: leg.userId ?? null,
    phoneId: leg.phoneId ?? null,
    trunkId: leg.trunkId ?? null,
    accountId: leg.account?.userId ?? null,
    accountNumber: leg.account?.number ?? null,
    sipCallId: leg.sipCallId,
    startedAt: leg.startedAt,
    answeredAt: leg.answeredAt ?? null,
    endedAt: leg.endedAt ?? null,
    endedWhy: leg.endedWhy ?? null,
    codec: leg.quality?.codec ?? null,
    mos: leg.quality?.mos ?? null,
    lossRatio: leg.quality?.lossRatio ?? null,
    jitterMs: leg.quality?.jitterMs ?? null,
  })
}

/** Who is at the other end of a call, and which of our numbers it is about. */
export interface CallParty {
  readonly partyNumber: string | undefined
  readonly partyName: string | undefined
  readonly number: string | undefined
}

export function findCallParty(db: Database, callId: string): CallParty | undefined {
  return db.find(partyOfCall, [callId])
}

/** Calls without an end: after a start of the program, those a crash cut off. */
export function openCallRows(db: Database): readonly OpenCallRow[] {
  return db.all(openCalls)
}

/** Closes a call left open and the legs of it. Call it inside a transaction, with its `call-ended` fact. */
export function closeInterrupted(db: Database, id: string, end: { at: number; sentence: string }): void {
  db.run(
    `UPDATE calls SET state = 'ended', ended_at = :at, outcome = 'interrupted', ended_by = 'system', sentence = :sentence
     WHERE id = :id AND ended_at IS NULL`,
    { id, ...end },
  )
  db.run(
    'UPDATE call_legs SET ended_at = :at, ended_why = :sentence WHERE call_id = :id AND ended_at IS NULL',
    { id, ...end },
  )
}

const openCalls = query(
  z
    .object({
      id: z.string(),
      direction: z.enum(['in', 'out', 'internal']),
      started_at: z.int(),
      answered_at: z.int().nullable(),
      talk_ms: z.int(),
    })
    .transform(
      (row): OpenCallRow => ({
        id: row.id,
        direction: row.direction,
        startedAt: row.started_at,
        answeredAt: row.answered_at ?? undefined,
        talkMs: row.talk_ms,
      }),
    ),
  'SELECT id, direction, started_at, answered_at, talk_ms FROM calls WHERE ended_at IS NULL ORDER BY started_at',
)

const upsertCall = `
  INSERT INTO calls (id, direction, state, party_number, party_name, contact_id, number, trunk_id, skills,
    placed_by, task_id, user_id, started_at, answered_at, ended_at, outcome, ended_by, sentence, wait_ms, talk_ms, held_ms)
  VALUES (:id, :direction, :state, :partyNumber, :partyName, :contactId, :number, :trunkId, :skills,
    :placedBy, :taskId, :userId, :startedAt, :answeredAt, :endedAt, :outcome, :endedBy, :sentence, :waitMs, :talkMs, :heldMs)
  ON CONFLICT (id) DO UPDATE SET state = excluded.state, skills = excluded.skills, number = excluded.number, trunk_id = excluded.trunk_id,
    user_id = coalesce(excluded.user_id, user_id), answered_at = excluded.answered_at, ended_at = excluded.ended_at,
    outcome = excluded.outcome, ended_by = excluded.ended_by, sentence = excluded.sentence, wait_ms = excluded.wait_ms,
    talk_ms = excluded.talk_ms, held_ms = excluded.held_ms`

const upsertLeg = `
  INSERT INTO call_legs (id, call_id, direction, user_id, phone_id, trunk_id, account_id, account_number, sip_call_id, started_at, answered_at,
    ended_at, ended_why, codec, mos, loss_ratio, jitter_ms)
  VALUES (:id, :callId, :direction, :userId, :phoneId, :trunkId, :accountId, :accountNumber, :sipCallId, :startedAt, :answeredAt,
    :endedAt, :endedWhy, :codec, :mos, :lossRatio, :jitterMs)
  ON CONFLICT (id) DO UPDATE SET call_id = excluded.call_id, answered_at = excluded.answered_at, ended_at = excluded.ended_at,
    ended_why = excluded.ended_why, codec = excluded.codec, mos = excluded.mos, loss_ratio = excluded.loss_ratio,
    jitter_ms = excluded.jitter_ms`

/** Skill ids as JSON text. */
export const skillList = json(z.array(z.string()))

const partyOfCall = query(
  z
    .object({
      party_number: z.string().nullable(),
      party_name: z.string().nullable(),
      number: z.string().nullable(),
    })
    .transform(
      (row): CallParty => ({
        partyNumber: row.party_number ?? undefined,
        partyName: row.party_name ?? undefined,
        number: row.number ?? undefined,
      }),
    ),
  'SELECT party_number, party_name, number FROM calls WHERE id = ?',
)
