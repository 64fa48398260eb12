// What people tell the right side, written in the same transaction as their rows.
import { z } from 'zod'
import type { Database } from '#store/database.ts'
import { appendFact } from '#store/facts.ts'

export const peopleFacts = {
  'user-created': z.object({ userId: z.string() }),
  /** Name, extension, role, skills or deactivation. */
  'user-changed': z.object({ userId: z.string() }),
  'skill-changed': z.object({ skillId: z.string() }),
  'contact-changed': z.object({ contactId: z.string() }),
  'status-changed': z.object({
    userId: z.string(),
    from: z.string(),
    to: z.string(),
    /** How long the old status lasted. */
    lastedMs: z.int(),
  }),
} as const

export type PeopleFactKind = keyof typeof peopleFacts
export type PeopleFact = {
  [K in PeopleFactKind]: { readonly kind: K; readonly body: z.infer<(typeof peopleFacts)[K]> }
}[PeopleFactKind]

/** Appends to the running transaction. */
export function appendPeopleFact(db: Database, fact: PeopleFact, now: number): void {
  appendFact(db, { kind: fact.kind, at: now, body: fact.body })
}
