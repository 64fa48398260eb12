import { expect, test } from 'vitest'
import { findAccountByEmail, signIn } from '#people/account.ts'
import { membershipsOf } from '#people/membership.ts'
import { addPerson, givePassword } from '#people/person.ts'
import { createSkill, skillsOfUser } from '#people/skill.ts'
import { findUserByEmail, listUsers } from '#people/user.ts'
import { testStore } from '#test/temp-folder.ts'

const eva = { name: 'Eva', email: 'Eva@acme.example', role: 'agent', now: 1 } as const

test('a person added with a password signs in, in any spelling of the address', async () => {
  using given = testStore()
  const skill = createSkill(given.db, { name: 'Sales' }, 1)

  const added = await addPerson(given.store, given.tenant, {
    ...eva,
    password: 'correct horse',
    skillIds: [skill.id],
  })

  const account = await signIn(given.store.system, { email: ' EVA@acme.example', password: 'correct horse' })
  expect(account).toEqual(added.account)
  expect(membershipsOf(given.store.system, added.account.id)).toEqual([
    { accountId: added.account.id, tenantId: given.tenant.id, userId: added.user.id },
  ])
  expect(skillsOfUser(given.db, added.user.id)).toEqual([skill])
})

test('a wrong password, an unknown address and an open invitation do not sign in', async () => {
  using given = testStore()
  await addPerson(given.store, given.tenant, { ...eva, password: 'correct horse' })
  await addPerson(given.store, given.tenant, { ...eva, email: 'bob@acme.example' })

  const tries = [
    { email: 'eva@acme.example', password: 'correct horsE' },
    { email: 'mallory@acme.example', password: 'correct horse' },
    { email: 'bob@acme.example', password: '' },
    // What unknown logins are compared with, to take the same time.
    { email: 'bob@acme.example', password: 'nobody has this password' },
    { email: 'eva@acme.example', password: 'x'.repeat(100_000) },
  ]

  for (const attempt of tries) expect(await signIn(given.store.system, attempt)).toBeUndefined()
})

test('the same login joins a second company and keeps its password', async () => {
  using given = testStore()
  const other = given.store.createTenant({ name: 'globex', country: 'DE', timeZone: 'Europe/Berlin' })
  const first = await addPerson(given.store, given.tenant, { ...eva, password: 'correct horse' })

  const second = await addPerson(given.store, other, { ...eva, password: 'stolen horse' })

  expect(second.account.id).toBe(first.account.id)
  expect(membershipsOf(given.store.system, first.account.id)).toHaveLength(2)
  expect(await signIn(given.store.system, { email: eva.email, password: 'stolen horse' })).toBeUndefined()
})

test('refused details leave neither a login nor a user behind', async () => {
  using given = testStore()

  await expect(
    addPerson(given.store, given.tenant, { ...eva, password: 'correct horse', extension: 'abc' }),
  ).rejects.toThrow(expect.objectContaining({ code: 'people.extension' }))

  expect(findAccountByEmail(given.store.system, eva.email)).toBeUndefined()
  expect(listUsers(given.db)).toEqual([])
})

test('a user whose login was lost in a crash is completed by adding the person again', async () => {
  using given = testStore()
  const before = await addPerson(given.store, given.tenant, { ...eva, password: 'correct horse' })
  given.store.system.run('DELETE FROM accounts')

  const after = await addPerson(given.store, given.tenant, { ...eva, password: 'correct horse' })

  expect(after.user.id).toBe(before.user.id)
  expect(findUserByEmail(given.db, eva.email)?.accountId).toBe(after.account.id)
})

test('a password shorter than 8 characters is refused', async () => {
  using given = testStore()

  await expect(addPerson(given.store, given.tenant, { ...eva, password: 'short' })).rejects.toThrow(
    expect.objectContaining({ code: 'people.password' }),
  )
})

test('an admin gives a new password, but not for a login that other companies use', async () => {
  using given = testStore()
  const { user } = await addPerson(given.store, given.tenant, { ...eva, password: 'correct horse' })
  const login = (password: string) => signIn(given.store.system, { email: eva.email, password })

  await givePassword(given.store, user, 'second horse')
  expect(await login('second horse')).toBeDefined()

  const other = given.store.createTenant({ name: 'globex', country: 'DE', timeZone: 'Europe/Berlin' })
  const elsewhere = await addPerson(given.store, other, eva)
  await expect(givePassword(given.store, elsewhere.user, 'stolen horse')).rejects.toThrow(
    expect.objectContaining({ code: 'people.shared-login' }),
  )
  expect(await login('second horse')).toBeDefined()
})
