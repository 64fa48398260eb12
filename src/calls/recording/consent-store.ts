// Evidence of consent: how the other side was told that the call is recorded, and what they said to it.
import { z } from 'zod'
import { newId } from '#lib/id.ts'
import { bool } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

export interface Consent {
  readonly callId: string
  readonly mode: 'announce' | 'press-one'
  readonly given: boolean
  /** Undefined: none was pressed, or none was asked for. */
  readonly key: string | undefined
  /** The name of the rule that asked. */
  readonly rule: string
  readonly at: number
}

/** Call it once: each is a row of its own. */
export function insertConsent(db: Database, consent: Consent & { readonly id?: string }): void {
  db.run(
    `INSERT INTO recording_consents (id, call_id, mode, given, key, rule, at)
     VALUES (:id, :callId, :mode, :given, :key, :rule, :at) ON CONFLICT (id) DO NOTHING`,
    { ...consent, id: consent.id ?? newId(consent.at), key: consent.key ?? null },
  )
}

/** Oldest first. */
export function consentsOfCall(db: Database, callId: string): readonly Consent[] {
  return db.all(ofCall, [callId])
}

const ofCall = query(
  z
    .object({
      call_id: z.string(),
      mode: z.enum(['announce', 'press-one']),
      given: bool,
      key: z.string().nullable(),
      rule: z.string(),
      at: z.int(),
    })
    .transform(({ call_id, key, ...rest }): Consent => ({ ...rest, callId: call_id, key: key ?? undefined })),
  'SELECT call_id, mode, given, key, rule, at FROM recording_consents WHERE call_id = ? ORDER BY at, id',
)
