// Call statistics as CSV (RFC 4180), one call a line.
import type { CallStatisticsView } from './statistics-view.ts'

const spans = [
  'lengthMs',
  'greetingMs',
  'menuMs',
  'queueMs',
  'ringingMs',
  'diallingMs',
  'voicemailMs',
  'talkMs',
  'holdMs',
  'consultMs',
  'transferMs',
  'parkedMs',
] as const

const columns: readonly (readonly [
  name: string,
  of: (call: CallStatisticsView) => string | number | null,
])[] = [
  ['call', (call) => call.callId],
  ['started', (call) => new Date(call.startedAt).toISOString()],
  ['ended', (call) => new Date(call.endedAt).toISOString()],
  ['direction', (call) => call.direction],
  ['party', (call) => call.party],
  ['number', (call) => call.number],
  ['outcome', (call) => call.outcome],
  ['ended_by', (call) => call.endedBy],
  ['abandoned_in', (call) => call.abandonedIn],
  ...spans.map(
    (span) => [`${span.slice(0, -2)}_s`, (call: CallStatisticsView) => call[span] / 1000] as const,
  ),
  ['transfers', (call) => call.transfers],
  ['first_person', (call) => nameOf(call, call.firstUser)],
  ['last_person', (call) => nameOf(call, call.lastUser)],
  ['path', (call) => call.path.join(' > ')],
  [
    'offers',
    (call) => call.offers.map((one) => `${nameOf(call, one.userId)}: ${one.why ?? one.outcome}`).join('; '),
  ],
  [
    'talks',
    (call) => call.people.map((one) => `${nameOf(call, one.userId)}: ${one.talkMs / 1000}`).join('; '),
  ],
  ['worst_mos', (call) => lowest(call.legs.flatMap(({ mos }) => mos ?? []))],
]

export function statisticsCsv(calls: readonly CallStatisticsView[]): string {
  const lines = [columns.map(([name]) => name), ...calls.map((call) => columns.map(([, of]) => of(call)))]
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('')
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  // A number with + in front is a number; anything else that a spreadsheet would run as a formula gets a quote.
  const isFormula = /^[=@\t\r-]/.test(value) || (value.startsWith('+') && !/^\+\d+$/.test(value))
  const safe = isFormula ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function nameOf({ names }: CallStatisticsView, userId: string | null): string {
  return userId === null ? '' : (names[userId] ?? '')
}

function lowest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values)
}
