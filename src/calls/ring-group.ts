// A ring group: an extension that rings several people, all at once or one after the other.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { extensionShape, mustBeFree } from './team-extension.ts'

export const ringGroupInput = z.object({
  extension: extensionShape,
  name: z.string().trim().min(1, 'Enter a name.').max(60, 'Keep the name under 60 characters.'),
  act: z.enum(['all', 'order']),
  /** How long everybody, or each of them, rings. */
  ringMs: z.int().min(5_000, 'Let it ring for 5 seconds at least.').max(300_000, 'This rings too long.'),
  members: z
    .array(z.string().min(1).max(64))
    .min(1, 'Choose somebody.')
    .max(30, 'These are too many.')
    .refine((all) => new Set(all).size === all.length, 'A person can be in the group only once.'),
  /** Extension or number rung when nobody of them answers. */
  overflow: z.string().trim().min(1).max(40, 'This number is too long.').nullable(),
})
export type RingGroupInput = z.output<typeof ringGroupInput>

export interface RingGroup extends RingGroupInput {
  readonly id: string
}

const row = z
  .object({
    id: z.string(),
    extension: z.string(),
    name: z.string(),
    act: ringGroupInput.shape.act,
    ring_ms: z.int(),
    members: json(z.array(z.string())),
    overflow: z.string().nullable(),
  })
  .transform(({ ring_ms, ...rest }): RingGroup => ({ ...rest, ringMs: ring_ms }))
const columns = 'id, extension, name, act, ring_ms, members, overflow'
const all = query(row, `SELECT ${columns} FROM ring_groups ORDER BY name COLLATE NOCASE, id`)
const byId = query(row, `SELECT ${columns} FROM ring_groups WHERE id = ?`)
const byExtension = query(row, `SELECT ${columns} FROM ring_groups WHERE extension = ?`)
const most = 200

/** By name. */
export function listRingGroups(db: Database): readonly RingGroup[] {
  return db.all(all)
}

export function findRingGroup(db: Database, extension: string): RingGroup | undefined {
  return db.find(byExtension, [extension])
}

/** @throws CordboardError `calls.no-group` */
export function getRingGroup(db: Database, id: string): RingGroup {
  const found = db.find(byId, [id])
  if (found) return found
  throw new CordboardError('calls.no-group', 'There is no such ring group.', { blame: 'user' })
}

/** @throws CordboardError `calls.extension-taken`, `calls.groups-full` */
export function createRingGroup(db: Database, input: RingGroupInput, now: number): RingGroup {
  return db.transaction(() => {
    if (listRingGroups(db).length >= most)
      throw new CordboardError('calls.groups-full', `There are ${most} ring groups: delete one first.`, {
        blame: 'user',
      })
    const id = newId()
    mustBeFree(db, input.extension, id)
    db.run(
      `INSERT INTO ring_groups (id, extension, name, act, ring_ms, members, overflow, created_at)
       VALUES (:id, :extension, :name, :act, :ringMs, :members, :overflow, :now)`,
      { id, now, ...input, members: JSON.stringify(input.members) },
    )
    return getRingGroup(db, id)
  })
}

/** @throws CordboardError `calls.no-group`, `calls.extension-taken` */
export function changeRingGroup(db: Database, id: string, input: RingGroupInput): RingGroup {
  return db.transaction(() => {
    getRingGroup(db, id)
    mustBeFree(db, input.extension, id)
    db.run(
      `UPDATE ring_groups SET extension = :extension, name = :name, act = :act, ring_ms = :ringMs,
         members = :members, overflow = :overflow WHERE id = :id`,
      { id, ...input, members: JSON.stringify(input.members) },
    )
    return getRingGroup(db, id)
  })
}

/** @throws CordboardError `calls.no-group` */
export function deleteRingGroup(db: Database, id: string): void {
  getRingGroup(db, id)
  db.run('DELETE FROM ring_groups WHERE id = ?', [id])
}
