// What holds for one person who calls out: the number shown, how far they may call, limits of their own.
import { z } from 'zod'
import { bool, json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { limitsShape } from './calling-rules.ts'

/** A missing limit is the company's for each person. */
export const ownLimits = z.object({
  callsAtOnce: limitsShape.shape.callsAtOnce.unwrap().optional(),
  callsPerDay: limitsShape.shape.callsPerDay.unwrap().optional(),
  minutesPerDay: limitsShape.shape.minutesPerDay.unwrap().optional(),
  abroadCallsPerHour: limitsShape.shape.abroadCallsPerHour.unwrap().optional(),
  abroadMinutesPerHour: limitsShape.shape.abroadMinutesPerHour.unwrap().optional(),
})

export const callerSettingsShape = z.object({
  callerId: z
    .string()
    .regex(/^\+[1-9]\d{4,14}$/, 'must be a number like +420222333444')
    .nullable(),
  withheld: z.boolean(),
  reach: z.enum(['outside', 'national', 'internal']),
  limits: ownLimits,
  location: z.string().trim().max(200),
})
export type CallerSettings = z.output<typeof callerSettingsShape>

const usual: CallerSettings = { callerId: null, withheld: false, reach: 'outside', limits: {}, location: '' }

const row = z
  .object({
    user_id: z.string(),
    caller_id: z.string().nullable(),
    withheld: bool,
    reach: z.enum(['outside', 'national', 'internal']),
    limits: json(ownLimits),
    location: z.string(),
  })
  .transform(({ user_id, caller_id, ...rest }) => ({ userId: user_id, callerId: caller_id, ...rest }))
const ofUser = query(row, 'SELECT * FROM caller_settings WHERE user_id = ?')

export function callerSettings(db: Database, userId: string): CallerSettings {
  const found = db.find(ofUser, [userId])
  if (!found) return usual
  const { userId: _, ...settings } = found
  return settings
}

export function saveCallerSettings(db: Database, userId: string, settings: CallerSettings): void {
  db.run(
    `INSERT INTO caller_settings (user_id, caller_id, withheld, reach, limits, location)
     VALUES (:userId, :callerId, :withheld, :reach, :limits, :location)
     ON CONFLICT (user_id) DO UPDATE SET caller_id = excluded.caller_id, withheld = excluded.withheld,
       reach = excluded.reach, limits = excluded.limits, location = excluded.location`,
    {
      userId,
      callerId: settings.callerId,
      withheld: settings.withheld ? 1 : 0,
      reach: settings.reach,
      limits: JSON.stringify(settings.limits),
      location: settings.location,
    },
  )
}
