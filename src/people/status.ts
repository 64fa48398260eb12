// Where each person stands (S4): a status of the company's set, since when, and the light that comes of it.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { bool, time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { appendPeopleFact } from './facts.ts'
import { type UserId, userId } from './user.ts'

/** Ids the program itself sets; every company has them. */
export type FixedStatusId = 'ready' | 'wrap-up' | 'no-answer' | 'offline'

export interface Status {
  readonly id: string
  readonly name: string
  readonly light: 'green' | 'orange' | 'grey'
  readonly takesCalls: boolean
  /** Mail, chat and other written work. */
  readonly takesWritten: boolean
  /** After this long the light is red; undefined: never. */
  readonly limitMs: number | undefined
  /** Set by the system only; not offered to people. */
  readonly automatic: boolean
}

/** A person's status and when it began: the activity timer counts from `sinceAt`. */
export interface Presence {
  readonly userId: UserId
  readonly status: Status
  readonly sinceAt: number
}

export type Light = 'green' | 'orange' | 'red' | 'grey'

const statusColumns = {
  id: z.string(),
  name: z.string(),
  light: z.enum(['green', 'orange', 'grey']),
  takes_calls: bool,
  takes_written: bool,
  limit_ms: z.int().nullable(),
  automatic: bool,
}
const statusRow = z.object(statusColumns)
const presenceRow = z
  .object({ ...statusColumns, user_id: userId, since_at: time })
  .transform(
    (found): Presence => ({ userId: found.user_id, status: toStatus(found), sinceAt: found.since_at }),
  )

const offered = query(
  statusRow.transform(toStatus),
  'SELECT * FROM statuses WHERE deactivated_at IS NULL ORDER BY position, id',
)
const byId = query(
  statusRow.transform(toStatus),
  'SELECT * FROM statuses WHERE id = ? AND deactivated_at IS NULL',
)
// Without a row of their own people are offline since they were made.
const presences = `SELECT statuses.*, users.id AS user_id, coalesce(since_at, users.created_at) AS since_at
  FROM users LEFT JOIN user_status ON user_status.user_id = users.id
  JOIN statuses ON statuses.id = coalesce(user_status.status_id, 'offline')
  WHERE users.deactivated_at IS NULL`
const everyPresence = query(presenceRow, presences)
const presenceOfUser = query(presenceRow, `${presences} AND users.id = ?`)

/** The company's set, in its order; those with `automatic` are not for people to choose. */
export function listStatuses(db: Database): readonly Status[] {
  return db.all(offered)
}

/** Of all active people. */
export function listPresence(db: Database): readonly Presence[] {
  return db.all(everyPresence)
}

/** undefined for a person unknown or deactivated. */
export function findPresence(db: Database, id: string): Presence | undefined {
  return db.find(presenceOfUser, [id])
}

/** Red is not stored: it is orange over its limit. */
export function lightOf(presence: Presence, now: number): Light {
  const { light, limitMs } = presence.status
  return limitMs !== undefined && now - presence.sinceAt > limitMs ? 'red' : light
}

/**
 * Sets the status; the one a person has already stays as it is, and so does its timer.
 * @throws CordboardError `people.no-user`, `people.no-status`
 */
export function setStatus(
  db: Database,
  change: { readonly userId: string; readonly statusId: string; readonly now: number },
): Presence {
  return db.transaction(() => {
    const before = findPresence(db, change.userId)
    if (!before)
      throw new CordboardError('people.no-user', 'There is no such person here.', { blame: 'user' })
    const status = db.find(byId, [change.statusId])
    if (!status)
      throw new CordboardError('people.no-status', 'There is no such status here.', { blame: 'user' })
    if (status.id === before.status.id) return before
    const params = { userId: before.userId, statusId: status.id, now: change.now }
    db.run(
      `INSERT INTO user_status (user_id, status_id, since_at) VALUES (:userId, :statusId, :now)
       ON CONFLICT (user_id) DO UPDATE SET status_id = :statusId, since_at = :now`,
      params,
    )
    db.run('INSERT INTO status_changes (user_id, status_id, at) VALUES (:userId, :statusId, :now)', params)
    const lastedMs = Math.max(0, change.now - before.sinceAt)
    appendPeopleFact(
      db,
      {
        kind: 'status-changed',
        body: { userId: before.userId, from: before.status.id, to: status.id, lastedMs },
      },
      change.now,
    )
    return { userId: before.userId, status, sinceAt: change.now }
  })
}

function toStatus(found: z.infer<typeof statusRow>): Status {
  return {
    id: found.id,
    name: found.name,
    light: found.light,
    takesCalls: found.takes_calls,
    takesWritten: found.takes_written,
    limitMs: found.limit_ms ?? undefined,
    automatic: found.automatic,
  }
}
