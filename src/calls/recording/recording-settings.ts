// How long recordings are kept when no rule says otherwise.
import { z } from 'zod'
import { json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

const days = z.int().min(1).max(36_500).nullable()

/** null: until somebody deletes them. */
export const recordingSettingsShape = z.object({
  keepDays: days.default(null),
  keepVoicemailDays: days.default(null),
})
export type RecordingSettings = z.output<typeof recordingSettingsShape>

const kept = query(
  z.object({ settings: json(recordingSettingsShape) }),
  'SELECT settings FROM recording_settings WHERE only = 1',
)

export function recordingSettings(db: Database): RecordingSettings {
  return db.find(kept, [])?.settings ?? recordingSettingsShape.parse({})
}

export function saveRecordingSettings(db: Database, settings: RecordingSettings): void {
  db.run(
    `INSERT INTO recording_settings (only, settings) VALUES (1, :settings)
     ON CONFLICT (only) DO UPDATE SET settings = excluded.settings`,
    { settings: JSON.stringify(settings) },
  )
}
