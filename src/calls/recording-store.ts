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
  /** The rule it was made by: its id, and its name as it was then. */
  readonly ruleId?: string | undefined
  readonly rule?: string | undefined
  /** Stretches left out, in order. */
  readonly pauses?: readonly Pause[] | undefined
  /** While it is held nothing deletes it. */
  readonly held?: Hold | undefined
  /** Proof of deletion: nothing but this row is left. */
  readonly deleted?: Deletion | undefined
}

export interface Pause {
  /** Where in the file, in ms. */
  readonly atMs: number
  readonly ms: number
  readonly userId: string
}

export interface Hold {
  readonly at: number
  readonly by: string
  readonly reason: string
}

export interface Deletion {
  readonly at: number
  /** undefined: its time was over. */
  readonly by: string | undefined
  readonly why: string
  /** Of the file as it was, in hex; undefined: the file was gone before. */
  readonly sha256: string | undefined
}

export interface Voicemail {
  readonly mailTo: readonly string[]
}

export function writeRecording(db: Database, row: RecordingRow): void {
  db.run(
    `INSERT INTO recordings (id, call_id, state, file, started_at, duration_ms, bytes, repaired, sentence, voicemail, rule_id, rule, pauses)
     VALUES (:id, :callId, :state, :file, :startedAt, :durationMs, :bytes, :repaired, :sentence, :voicemail, :ruleId, :rule, :pauses)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, duration_ms = excluded.duration_ms, bytes = excluded.bytes,
       repaired = excluded.repaired, sentence = excluded.sentence, pauses = excluded.pauses`,
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
      ruleId: row.ruleId ?? null,
      rule: row.rule ?? null,
      pauses: JSON.stringify(row.pauses ?? []),
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

/** For playing: by id; undefined while it is not ready, and when it was deleted. */
export function findReadyRecording(db: Database, id: string): RecordingRow | undefined {
  return db.find(readyRow, [id])
}

/** In whatever state. */
export function findRecording(db: Database, id: string): RecordingRow | undefined {
  return db.find(anyRow, [id])
}

/** Held until it is released; false when there is none left to hold. */
export function holdRecording(db: Database, id: string, hold: Hold | undefined): boolean {
  const { changes } = db.run(
    'UPDATE recordings SET held_at = :at, held_by = :by, held_reason = :reason WHERE id = :id AND deleted_at IS NULL',
    { id, at: hold?.at ?? null, by: hold?.by ?? null, reason: hold?.reason ?? null },
  )
  return changes > 0
}

/** Puts the proof in its place; false when it is held or deleted already. The file is to be taken off the disk after the commit. */
export function markDeleted(db: Database, id: string, deletion: Deletion): boolean {
  const { changes } = db.run(
    `UPDATE recordings SET deleted_at = :at, deleted_by = :by, deleted_why = :why, sha256 = :sha256
     WHERE id = :id AND state = 'ready' AND deleted_at IS NULL AND held_at IS NULL`,
    { id, at: deletion.at, by: deletion.by ?? null, why: deletion.why, sha256: deletion.sha256 ?? null },
  )
  return changes > 0
}

/** The file is off the disk. */
export function markErased(db: Database, id: string, at: number): void {
  db.run('UPDATE recordings SET erased_at = :at WHERE id = :id', { id, at })
}

/** Deleted, but their files may be on the disk still. */
export function unerasedRecordings(db: Database): readonly RecordingRow[] {
  return db.all(unerasedRows)
}

/** Whose time is over now: that of their rule as it is now, else the usual one. Never a held one; the oldest first. */
export function expiredRecordings(
  db: Database,
  options: {
    readonly now: number
    readonly keepDays: number | null
    readonly keepVoicemailDays: number | null
  },
): readonly ExpiredRecording[] {
  return db.all(expiredRows, { ...options })
}

export interface ExpiredRecording {
  readonly id: string
  readonly callId: string
  readonly keepDays: number
  /** The rule that says so; undefined: the usual time of the company. */
  readonly rule: string | undefined
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
    rule_id: z.string().nullable(),
    rule: z.string().nullable(),
    pauses: json(z.array(z.object({ atMs: z.int(), ms: z.int(), userId: z.string() }))),
    held_at: z.int().nullable(),
    held_by: z.string().nullable(),
    held_reason: z.string().nullable(),
    deleted_at: z.int().nullable(),
    deleted_by: z.string().nullable(),
    deleted_why: z.string().nullable(),
    sha256: z.string().nullable(),
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
      ruleId: found.rule_id ?? undefined,
      rule: found.rule ?? undefined,
      pauses: found.pauses,
      held:
        found.held_at === null
          ? undefined
          : { at: found.held_at, by: found.held_by ?? '', reason: found.held_reason ?? '' },
      deleted:
        found.deleted_at === null
          ? undefined
          : {
              at: found.deleted_at,
              by: found.deleted_by ?? undefined,
              why: found.deleted_why ?? '',
              sha256: found.sha256 ?? undefined,
            },
    }),
  )
const columns =
  `id, call_id, state, file, started_at, duration_ms, bytes, repaired, sentence, voicemail, rule_id, rule, pauses, ` +
  `held_at, held_by, held_reason, deleted_at, deleted_by, deleted_why, sha256`
const openRows = query(row, `SELECT ${columns} FROM recordings WHERE state = 'open' ORDER BY started_at, id`)
const readyRow = query(
  row,
  `SELECT ${columns} FROM recordings WHERE id = ? AND state = 'ready' AND deleted_at IS NULL`,
)
const anyRow = query(row, `SELECT ${columns} FROM recordings WHERE id = ?`)
const unerasedRows = query(
  row,
  `SELECT ${columns} FROM recordings WHERE deleted_at IS NOT NULL AND erased_at IS NULL LIMIT 500`,
)
const expiredRows = query(
  z.object({ id: z.string(), call_id: z.string(), days: z.int(), rule: z.string().nullable() }).transform(
    (found): ExpiredRecording => ({
      id: found.id,
      callId: found.call_id,
      keepDays: found.days,
      rule: found.rule ?? undefined,
    }),
  ),
  `SELECT id, call_id, days, rule FROM (
     SELECT r.id, r.call_id, r.started_at, iif(u.keep_days IS NULL, NULL, u.name) AS rule,
       coalesce(u.keep_days, iif(r.voicemail IS NULL, :keepDays, :keepVoicemailDays)) AS days
     FROM recordings r LEFT JOIN recording_rules u ON u.id = r.rule_id
     WHERE r.state = 'ready' AND r.deleted_at IS NULL AND r.held_at IS NULL
   ) WHERE days IS NOT NULL AND started_at <= :now - days * 86400000 ORDER BY started_at LIMIT 200`,
)
const callRows = query(row, `SELECT ${columns} FROM recordings WHERE call_id = ? ORDER BY started_at, id`)
