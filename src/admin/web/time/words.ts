// Times in short words, in the reader's own time zone.

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'short' })
const dateFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const dateYearFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })

/** `04:10`, `1:04:10`: a running timer. */
export function timerWords(ms: number): string {
  const total = Math.max(0, Math.floor(ms / second))
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const tail = `${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`
  return h > 0 ? `${h}:${tail}` : tail
}

/** `now`, `4 min`, `3 h`, `2 d`: how old something is. */
export function ageWords(ms: number): string {
  if (ms < minute) return 'now'
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < day) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / day)} d`
}

/** `14:30`, `tomorrow 09:00`, `Tue 09:00`, `3 Dec`: a planned time. */
export function dueWords(at: number, now: number): string {
  const days = daysBetween(now, at)
  const clock = clockFormat.format(at)
  if (days === 0) return clock
  if (days === 1) return `tomorrow ${clock}`
  if (days === -1) return `yesterday ${clock}`
  if (days > 1 && days < 7) return `${dayFormat.format(at)} ${clock}`
  return dateWords(at, now)
}

/** `14:30`, `yesterday 14:30`, `3 Dec 14:30`: when something happened. */
export function momentWords(at: number, now: number): string {
  const days = daysBetween(now, at)
  const clock = clockFormat.format(at)
  if (days === 0) return clock
  if (days === -1) return `yesterday ${clock}`
  return `${dateWords(at, now)} ${clock}`
}

export function clockWords(at: number): string {
  return clockFormat.format(at)
}

export function fullWords(at: number): string {
  return fullFormat.format(at)
}

function dateWords(at: number, now: number): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return (sameYear ? dateFormat : dateYearFormat).format(at)
}

/** Calendar days from `from` to `to`, whatever summer time did in between. */
function daysBetween(from: number, to: number): number {
  const midnight = (at: number) => new Date(at).setHours(12, 0, 0, 0)
  return Math.round((midnight(to) - midnight(from)) / day)
}
