// Skills (S1): labels by which tasks find people. Deactivated, never deleted.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { type Database, query } from '#store/database.ts'
import { appendPeopleFact } from './facts.ts'
import type { UserId } from './user.ts'

export type SkillId = string & z.$brand<'SkillId'>
export const skillId = z.string().brand<'SkillId'>()

export interface Skill {
  readonly id: SkillId
  readonly name: string
  /** A CSS colour name of the palette or #rrggbb. */
  readonly colour: string
  /** The name of an icon of the desk's set. */
  readonly icon: string
  readonly active: boolean
}

export interface SkillChange {
  readonly name?: string | undefined
  readonly colour?: string | undefined
  readonly icon?: string | undefined
  readonly active?: boolean | undefined
}

const row = z
  .object({
    id: skillId,
    name: z.string(),
    colour: z.string(),
    icon: z.string(),
    deactivated_at: z.int().nullable(),
  })
  .transform(({ deactivated_at, ...rest }): Skill => ({ ...rest, active: deactivated_at === null }))
const columns = 'SELECT id, name, colour, icon, deactivated_at FROM skills'
const byId = query(row, `${columns} WHERE id = ?`)
const byName = query(row, `${columns} WHERE name = ?`)
const allSkills = query(row, `${columns} ORDER BY name COLLATE NOCASE`)
const ofUser = query(
  row,
  `${columns} JOIN user_skills ON user_skills.skill_id = skills.id WHERE user_id = ? ORDER BY name COLLATE NOCASE`,
)

const userSkills = query(z.object({ user_id: z.string(), skill_id: skillId }), 'SELECT * FROM user_skills')

/** With the deactivated, which old tasks still show. */
export function listSkills(db: Database): readonly Skill[] {
  return db.all(allSkills)
}

export function findSkill(db: Database, id: string): Skill | undefined {
  return db.find(byId, [id])
}

/** Upper and lower case are one. */
export function findSkillByName(db: Database, name: string): Skill | undefined {
  return db.find(byName, [name.trim()])
}

export function skillsOfUser(db: Database, userId: string): readonly Skill[] {
  return db.all(ofUser, [userId])
}

/** The skills of everybody, by user. */
export function listUserSkills(db: Database): ReadonlyMap<string, ReadonlySet<SkillId>> {
  const found = new Map<string, Set<SkillId>>()
  for (const { user_id, skill_id } of db.all(userSkills)) {
    const skills = found.get(user_id) ?? new Set()
    found.set(user_id, skills.add(skill_id))
  }
  return found
}

/** @throws CordboardError `people.skill-name`, `people.skill-taken` */
export function createSkill(
  db: Database,
  skill: { readonly name: string; readonly colour?: string; readonly icon?: string },
  now: number,
): Skill {
  return db.transaction(() => {
    const id = skillId.parse(newId())
    const made = {
      id,
      name: checkedName(db, id, skill.name),
      colour: skill.colour ?? 'blue',
      icon: skill.icon ?? 'tag',
    }
    db.run(
      'INSERT INTO skills (id, name, colour, icon, created_at) VALUES (:id, :name, :colour, :icon, :now)',
      { ...made, now },
    )
    appendPeopleFact(db, { kind: 'skill-changed', body: { skillId: id } }, now)
    return { ...made, active: true }
  })
}

/** @throws CordboardError `people.no-skill`, `people.skill-name`, `people.skill-taken` */
export function changeSkill(db: Database, id: string, change: SkillChange, now: number): Skill {
  return db.transaction(() => {
    const before = findSkill(db, id)
    if (!before) throw noSkill()
    const after: Skill = {
      id: before.id,
      name: change.name === undefined ? before.name : checkedName(db, before.id, change.name),
      colour: change.colour ?? before.colour,
      icon: change.icon ?? before.icon,
      active: change.active ?? before.active,
    }
    db.run(
      `UPDATE skills SET name = :name, colour = :colour, icon = :icon,
         deactivated_at = CASE WHEN :active THEN NULL ELSE coalesce(deactivated_at, :now) END
       WHERE id = :id`,
      { ...after, now },
    )
    appendPeopleFact(db, { kind: 'skill-changed', body: { skillId: before.id } }, now)
    return after
  })
}

/** Replaces the person's skills. @throws CordboardError `people.no-skill` */
export function setSkillsOfUser(
  db: Database,
  userId: UserId,
  skillIds: readonly string[],
  now: number,
): void {
  db.transaction(() => {
    db.run('DELETE FROM user_skills WHERE user_id = ?', [userId])
    for (const id of new Set(skillIds)) {
      if (!findSkill(db, id)) throw noSkill()
      db.run('INSERT INTO user_skills (user_id, skill_id) VALUES (?, ?)', [userId, id])
    }
    appendPeopleFact(db, { kind: 'user-changed', body: { userId } }, now)
  })
}

function noSkill(): CordboardError {
  return new CordboardError('people.no-skill', 'There is no such skill here.', { blame: 'user' })
}

function checkedName(db: Database, id: SkillId, name: string): string {
  const trimmed = name.trim()
  if (trimmed.length === 0 || trimmed.length > 50)
    throw new CordboardError('people.skill-name', 'A skill needs a name of 1 to 50 characters.', {
      blame: 'user',
    })
  const holder = findSkillByName(db, trimmed)
  if (holder && holder.id !== id)
    throw new CordboardError('people.skill-taken', `There is a skill named ${holder.name} already.`, {
      blame: 'user',
    })
  return trimmed
}
