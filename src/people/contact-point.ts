// One way to reach a contact: a phone number or a mail address, kept in the one form in which it is looked up.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import type { Database } from '#store/database.ts'
import { readEmailAddress } from './email-address.ts'
import { readPhoneNumber } from './phone-number.ts'

export const contactPoint = z.object({
  kind: z.enum(['phone', 'email']),
  /** E.164, or an address in lower case. */
  value: z.string(),
  /** `mobile`, `office`: the user's word, empty when none. */
  label: z.string(),
})
export type ContactPoint = Readonly<z.infer<typeof contactPoint>>

/** `value` as it was typed. */
export interface NewContactPoint {
  readonly kind: ContactPoint['kind']
  readonly value: string
  readonly label?: string | undefined
}

/** Normalised and without doubles. @throws CordboardError `people.number`, `people.email` */
export function readPoints(points: readonly NewContactPoint[], country: string): readonly ContactPoint[] {
  const read = new Map<string, ContactPoint>()
  for (const { kind, value, label } of points) {
    const normal = kind === 'phone' ? phone(value, country) : email(value)
    if (!read.has(`${kind} ${normal}`))
      read.set(`${kind} ${normal}`, { kind, value: normal, label: label?.trim() ?? '' })
  }
  return [...read.values()]
}

/** Replaces the contact's points, first one on top. */
export function savePoints(db: Database, contactId: string, points: readonly ContactPoint[]): void {
  db.run('DELETE FROM contact_points WHERE contact_id = ?', [contactId])
  for (const [position, point] of points.entries())
    db.run(
      `INSERT INTO contact_points (contact_id, position, kind, value, label)
       VALUES (:contactId, :position, :kind, :value, :label)`,
      { contactId, position, ...point },
    )
}

function phone(value: string, country: string): string {
  const number = readPhoneNumber(value, country)
  if (number !== undefined) return number
  throw new CordboardError(
    'people.number',
    'This is not a phone number; write it with its country code, as +420 234 567 890.',
    { blame: 'user' },
  )
}

function email(value: string): string {
  const address = readEmailAddress(value)
  if (address !== undefined) return address
  throw new CordboardError('people.email', 'This is not an email address.', { blame: 'user' })
}
