// The rows of recordings. Where their files lie is known to media.
import { z } from 'zod'
import { json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

export interface RecordingRow {
  readonly id: string
  readonly callId: string
  /** `open`: being written, or cut off by a crash. */
  readonly state: 'open' | 'ready' | 'failed'
  /** Relative to the tenant's recordings folder. */
  readonly file: string
  readonly startedAt: number
  readonly durationMs?: number | undefined
  readonly bytes?: number | undefined
  readonly repaired?: boolean | undefined
  /** Why it failed. */
  readonly sentence?: string | undefined
  /** A message somebody left, and who gets a mail with it; undefined: a talk. */
  readonly voicemail?: Voicemail | undefined
}

export interface Voicemail {
  readonly mailTo: readonly string[]
}

export function writeRecording(db: Database, row: RecordingRow): void {
  db.run(
    `INSERT INTO recordings (id, call_id, state, file, started_at, duration_ms, bytes, repaired, sentence, voicemail)
     VALUES (:id, :callId, :state, :file, :startedAt, :durationMs, :bytes, :repaired, :sentence, :voicemail)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, duration_ms = excluded.duration_ms, bytes = excluded.bytes,
       repaired = excluded.repaired, sentence = excluded.sentence`,
    {
      id: row.id,
      callId: row.callId,
      state: row.state,
      file: row.file,
      startedAt: row.startedAt,
      durationMs: row.durationMs ?? null,
      bytes: row.bytes ?? null,
      repaired: row.repaired ?? false,
      sentence: row.sentence ?? null,
      voicemail: row.voicemail ? JSON.stringify(row.voicemail) : null,
    },
  )
}

/** Rows whose file was never finished. */
export function openRecordingRows(db: Database): readonly RecordingRow[] {
  return db.all(openRows)
}

/** Of one call, oldest first, in whatever state. */
export function recordingsOfCall(db: Database, callId: string): readonly RecordingRow[] {
  return db.all(callRows, [callId])
}

/** For playing: by id; undefined while it is not ready. */
export function findReadyRecording(db: Database, id: string): RecordingRow | undefined {
  return db.find(readyRow, [id])
}

const row = z
  .object({
    id: z.string(),
    call_id: z.string(),
    state: z.enum(['open', 'ready', 'failed']),
    file: z.string(),
    started_at: z.int(),
    duration_ms: z.int().nullable(),
    bytes: z.int().nullable(),
    repaired: z.union([z.literal(0), z.literal(1)]),
    sentence: z.string().nullable(),
    voicemail: json(z.object({ mailTo: z.array(z.string()) })).nullable(),
  })
  .transform(
    (found): RecordingRow => ({
      id: found.id,
      callId: found.call_id,
      state: found.state,
      file: found.file,
      startedAt: found.started_at,
      durationMs: found.duration_ms ?? undefined,
      bytes: found.bytes ?? undefined,
      repaired: found.repaired === 1,
      sentence: found.sentence ?? undefined,
      voicemail: found.voicemail ?? undefined,
    }),
  )
const columns = 'id, call_id, state, file, started_at, duration_ms, bytes, repaired, sentence, voicemail'
const openRows = query(row, `SELECT ${columns} FROM recordings WHERE state = 'open' ORDER BY started_at, id`)
const readyRow = query(row, `SELECT ${columns} FROM recordings WHERE id = ? AND state = 'ready'`)
const callRows = query(row, `SELECT ${columns} FROM recordings WHERE call_id = ? ORDER BY started_at, id`)
