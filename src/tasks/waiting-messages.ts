// The message lamp of a person: open tasks with a message somebody left, that are theirs, or nobody's yet and mailed to them.
import { z } from 'zod'
import type { Source } from '#lib/events.ts'
import { findUser } from '#people/user.ts'
import type { MessageSource } from '#sip/subscriptions/lamp.ts'
import { type Database, query } from '#store/database.ts'
import type { Store } from '#store/store.ts'

const unheard = query(
  z.object({ count: z.int() }),
  `SELECT count(DISTINCT tasks.id) AS count FROM tasks
   JOIN task_calls ON task_calls.task_id = tasks.id
   JOIN recordings ON recordings.call_id = task_calls.call_id
   WHERE tasks.status = 'open' AND recordings.voicemail IS NOT NULL AND recordings.state = 'ready'
     AND recordings.deleted_at IS NULL
     AND (tasks.assignee_id = :userId OR (tasks.assignee_id IS NULL AND EXISTS (
       SELECT 1 FROM json_each(recordings.voicemail, '$.mailTo') WHERE lower(value) = lower(:email))))`,
)

/** A task that is completed was heard; what was heard before is not counted. */
export function messageSource(options: {
  readonly store: Pick<Store, 'tenant'>
  readonly changes: Source<{ readonly tenantId: string }>
}): MessageSource {
  const { store, changes } = options
  return {
    changes,
    waitingFor: (tenantId, userId, extension) => {
      const { db } = store.tenant(tenantId)
      const user = findUser(db, userId)
      if (extension !== undefined && user?.extension !== extension) return undefined
      return { unheard: user ? countUnheard(db, user) : 0, heard: 0 }
    },
  }
}

export function countUnheard(
  db: Database,
  { id, email }: { readonly id: string; readonly email: string },
): number {
  return db.get(unheard, { userId: id, email }).count
}
