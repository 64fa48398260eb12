// A conference room: an extension where several people talk together, with digits to come in if wanted.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { type Database, query } from '#store/database.ts'
import { extensionShape, mustBeFree } from './team-extension.ts'

export const conferenceRoomInput = z.object({
  extension: extensionShape,
  name: z.string().trim().min(1, 'Enter a name.').max(60, 'Keep the name under 60 characters.'),
  /** Asked of everybody who comes in; people read it out to each other, so it is no secret kept from the team. */
  pin: z
    .string()
    .regex(/^\d{3,12}$/, 'The digits to come in are 3 to 12.')
    .nullable(),
})
export type ConferenceRoomInput = z.output<typeof conferenceRoomInput>

export interface ConferenceRoom extends ConferenceRoomInput {
  readonly id: string
}

const row = z.object({
  id: z.string(),
  extension: z.string(),
  name: z.string(),
  pin: z.string().nullable(),
})
const columns = 'id, extension, name, pin'
const all = query(row, `SELECT ${columns} FROM conference_rooms ORDER BY name COLLATE NOCASE, id`)
const byId = query(row, `SELECT ${columns} FROM conference_rooms WHERE id = ?`)
const byExtension = query(row, `SELECT ${columns} FROM conference_rooms WHERE extension = ?`)
const most = 200

/** By name. */
export function listConferenceRooms(db: Database): readonly ConferenceRoom[] {
  return db.all(all)
}

export function findConferenceRoom(db: Database, extension: string): ConferenceRoom | undefined {
  return db.find(byExtension, [extension])
}

/** @throws CordboardError `calls.no-room` */
export function getConferenceRoom(db: Database, id: string): ConferenceRoom {
  const found = db.find(byId, [id])
  if (found) return found
  throw new CordboardError('calls.no-room', 'There is no such conference room.', { blame: 'user' })
}

/** @throws CordboardError `calls.extension-taken`, `calls.rooms-full` */
export function createConferenceRoom(db: Database, input: ConferenceRoomInput, now: number): ConferenceRoom {
  return db.transaction(() => {
    if (listConferenceRooms(db).length >= most)
      throw new CordboardError('calls.rooms-full', `There are ${most} conference rooms: delete one first.`, {
        blame: 'user',
      })
    const id = newId()
    mustBeFree(db, input.extension, id)
    db.run(
      `INSERT INTO conference_rooms (id, extension, name, pin, created_at) VALUES (:id, :extension, :name, :pin, :now)`,
      { id, now, ...input },
    )
    return getConferenceRoom(db, id)
  })
}

/** @throws CordboardError `calls.no-room`, `calls.extension-taken` */
export function changeConferenceRoom(db: Database, id: string, input: ConferenceRoomInput): ConferenceRoom {
  return db.transaction(() => {
    getConferenceRoom(db, id)
    mustBeFree(db, input.extension, id)
    db.run('UPDATE conference_rooms SET extension = :extension, name = :name, pin = :pin WHERE id = :id', {
      id,
      ...input,
    })
    return getConferenceRoom(db, id)
  })
}

/** Who talks there goes on. @throws CordboardError `calls.no-room` */
export function deleteConferenceRoom(db: Database, id: string): void {
  getConferenceRoom(db, id)
  db.run('DELETE FROM conference_rooms WHERE id = ?', [id])
}
