// A contact is a customer or anybody outside, with the ways to reach them (T8, T11).
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { json, time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import {
  type ContactPoint,
  contactPoint,
  type NewContactPoint,
  readPoints,
  savePoints,
} from './contact-point.ts'
import { appendPeopleFact } from './facts.ts'

export type ContactId = string & z.$brand<'ContactId'>
const contactId = z.string().brand<'ContactId'>()

export interface Contact {
  readonly id: ContactId
  readonly name: string
  /** Empty when unknown, like `note`. */
  readonly company: string
  readonly note: string
  /** In the contact's own order: the first phone is the top number. */
  readonly points: readonly ContactPoint[]
  readonly createdAt: number
  readonly updatedAt: number
}

export interface NewContact {
  readonly name: string
  readonly company?: string | undefined
  readonly note?: string | undefined
  readonly points?: readonly NewContactPoint[] | undefined
}

/** What is left out stays; `points` replaces all of them. */
export type ContactChange = Partial<NewContact>

export interface ContactWrite {
  /** ISO 3166-1 alpha-2 of the company: how numbers without a country code are read. */
  readonly country: string
  readonly now: number
}

const row = z
  .object({
    id: contactId,
    name: z.string(),
    company: z.string(),
    note: z.string(),
    created_at: time,
    updated_at: time,
    points: json(z.array(contactPoint)),
  })
  .transform(
    ({ created_at, updated_at, ...rest }): Contact => ({
      ...rest,
      createdAt: created_at,
      updatedAt: updated_at,
    }),
  )
const columns = `SELECT contacts.*, (
    SELECT json_group_array(json_object('kind', kind, 'value', value, 'label', label) ORDER BY position)
    FROM contact_points WHERE contact_id = contacts.id
  ) AS points FROM contacts`
const byId = query(row, `${columns} WHERE id = ?`)
// Where several share a number (a switchboard), the one whose number it is first of all, then the newest.
const byPoint = query(
  row,
  `${columns} JOIN contact_points AS reached ON reached.contact_id = contacts.id
   WHERE reached.kind = :kind AND reached.value = :value
   ORDER BY reached.position, updated_at DESC, id DESC LIMIT 1`,
)
const byText = query(
  row,
  `${columns} WHERE name LIKE :like ESCAPE '\\' OR company LIKE :like ESCAPE '\\'
     OR id IN (SELECT contact_id FROM contact_points WHERE value LIKE :like ESCAPE '\\')
   ORDER BY name COLLATE NOCASE, id LIMIT :limit`,
)

export function findContact(db: Database, id: string): Contact | undefined {
  return db.find(byId, [id])
}

/** @throws CordboardError `people.no-contact` */
export function getContact(db: Database, id: string): Contact {
  const contact = findContact(db, id)
  if (contact) return contact
  throw new CordboardError('people.no-contact', 'There is no such contact here.', { blame: 'user' })
}

/** `number` is E.164 (phone-number.ts reads it); anything else is nobody's. */
export function findContactByNumber(db: Database, number: string): Contact | undefined {
  return db.find(byPoint, { kind: 'phone', value: number })
}

export function findContactByEmail(db: Database, email: string): Contact | undefined {
  return db.find(byPoint, { kind: 'email', value: email.trim().toLowerCase() })
}

/** Contacts whose name, company, number or address holds `text`, by name. */
export function searchContacts(db: Database, text: string, limit = 20): readonly Contact[] {
  const like = `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`
  return db.all(byText, { like, limit })
}

/** The number to dial or the address to write to first. */
export function topPoint(contact: Contact, kind: ContactPoint['kind']): string | undefined {
  return contact.points.find((point) => point.kind === kind)?.value
}

/** @throws CordboardError `people.name`, `people.number`, `people.email` */
export function createContact(db: Database, contact: NewContact, write: ContactWrite): Contact {
  const id = contactId.parse(newId())
  const points = readPoints(contact.points ?? [], write.country)
  return db.transaction(() => {
    db.run(
      `INSERT INTO contacts (id, name, company, note, created_at, updated_at)
       VALUES (:id, :name, :company, :note, :now, :now)`,
      {
        id,
        name: checkedName(contact.name),
        company: contact.company?.trim() ?? '',
        note: contact.note ?? '',
        now: write.now,
      },
    )
    savePoints(db, id, points)
    appendPeopleFact(db, { kind: 'contact-changed', body: { contactId: id } }, write.now)
    return getContact(db, id)
  })
}

/** @throws CordboardError `people.no-contact`, `people.name`, `people.number`, `people.email` */
export function changeContact(db: Database, id: string, change: ContactChange, write: ContactWrite): Contact {
  const points = change.points && readPoints(change.points, write.country)
  return db.transaction(() => {
    const before = getContact(db, id)
    db.run(
      'UPDATE contacts SET name = :name, company = :company, note = :note, updated_at = :now WHERE id = :id',
      {
        id,
        name: change.name === undefined ? before.name : checkedName(change.name),
        company: change.company?.trim() ?? before.company,
        note: change.note ?? before.note,
        now: write.now,
      },
    )
    if (points) savePoints(db, before.id, points)
    appendPeopleFact(db, { kind: 'contact-changed', body: { contactId: id } }, write.now)
    return getContact(db, id)
  })
}

function checkedName(name: string): string {
  const trimmed = name.trim()
  if (trimmed.length > 0 && trimmed.length <= 200) return trimmed
  throw new CordboardError('people.name', 'A name needs 1 to 200 characters.', { blame: 'user' })
}
