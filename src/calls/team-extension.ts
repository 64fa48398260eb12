// Extensions that are no person's: ring groups and conference rooms. One number plan for the company: no two have the same.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { findUserByExtension } from '#people/user.ts'
import { type Database, query } from '#store/database.ts'
import { parkingPlaces } from './star-codes.ts'

export const extensionShape = z
  .string()
  .trim()
  .regex(/^\d{2,6}$/, 'An extension has 2 to 6 digits.')

const holder = query(
  z.object({ id: z.string(), name: z.string() }),
  `SELECT id, name FROM ring_groups WHERE extension = :extension
   UNION ALL SELECT id, name FROM conference_rooms WHERE extension = :extension`,
)

/** @throws CordboardError `calls.extension-taken` @param id of what is to have it */
export function mustBeFree(db: Database, extension: string, id: string): void {
  const found = db.find(holder, { extension })
  const other = found && found.id !== id ? found : findUserByExtension(db, extension)
  if (other) throw taken(`Extension ${extension} belongs to ${other.name}.`)
  if (parkingPlaces.includes(extension)) throw taken(`${extension} is a parking place.`)
}

function taken(sentence: string): CordboardError {
  return new CordboardError('calls.extension-taken', sentence, { blame: 'user' })
}
