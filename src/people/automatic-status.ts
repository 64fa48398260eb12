// Statuses the program sets by itself (S4): wrap-up after a call, "No answer" after a ring nobody heeded. They are rows with what
// comes after them, so that a restart forgets nobody in one.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { type Database, query } from '#store/database.ts'
import { type FixedStatusId, type Presence, setStatus } from './status.ts'

export interface AutomaticStatus {
  readonly userId: string
  readonly statusId: string
  readonly setAt: number
  /** undefined: until the person ends it. */
  readonly endsAt: number | undefined
  /** What the person may still add, once. */
  readonly extensionMs: number | undefined
  /** Why, as the person reads it. */
  readonly sentence: string
}

const row = z
  .object({
    user_id: z.string(),
    status_id: z.string(),
    set_at: z.int(),
    ends_at: z.int().nullable(),
    extension_ms: z.int().nullable(),
    sentence: z.string(),
  })
  .transform(
    (found): AutomaticStatus => ({
      userId: found.user_id,
      statusId: found.status_id,
      setAt: found.set_at,
      endsAt: found.ends_at ?? undefined,
      extensionMs: found.extension_ms ?? undefined,
      sentence: found.sentence,
    }),
  )
// Whoever has chosen another status since is not in it any more.
const current = `SELECT automatic_statuses.* FROM automatic_statuses
  JOIN user_status USING (user_id, status_id)
  JOIN users ON users.id = user_id
  WHERE user_status.since_at = set_at AND users.deactivated_at IS NULL`
const everyOne = query(row, current)
const ofUser = query(row, `${current} AND user_id = ?`)
const backTo = query(
  z.object({ id: z.string() }),
  `SELECT statuses.id FROM automatic_statuses JOIN statuses ON statuses.id = back_to
   WHERE user_id = ? AND deactivated_at IS NULL`,
)

export function listAutomaticStatuses(db: Database): readonly AutomaticStatus[] {
  return db.all(everyOne)
}

/** undefined: the person is in a status of their own choice. */
export function findAutomaticStatus(db: Database, userId: string): AutomaticStatus | undefined {
  return db.find(ofUser, [userId])
}

export interface AutomaticChange {
  readonly userId: string
  readonly statusId: Extract<FixedStatusId, 'wrap-up' | 'no-answer'>
  readonly endsAt?: number
  readonly extensionMs?: number
  readonly sentence: string
  readonly now: number
}

/** From what the person is in now, to which they go back. @throws CordboardError `people.no-user` */
export function setAutomaticStatus(db: Database, change: AutomaticChange): void {
  const { userId, statusId, endsAt, extensionMs, sentence, now } = change
  db.transaction(() => {
    const before = findAutomaticStatus(db, userId)
    if (before?.statusId === statusId) return
    db.run(
      `INSERT INTO automatic_statuses (user_id, status_id, back_to, set_at, ends_at, extension_ms, sentence)
       SELECT :userId, :statusId, coalesce((SELECT status_id FROM user_status WHERE user_id = :userId), 'offline'),
         :now, :endsAt, :extensionMs, :sentence
       ON CONFLICT (user_id) DO UPDATE SET status_id = excluded.status_id, back_to = excluded.back_to, set_at = excluded.set_at,
         ends_at = excluded.ends_at, extension_ms = excluded.extension_ms, sentence = excluded.sentence`,
      { userId, statusId, now, endsAt: endsAt ?? null, extensionMs: extensionMs ?? null, sentence },
    )
    setStatus(db, { userId, statusId, now })
  })
}

/** Back to what the person was in before; undefined: they are in a status of their own choice already. */
export function endAutomaticStatus(db: Database, userId: string, now: number): Presence | undefined {
  return db.transaction(() => {
    if (!findAutomaticStatus(db, userId)) return undefined
    const statusId = db.find(backTo, [userId])?.id ?? 'ready'
    db.run('DELETE FROM automatic_statuses WHERE user_id = ?', [userId])
    return setStatus(db, { userId, statusId, now })
  })
}

/** Longer, once. @throws CordboardError `people.no-extension` */
export function extendAutomaticStatus(db: Database, userId: string): AutomaticStatus {
  return db.transaction(() => {
    const found = findAutomaticStatus(db, userId)
    if (found?.endsAt === undefined || found.extensionMs === undefined)
      throw new CordboardError(
        'people.no-extension',
        'There is no wrap-up to extend, or it was extended already.',
        {
          blame: 'user',
        },
      )
    const longer = { ...found, endsAt: found.endsAt + found.extensionMs, extensionMs: undefined }
    db.run('UPDATE automatic_statuses SET ends_at = ?, extension_ms = NULL WHERE user_id = ?', [
      longer.endsAt,
      userId,
    ])
    return longer
  })
}
