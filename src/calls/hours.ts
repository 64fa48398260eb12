// Opening hours: weekly ranges and holidays in a time zone; open or closed at a moment, why, and when that changes. Pure.
import { type LocalTime, localTime, momentInZone } from './local-time.ts'

/** `from` and `to` are minutes of the day, 0..1440; 1440 is midnight at its end. */
export interface DayRange {
  readonly from: number
  readonly to: number
}

export interface WeeklyRange extends DayRange {
  /** ISO 8601: 1 is Monday. */
  readonly day: number
}

export interface Holiday {
  readonly name: string
  /** `2026-12-24`; the year does not matter when it is yearly. */
  readonly date: string
  readonly yearly: boolean
  /** Open on that day all the same, at these times. */
  readonly open: readonly DayRange[]
}

export interface OpeningHours {
  readonly weekly: readonly WeeklyRange[]
  readonly holidays: readonly Holiday[]
}

export interface HoursVerdict {
  readonly state: 'open' | 'closed' | 'holiday'
  /** For the log and the page: which rule decided. */
  readonly reason: string
  /** When it closes (open) or opens (else); undefined: not within a year. */
  readonly changesAt: number | undefined
}

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const dayMinutes = 1440
/** Somebody may be closed for long; nobody plans further. */
const daysAhead = 400

export function hoursAt(hours: OpeningHours, at: number, timeZone: string): HoursVerdict {
  const local = localTime(at, timeZone)
  const holiday = holidayOf(hours, local.date)
  const now = rangesOf(hours, local).find((range) => contains(range, local.minutes))
  const when = `${dayName(local)} ${clock(local.minutes)}`
  if (now) {
    const rule = holiday ? `open on ${holiday.name}` : `open on ${dayName(local)}`
    const reason = `${rule} ${clock(now.from)}–${clock(now.to)}, it is ${clock(local.minutes)}`
    return { state: 'open', reason, changesAt: closingAfter(hours, local, timeZone) }
  }
  const changesAt = openingAfter(hours, local, { at, timeZone })
  if (holiday) return { state: 'holiday', reason: `holiday: ${holiday.name}`, changesAt }
  const today = rangesOf(hours, local).map((range) => `${clock(range.from)}–${clock(range.to)}`)
  const rule =
    today.length === 0 ? `${dayName(local)} is closed` : `open on ${dayName(local)} ${today.join(', ')}`
  return { state: 'closed', reason: `${rule}, it is ${when}`, changesAt }
}

function holidayOf(hours: OpeningHours, date: string): Holiday | undefined {
  const isOn = (holiday: Holiday) =>
    holiday.yearly ? holiday.date.slice(5) === date.slice(5) : holiday.date === date
  // One that names the year knows better than one of every year.
  return hours.holidays.filter(isOn).sort((a, b) => Number(a.yearly) - Number(b.yearly))[0]
}

/** Of one day, in order. */
function rangesOf(
  hours: OpeningHours,
  { date, weekday }: Pick<LocalTime, 'date' | 'weekday'>,
): readonly DayRange[] {
  const holiday = holidayOf(hours, date)
  const ranges = holiday ? [...holiday.open] : hours.weekly.filter((range) => range.day === weekday)
  return ranges.sort((a, b) => a.from - b.from)
}

function openingAfter(
  hours: OpeningHours,
  local: LocalTime,
  { at, timeZone }: { at: number; timeZone: string },
): number | undefined {
  for (let ahead = 0; ahead <= daysAhead; ahead += 1) {
    const day = dayAfter(local, ahead)
    for (const range of rangesOf(hours, day)) {
      const opens = momentInZone(day.date, range.from, timeZone)
      if (opens > at) return opens
    }
  }
  return undefined
}

/** Ranges that touch are one: 08:00–24:00 and then 00:00–02:00 close at two. */
function closingAfter(hours: OpeningHours, local: LocalTime, timeZone: string): number | undefined {
  let minutes = local.minutes
  for (let ahead = 0; ahead <= daysAhead; ahead += 1) {
    const day = dayAfter(local, ahead)
    const ranges = rangesOf(hours, day)
    for (let on = ranges.find((range) => contains(range, minutes)); on; on = next(ranges, minutes))
      minutes = on.to
    if (minutes < dayMinutes) return momentInZone(day.date, minutes, timeZone)
    minutes = 0
    if (!rangesOf(hours, dayAfter(local, ahead + 1)).some((range) => contains(range, 0)))
      return momentInZone(day.date, dayMinutes, timeZone)
  }
  return undefined
}

function next(ranges: readonly DayRange[], minutes: number): DayRange | undefined {
  return ranges.find((range) => contains(range, minutes))
}

function contains(range: DayRange, minutes: number): boolean {
  return range.from <= minutes && minutes < range.to
}

function dayAfter(local: LocalTime, ahead: number): Pick<LocalTime, 'date' | 'weekday'> {
  const date = new Date(`${local.date}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + ahead)
  return { date: date.toISOString().slice(0, 10), weekday: ((local.weekday - 1 + ahead) % 7) + 1 }
}

function dayName({ weekday }: Pick<LocalTime, 'weekday'>): string {
  return days[weekday - 1] ?? ''
}

/** `08:05`; midnight at the end of a day is `24:00`. */
export function clock(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
