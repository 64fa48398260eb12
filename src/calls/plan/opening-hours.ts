// The opening hours a company keeps, by name: several numbers may follow the same.
import { z } from 'zod'
import type { Holiday, OpeningHours, WeeklyRange } from '#calls/hours.ts'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

export interface NamedHours extends OpeningHours {
  readonly id: string
  readonly name: string
  /** undefined: that of the company. */
  readonly timeZone: string | undefined
}

const minutes = z.int().min(0, 'A day begins at 00:00.').max(1440, 'A day ends at 24:00.')
const isForward = ({ from, to }: { from: number; to: number }) => from < to
const backwards = 'A range ends after it begins; split one that goes over midnight in two.'
const dayRange = z.object({ from: minutes, to: minutes }).refine(isForward, backwards)
const weekly: z.ZodType<readonly WeeklyRange[]> = z
  .array(z.object({ day: z.int().min(1).max(7), from: minutes, to: minutes }).refine(isForward, backwards))
  .max(70, 'These are too many ranges.')
const holidays: z.ZodType<readonly Holiday[]> = z
  .array(
    z.object({
      name: z.string().trim().min(1, 'Name the holiday.').max(60, 'Keep the name under 60 characters.'),
      date: z.iso.date('A date is written as 2026-12-24.'),
      yearly: z.boolean(),
      open: z.array(dayRange).max(10, 'These are too many ranges.'),
    }),
  )
  .max(500, 'These are too many holidays.')

export const hoursInput = z.object({
  name: z.string().trim().min(1, 'Name these hours.').max(60, 'Keep the name under 60 characters.'),
  timeZone: z.string().max(60).refine(isTimeZone, 'This is no time zone; one is Europe/Prague.').nullable(),
  weekly,
  holidays,
})
export type HoursInput = z.infer<typeof hoursInput>

export function listHours(db: Database): readonly NamedHours[] {
  return db.all(allHours)
}

export function findHours(db: Database, id: string): NamedHours | undefined {
  return db.find(hoursById, [id])
}

/** Makes them, or changes those with this id. @throws CordboardError `calls.no-hours` */
export function saveHours(
  db: Database,
  input: HoursInput,
  options: { id?: string; now: number },
): NamedHours {
  const { id = newId(options.now), now } = options
  if (options.id !== undefined && !findHours(db, id)) throw noHours()
  const kept = { id, name: input.name, timeZone: input.timeZone, now }
  db.run(
    `INSERT INTO opening_hours (id, name, time_zone, weekly, holidays, created_at)
     VALUES (:id, :name, :timeZone, :weekly, :holidays, :now)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone, weekly = excluded.weekly,
       holidays = excluded.holidays`,
    { ...kept, weekly: JSON.stringify(input.weekly), holidays: JSON.stringify(input.holidays) },
  )
  return db.get(hoursById, [id])
}

/** Numbers that follow them must be told first: see `numbersWithHours`. @throws CordboardError `calls.no-hours` */
export function removeHours(db: Database, id: string): void {
  if (db.run('DELETE FROM opening_hours WHERE id = ?', [id]).changes === 0) throw noHours()
}

export function noHours(): CordboardError {
  return new CordboardError('calls.no-hours', 'There are no such opening hours here.', { blame: 'user' })
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    time_zone: z.string().nullable(),
    weekly: json(weekly),
    holidays: json(holidays),
  })
  .transform(({ time_zone, ...rest }): NamedHours => ({ ...rest, timeZone: time_zone ?? undefined }))
const columns = 'id, name, time_zone, weekly, holidays'
const allHours = query(row, `SELECT ${columns} FROM opening_hours ORDER BY name, id`)
const hoursById = query(row, `SELECT ${columns} FROM opening_hours WHERE id = ?`)
