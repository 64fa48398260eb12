// Who of ours spoke with a customer last, and how many calls each person answered today: read from the legs of calls.
import { z } from 'zod'
import { query } from '#store/database.ts'
import type { Tenant } from '#store/store.ts'
import type { Party } from './call.ts'
import { localTime, momentInZone } from './local-time.ts'

export interface LastTalk {
  readonly userId: string
  readonly at: number
}

/** Since that moment, by any number of the contact; undefined: nobody did, or the number is withheld. */
export function lastTalkWith(tenant: Pick<Tenant, 'db'>, party: Party, since: number): LastTalk | undefined {
  const { number, contactId } = party
  if (number === undefined && contactId === undefined) return undefined
  return tenant.db.find(lastTalk, { number: number ?? null, contactId: contactId ?? null, since })
}

/** Calls of customers that each person answered since midnight, whoever they were passed on to. */
export function callsToday(
  tenant: Pick<Tenant, 'db' | 'timeZone'>,
  now: number,
): ReadonlyMap<string, number> {
  const midnight = momentInZone(localTime(now, tenant.timeZone).date, 0, tenant.timeZone)
  return new Map(tenant.db.all(answeredSince, [midnight]).map((row) => [row.user_id, row.calls]))
}

// A call that nobody answered has legs too, but none of them with an answer of a person.
const lastTalk = query(
  z
    .object({ user_id: z.string(), answered_at: z.int() })
    .transform((row): LastTalk => ({ userId: row.user_id, at: row.answered_at })),
  `SELECT call_legs.user_id, call_legs.answered_at
   FROM (
     SELECT id FROM calls WHERE party_number = :number AND started_at >= :since AND direction != 'internal'
     UNION SELECT id FROM calls WHERE contact_id = :contactId AND started_at >= :since AND direction != 'internal'
   ) AS theirs
   JOIN calls ON calls.id = theirs.id AND calls.answered_at IS NOT NULL
   JOIN call_legs ON call_legs.call_id = theirs.id
   WHERE call_legs.user_id IS NOT NULL AND call_legs.answered_at IS NOT NULL
   ORDER BY call_legs.answered_at DESC LIMIT 1`,
)

const answeredSince = query(
  z.object({ user_id: z.string(), calls: z.int() }),
  `SELECT call_legs.user_id, count(DISTINCT call_legs.call_id) AS calls
   FROM call_legs JOIN calls ON calls.id = call_legs.call_id
   WHERE call_legs.answered_at >= ? AND call_legs.user_id IS NOT NULL AND calls.direction != 'internal'
     AND calls.placed_by IS NULL
   GROUP BY call_legs.user_id`,
)
