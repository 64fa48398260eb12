// What a company allows to be dialled, as its admins set it: countries, limits, the lock after hours, emergency calls.
import { z } from 'zod'
import { json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

const limit = z.int().min(0).max(1_000_000).nullable()

/** null: no limit. 0: none at all. */
export const limitsShape = z.object({
  callsAtOnce: limit.default(null),
  callsPerDay: limit.default(null),
  minutesPerDay: limit.default(null),
  abroadCallsPerHour: limit.default(null),
  abroadMinutesPerHour: limit.default(null),
})
export type Limits = z.output<typeof limitsShape>

const e164 = z.string().regex(/^\+[1-9]\d{4,14}$/, 'must be a number like +420222333444')
const prefix = z.string().regex(/^\+?\d{1,15}$/, 'must be the beginning of a number like +4202')
const country = z.string().regex(/^([A-Z]{2}|001)$/, 'must be a country code like DE')

/**
 * Without a row nothing abroad, nothing at premium rates. The budget for calls abroad per hour is there from the start: stolen
 * credentials are used at night and cost by the minute.
 */
export const callingRulesShape = z.object({
  /** Dialled first on phones to get an outside line; '' when nothing is. */
  outsideLine: z
    .string()
    .regex(/^\d{0,3}$/, 'has up to three digits')
    .default(''),
  /** Besides the company's own: ISO 3166-1 alpha-2, `001` for satellite phones. */
  countries: z.array(country).max(260).default([]),
  premium: z.boolean().default(false),
  /** Beginnings of numbers that are always allowed, whatever the country, the type or the hour. */
  alwaysAllowed: z.array(prefix).max(200).default([]),
  /** The opening hours outside of which only colleagues, emergency numbers and those always allowed are called. */
  lockOutside: z.string().max(64).nullable().default(null),
  company: limitsShape.default({
    callsAtOnce: null,
    callsPerDay: null,
    minutesPerDay: null,
    abroadCallsPerHour: 60,
    abroadMinutesPerHour: 300,
  }),
  /** Of each person, unless the person has limits of their own. */
  person: limitsShape.default({
    callsAtOnce: null,
    callsPerDay: null,
    minutesPerDay: null,
    abroadCallsPerHour: null,
    abroadMinutesPerHour: null,
  }),
  emergency: z
    .object({
      /** Shown on emergency calls instead of the usual number. */
      callerId: e164.nullable().default(null),
      /** Where the company is, for the admins who are told. */
      location: z.string().trim().max(200).default(''),
    })
    .default({ callerId: null, location: '' }),
})
export type CallingRules = z.output<typeof callingRulesShape>

const kept = query(z.object({ rules: z.string() }), 'SELECT rules FROM calling_rules WHERE only = 1')
const rulesAsText = json(callingRulesShape)
/** Asked several times per call, and long when many countries are allowed: the same text is checked once. */
const checked = new WeakMap<Database, { readonly text: string; readonly rules: CallingRules }>()

export function callingRules(db: Database): CallingRules {
  const text = db.find(kept, [])?.rules ?? '{}'
  const known = checked.get(db)
  if (known?.text === text) return known.rules
  const rules = rulesAsText.parse(text)
  checked.set(db, { text, rules })
  return rules
}

export function saveCallingRules(db: Database, rules: CallingRules): void {
  db.run(
    'INSERT INTO calling_rules (only, rules) VALUES (1, :rules) ON CONFLICT (only) DO UPDATE SET rules = excluded.rules',
    { rules: JSON.stringify(rules) },
  )
}
