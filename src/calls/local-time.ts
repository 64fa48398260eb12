// What clocks on the wall show in a time zone, and back: through the days on which they are set forward and back.

export interface LocalTime {
  /** `2026-11-20` */
  readonly date: string
  /** ISO 8601: 1 is Monday. */
  readonly weekday: number
  /** Of the day, 0..1439. */
  readonly minutes: number
}

const minuteMs = 60_000
const formats = new Map<string, Intl.DateTimeFormat>()

export function localTime(at: number, timeZone: string): LocalTime {
  const shown = new Date(at + offsetMs(at, timeZone))
  return {
    date: shown.toISOString().slice(0, 10),
    weekday: ((shown.getUTCDay() + 6) % 7) + 1,
    minutes: shown.getUTCHours() * 60 + shown.getUTCMinutes(),
  }
}

/** When clocks there show this; of a time shown twice the first, of one left out the moment after. */
export function momentInZone(date: string, minutes: number, timeZone: string): number {
  const asUtc = Date.parse(`${date}T00:00:00Z`) + minutes * minuteMs
  const guesses = [-1, 1].map((side) => asUtc - offsetMs(asUtc + side * 24 * 60 * minuteMs, timeZone))
  const exact = guesses.filter((guess) => guess + offsetMs(guess, timeZone) === asUtc)
  return exact.length > 0 ? Math.min(...exact) : Math.max(...guesses)
}

/** How far clocks there are ahead of UTC at that moment. */
function offsetMs(at: number, timeZone: string): number {
  const format = formats.get(timeZone) ?? newFormat(timeZone)
  const part = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const field = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? 0
  const shown = Date.UTC(
    field('year'),
    field('month') - 1,
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  )
  return shown - Math.floor(at / 1000) * 1000
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric'
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric },
  })
  formats.set(timeZone, format)
  return format
}
