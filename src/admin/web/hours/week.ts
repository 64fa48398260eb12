// Weekly times in words and as fields; times of day are minutes since midnight, 1440 at its end.
import type { HoursInput } from '#admin/plan-view.ts'

export type Weekly = HoursInput['weekly']

export const dayNames = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const
const short = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** `08:00`; the end of the day is `24:00`. */
export function timeWords(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** Undefined for what is no time of day. */
export function readTime(text: string): number | undefined {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text.trim())
  const minutes = found ? Number(found[1]) * 60 + Number(found[2]) : Number.NaN
  return minutes >= 0 && minutes <= 1440 && Number(found?.[2]) < 60 ? minutes : undefined
}

/** Days with the same times together: `Mon–Fri 08:00–17:00, Sat 09:00–12:00`. */
export function weekWords(weekly: Weekly): string {
  const times = dayNames.map((_, i) =>
    weekly
      .filter(({ day }) => day === i + 1)
      .map(({ from, to }) => `${timeWords(from)}–${timeWords(to)}`)
      .join(' and '),
  )
  const groups: { first: number; last: number; time: string }[] = []
  for (const [day, time] of times.entries()) {
    const before = groups.at(-1)
    if (before?.time === time && before.last === day - 1) before.last = day
    else groups.push({ first: day, last: day, time })
  }
  const open = groups.filter(({ time }) => time !== '')
  if (open.length === 0) return 'never open'
  return open
    .map(({ first, last, time }) => `${short[first]}${last > first ? `–${short[last]}` : ''} ${time}`)
    .join(', ')
}

/** A text field per day: `08:00–12:00, 13:00–17:00`. Undefined for what cannot be read. */
export function readDay(text: string, day: number): Weekly | undefined {
  const parts = text.split(',').map((part) => part.trim())
  const ranges = parts.filter(Boolean).map((part) => {
    const [from, to] = part.split(/\s*[-–]\s*/).map(readTime)
    return from !== undefined && to !== undefined && from < to ? { day, from, to } : undefined
  })
  const read = ranges.filter((range) => range !== undefined)
  return read.length === ranges.length ? read : undefined
}

export function dayWords(weekly: Weekly, day: number): string {
  return weekly
    .filter((range) => range.day === day)
    .map(({ from, to }) => `${timeWords(from)}–${timeWords(to)}`)
    .join(', ')
}
