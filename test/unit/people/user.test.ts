import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  changeSkill,
  createSkill,
  findSkillByName,
  listSkills,
  setSkillsOfUser,
  skillsOfUser,
} from '#people/skill.ts'
import {
  changeUser,
  createUser,
  deactivateUser,
  findUserByExtension,
  getUser,
  listUsers,
  nextExtension,
} from '#people/user.ts'
import { query } from '#store/database.ts'
import { testStore } from '#test/temp-folder.ts'

const kinds = query(
  z.object({ kind: z.string() }).transform((row) => row.kind),
  'SELECT kind FROM facts ORDER BY id',
)
const bob = { name: 'Bob', email: 'bob@acme.example', role: 'agent', extension: '101' } as const
const eva = { name: 'Eva', email: 'eva@acme.example', role: 'admin' } as const

test('extensions are given from 201, above emergency numbers, and belong to one person', () => {
  using given = testStore()
  expect(nextExtension(given.db)).toBe('201')
  createUser(given.db, { ...bob, extension: '201' }, 1)
  const made = createUser(given.db, eva, 1)

  expect(nextExtension(given.db)).toBe('202')
  expect(() => changeUser(given.db, made.id, { extension: '201' }, 2)).toThrow(
    expect.objectContaining({ code: 'people.extension-taken', message: 'Extension 201 belongs to Bob.' }),
  )
  expect(findUserByExtension(given.db, '201')?.name).toBe('Bob')
})

test.each(['1', '1234567', '10a', ''])('extension "%s" is refused', (extension) => {
  using given = testStore()

  expect(() => createUser(given.db, { ...bob, extension }, 1)).toThrow(
    expect.objectContaining({ code: 'people.extension' }),
  )
  expect(given.db.all(kinds)).toEqual([])
})

test('a change keeps what it does not name; null takes the extension away', () => {
  using given = testStore()
  const made = createUser(given.db, bob, 1)

  expect(changeUser(given.db, made.id, { role: 'leader' }, 2)).toEqual({ ...made, role: 'leader' })
  expect(changeUser(given.db, made.id, { extension: null }, 3).extension).toBeUndefined()
  expect(given.db.all(kinds)).toEqual(['user-created', 'user-changed', 'user-changed'])
})

test('one address is one person, whatever the case', () => {
  using given = testStore()
  createUser(given.db, bob, 1)

  expect(() => createUser(given.db, { ...eva, email: 'BOB@acme.example' }, 1)).toThrow(
    expect.objectContaining({ code: 'people.email-taken' }),
  )
})

test('who leaves keeps the name and gives the extension back', () => {
  using given = testStore()
  const made = createUser(given.db, bob, 1)

  deactivateUser(given.db, made.id, 5)

  expect(listUsers(given.db)).toEqual([])
  expect(getUser(given.db, made.id)).toMatchObject({ name: 'Bob', deactivatedAt: 5 })
  expect(createUser(given.db, { ...eva, extension: '101' }, 6).extension).toBe('101')
})

test('a skill is deactivated and never deleted; its name stays its own', () => {
  using given = testStore()
  const made = createUser(given.db, bob, 1)
  const sales = createSkill(given.db, { name: ' Sales ' }, 1)
  setSkillsOfUser(given.db, made.id, [sales.id, sales.id], 1)

  changeSkill(given.db, sales.id, { active: false }, 2)

  expect(listSkills(given.db)).toEqual([{ ...sales, name: 'Sales', active: false }])
  expect(skillsOfUser(given.db, made.id)).toHaveLength(1)
  expect(findSkillByName(given.db, 'SALES')?.id).toBe(sales.id)
  expect(() => createSkill(given.db, { name: 'sales' }, 3)).toThrow(
    expect.objectContaining({ code: 'people.skill-taken' }),
  )
  expect(changeSkill(given.db, sales.id, { name: 'SALES', active: true }, 4)).toMatchObject({
    name: 'SALES',
    active: true,
  })
})

test('an unknown skill changes nothing of what a person can', () => {
  using given = testStore()
  const made = createUser(given.db, bob, 1)
  const sales = createSkill(given.db, { name: 'Sales' }, 1)
  setSkillsOfUser(given.db, made.id, [sales.id], 1)

  expect(() => setSkillsOfUser(given.db, made.id, ['nothing'], 2)).toThrow(
    expect.objectContaining({ code: 'people.no-skill' }),
  )
  expect(skillsOfUser(given.db, made.id)).toEqual([sales])
})
