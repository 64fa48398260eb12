// The rows of call statistics.
import { z } from 'zod'
import type { Call, Step } from '#calls/call.ts'
import { writeCall } from '#calls/call-store.ts'
import { json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { durationsOf, type Tally } from './tally.ts'

/** The call's row, its facts and what was counted. Call it inside a transaction. */
export function writeCounted(db: Database, { call, facts }: Step, tally: Tally): void {
  writeCall(db, call, facts)
  writeTally(db, call, tally)
}

/** Call it in the transaction of the step it counts. */
export function writeTally(db: Database, call: Call, tally: Tally): void {
  const { length, ...of } = durationsOf(tally)
  db.run(upsert, {
    callId: call.id,
    startedAt: call.started.at,
    endedAt: call.state.kind === 'ended' ? call.state.at : null,
    length,
    ...of,
    transfers: call.transfers,
    firstUser: tally.people[0]?.userId ?? null,
    lastUser: tally.lastUser ?? null,
    abandonedIn: tally.abandonedIn ?? null,
    path: JSON.stringify(tally.path),
    offers: JSON.stringify(
      tally.offers.map(({ ms, why, ...rest }) => ({ ...rest, ms: ms ?? null, why: why ?? null })),
    ),
    people: JSON.stringify(
      tally.people.map(({ userId, talkMs, holdMs, consultMs }) => ({
        userId,
        talkMs: Math.round(talkMs),
        holdMs: Math.round(holdMs),
        consultMs: Math.round(consultMs),
      })),
    ),
  })
}

/** Of a call a crash cut off: what was counted until the last step stays. Call it in the transaction that closes the call. */
export function closeTally(db: Database, callId: string, at: number): void {
  db.run('UPDATE call_statistics SET ended_at = :at WHERE call_id = :callId AND ended_at IS NULL', {
    callId,
    at,
  })
}

const ms = z.int()
const row = z.object({
  callId: z.string(),
  direction: z.enum(['in', 'out', 'internal']),
  party: z.string().nullable(),
  number: z.string().nullable(),
  trunkId: z.string().nullable(),
  outcome: z.string().nullable(),
  endedBy: z.string().nullable(),
  startedAt: ms,
  endedAt: ms,
  lengthMs: ms,
  greetingMs: ms,
  menuMs: ms,
  queueMs: ms,
  ringingMs: ms,
  diallingMs: ms,
  voicemailMs: ms,
  talkMs: ms,
  holdMs: ms,
  consultMs: ms,
  transferMs: ms,
  parkedMs: ms,
  transfers: z.int(),
  firstUser: z.string().nullable(),
  lastUser: z.string().nullable(),
  abandonedIn: z.string().nullable(),
  path: json(z.array(z.string())),
  offers: json(
    z.array(
      z.object({
        userId: z.string(),
        at: ms,
        ms: ms.nullable(),
        outcome: z.string(),
        why: z.string().nullable(),
      }),
    ),
  ),
  people: json(z.array(z.object({ userId: z.string(), talkMs: ms, holdMs: ms, consultMs: ms }))),
  legs: json(
    z.array(
      z.object({
        direction: z.enum(['in', 'out']),
        userId: z.string().nullable(),
        trunkId: z.string().nullable(),
        answered: z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1),
        codec: z.string().nullable(),
        mos: z.number().nullable(),
        lossRatio: z.number().nullable(),
        jitterMs: z.number().nullable(),
      }),
    ),
  ),
})

export type CallStatistics = z.output<typeof row>

/** Calls that began in [from, to) and have ended, oldest first. */
export function callStatistics(
  db: Database,
  range: { readonly from: number; readonly to: number; readonly limit: number },
): readonly CallStatistics[] {
  return db.all(inRange, { ...range })
}

const inRange = query(
  row,
  `SELECT s.call_id AS callId, c.direction, c.party_number AS party, c.number, c.trunk_id AS trunkId, c.outcome,
     c.ended_by AS endedBy, s.started_at AS startedAt, s.ended_at AS endedAt, s.length_ms AS lengthMs,
     s.greeting_ms AS greetingMs, s.menu_ms AS menuMs, s.queue_ms AS queueMs, s.ringing_ms AS ringingMs,
     s.dialling_ms AS diallingMs, s.voicemail_ms AS voicemailMs, s.talk_ms AS talkMs, s.hold_ms AS holdMs,
     s.consult_ms AS consultMs, s.transfer_ms AS transferMs, s.parked_ms AS parkedMs, s.transfers,
     s.first_user AS firstUser, s.last_user AS lastUser, s.abandoned_in AS abandonedIn, s.path, s.offers, s.people,
     (SELECT json_group_array(json_object('direction', l.direction, 'userId', l.user_id, 'trunkId', l.trunk_id,
        'answered', l.answered_at IS NOT NULL, 'codec', l.codec, 'mos', l.mos, 'lossRatio', l.loss_ratio,
        'jitterMs', l.jitter_ms) ORDER BY l.started_at, l.id) FROM call_legs l WHERE l.call_id = s.call_id) AS legs
   FROM call_statistics s JOIN calls c ON c.id = s.call_id
   WHERE s.started_at >= :from AND s.started_at < :to AND s.ended_at IS NOT NULL
   ORDER BY s.started_at, s.call_id LIMIT :limit`,
)

const upsert = `
  INSERT INTO call_statistics (call_id, started_at, ended_at, length_ms, greeting_ms, menu_ms, queue_ms, ringing_ms, dialling_ms,
    voicemail_ms, talk_ms, hold_ms, consult_ms, transfer_ms, parked_ms, transfers, first_user, last_user, abandoned_in, path,
    offers, people)
  VALUES (:callId, :startedAt, :endedAt, :length, :greeting, :menu, :queue, :ringing, :dialling, :voicemail, :talk, :hold,
    :consult, :transfer, :parked, :transfers, :firstUser, :lastUser, :abandonedIn, :path, :offers, :people)
  ON CONFLICT (call_id) DO UPDATE SET ended_at = excluded.ended_at, length_ms = excluded.length_ms,
    greeting_ms = excluded.greeting_ms, menu_ms = excluded.menu_ms, queue_ms = excluded.queue_ms,
    ringing_ms = excluded.ringing_ms, dialling_ms = excluded.dialling_ms, voicemail_ms = excluded.voicemail_ms,
    talk_ms = excluded.talk_ms, hold_ms = excluded.hold_ms, consult_ms = excluded.consult_ms,
    transfer_ms = excluded.transfer_ms, parked_ms = excluded.parked_ms, transfers = excluded.transfers,
    first_user = excluded.first_user, last_user = excluded.last_user, abandoned_in = excluded.abandoned_in,
    path = excluded.path, offers = excluded.offers, people = excluded.people`
