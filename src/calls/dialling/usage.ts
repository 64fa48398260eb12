// How much was called so far: counted from the rows of calls, so a restart forgets nothing.
import { z } from 'zod'
import { localTime, momentInZone } from '#calls/local-time.ts'
import { kindOfNumber } from '#people/phone-number.ts'
import { type Database, query } from '#store/database.ts'

export interface Usage {
  readonly callsAtOnce: number
  readonly callsPerDay: number
  readonly minutesPerDay: number
  readonly abroadCallsPerHour: number
  readonly abroadMinutesPerHour: number
}

export interface UsageQuestion {
  readonly now: number
  /** The company's midnight. */
  readonly dayStart: number
  readonly home: string
}

const hourMs = 3600_000

/** Calls out, and what was placed to the outside within other calls: a transfer counts as the call of who made it. */
const placed = `(
  SELECT placed_by, party_number, started_at, answered_at, ended_at FROM calls
   WHERE direction = 'out' AND refused_by IS NULL AND (started_at >= :since OR ended_at IS NULL)
  UNION ALL
  SELECT account_id, account_number, min(started_at), max(answered_at),
    CASE WHEN count(*) = count(ended_at) THEN max(ended_at) END
   FROM call_legs WHERE account_id IS NOT NULL AND (started_at >= :since OR ended_at IS NULL)
   GROUP BY call_id, account_id, account_number)`

const sumsOf = query(
  z.object({ open: z.int(), calls: z.int(), talked_ms: z.int() }),
  `SELECT count(*) FILTER (WHERE ended_at IS NULL) AS open, count(*) FILTER (WHERE started_at >= :dayStart) AS calls,
     coalesce(sum(max(0, coalesce(ended_at, :now) - answered_at)) FILTER (WHERE started_at >= :dayStart), 0) AS talked_ms
   FROM ${placed} WHERE :userId IS NULL OR placed_by = :userId`,
)
const ofLastHour = query(
  z.object({ party_number: z.string(), placed_by: z.string().nullable(), talked_ms: z.int() }),
  `SELECT party_number, placed_by, coalesce(max(0, coalesce(ended_at, :now) - answered_at), 0) AS talked_ms
   FROM ${placed} WHERE started_at >= :since AND party_number LIKE '+%'`,
)

/** Of the whole company and of the person. Each figure is counted when it is asked for: most calls meet no limit that asks. */
export function usageOf(
  db: Database,
  question: UsageQuestion & { readonly userId: string | undefined },
): { readonly company: Usage; readonly person: Usage } {
  const { now, dayStart, home, userId } = question
  const abroad = once(() =>
    db
      .all(ofLastHour, { now, since: now - hourMs })
      .filter((call) => kindOfNumber(call.party_number).country !== home),
  )
  const usage = (ofUser: string | null): Usage => {
    const sums = once(() => db.get(sumsOf, { now, dayStart, since: dayStart, userId: ofUser }))
    const calls = once(() => abroad().filter((call) => ofUser === null || call.placed_by === ofUser))
    return {
      get callsAtOnce() {
        return sums().open
      },
      get callsPerDay() {
        return sums().calls
      },
      get minutesPerDay() {
        return minutesOf(sums().talked_ms)
      },
      get abroadCallsPerHour() {
        return calls().length
      },
      get abroadMinutesPerHour() {
        return minutesOf(calls().reduce((sum, call) => sum + call.talked_ms, 0))
      },
    }
  }
  return { company: usage(null), person: userId === undefined ? none : usage(userId) }
}

function once<T>(count: () => T): () => T {
  let counted: { readonly value: T } | undefined
  return () => {
    counted ??= { value: count() }
    return counted.value
  }
}

const none: Usage = {
  callsAtOnce: 0,
  callsPerDay: 0,
  minutesPerDay: 0,
  abroadCallsPerHour: 0,
  abroadMinutesPerHour: 0,
}

function minutesOf(ms: number): number {
  return Math.floor(ms / 60_000)
}

/** The last midnight there. */
export function dayStartOf(now: number, timeZone: string): number {
  return momentInZone(localTime(now, timeZone).date, 0, timeZone)
}
