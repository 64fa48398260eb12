// How parking, pickup and supervising work in a company, as its admins set it.
import { z } from 'zod'
import { json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

const second = 1_000

export const featureSettingsShape = z.object({
  /** A parked call comes back to who parked it after this long. */
  parkReturnMs: z
    .int()
    .min(10 * second, 'A parked call waits at least 10 seconds.')
    .max(3_600 * second, 'A parked call comes back within an hour.')
    .default(180 * second),
  /** Whose ringing calls a person may take: of those who share a skill, or of everybody. */
  pickup: z.enum(['everybody', 'skill']).default('everybody'),
  /** A tone tells both sides when somebody begins to listen. */
  superviseTone: z.boolean().default(false),
})
export type FeatureSettings = z.output<typeof featureSettingsShape>

const kept = query(
  z.object({ settings: json(featureSettingsShape) }),
  'SELECT settings FROM feature_settings WHERE only = 1',
)

export function featureSettings(db: Database): FeatureSettings {
  return db.find(kept, [])?.settings ?? featureSettingsShape.parse({})
}

export function saveFeatureSettings(db: Database, settings: FeatureSettings): void {
  db.run(
    'INSERT INTO feature_settings (only, settings) VALUES (1, :settings) ON CONFLICT (only) DO UPDATE SET settings = excluded.settings',
    { settings: JSON.stringify(settings) },
  )
}
