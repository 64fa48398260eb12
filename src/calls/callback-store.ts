// Callers who asked to be called back: rows that keep their place in line, also over a restart.
import { z } from 'zod'
import { type Database, query } from '#store/database.ts'
import { skillList } from './call-store.ts'

export interface Callback {
  readonly id: string
  /** The call in which it was asked for. */
  readonly callId: string
  /** Whom to call, E.164. */
  readonly partyNumber: string
  /** Our number they had called. */
  readonly number: string
  readonly skills: readonly string[]
  /** The place in line. */
  readonly joinedAt: number
  readonly askedAt: number
  readonly attempts: number
}

export function insertCallback(db: Database, callback: Callback): void {
  db.run(
    `INSERT INTO callbacks (id, call_id, party_number, number, skills, joined_at, asked_at, attempts)
     VALUES (:id, :callId, :partyNumber, :number, :skills, :joinedAt, :askedAt, :attempts)`,
    { ...callback, skills: JSON.stringify(callback.skills) },
  )
}

export function countCallbackAttempt(db: Database, id: string): void {
  db.run('UPDATE callbacks SET attempts = attempts + 1 WHERE id = ?', [id])
}

export function finishCallback(db: Database, id: string, end: { at: number; sentence: string }): void {
  db.run('UPDATE callbacks SET done_at = :at, sentence = :sentence WHERE id = :id AND done_at IS NULL', {
    id,
    ...end,
  })
}

/** In their order. */
export function waitingCallbacks(db: Database): readonly Callback[] {
  return db.all(waiting)
}

const waiting = query(
  z
    .object({
      id: z.string(),
      call_id: z.string(),
      party_number: z.string(),
      number: z.string(),
      skills: skillList,
      joined_at: z.int(),
      asked_at: z.int(),
      attempts: z.int(),
    })
    .transform(
      (row): Callback => ({
        id: row.id,
        callId: row.call_id,
        partyNumber: row.party_number,
        number: row.number,
        skills: row.skills,
        joinedAt: row.joined_at,
        askedAt: row.asked_at,
        attempts: row.attempts,
      }),
    ),
  `SELECT id, call_id, party_number, number, skills, joined_at, asked_at, attempts FROM callbacks
   WHERE done_at IS NULL ORDER BY joined_at, id`,
)
