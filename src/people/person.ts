// A person comes to a company: login, membership and user made together, in two databases.
import { CordboardError } from '#lib/errors.ts'
import type { Database } from '#store/database.ts'
import type { Store, Tenant } from '#store/store.ts'
import { type Account, createAccount, findAccount, findAccountByEmail, setPassword } from './account.ts'
import { addMembership, membershipsOf } from './membership.ts'
import { hashPassword } from './password.ts'
import { setSkillsOfUser } from './skill.ts'
import { createUser, findUserByEmail, linkAccount, type NewUser, type User } from './user.ts'

export interface NewPerson extends Omit<NewUser, 'accountId'> {
  /** Without one the person waits for an invitation; ignored when the address signs in here already. */
  readonly password?: string | undefined
  readonly skillIds?: readonly string[] | undefined
}

/**
 * Adds a person to a company. Somebody who signs in here already (S7) keeps that login and password.
 * @throws CordboardError `people.password`, `people.email-taken` and what `createUser` throws
 */
export async function addPerson(
  store: Pick<Store, 'system'>,
  tenant: Tenant,
  person: NewPerson & { readonly now: number },
): Promise<{ readonly account: Account; readonly user: User }> {
  const { password, skillIds, now, ...details } = person
  const passwordHash = password === undefined ? undefined : await hashPassword(password)
  // Refused details roll both back. A crash between the two commits leaves a user whose login is missing:
  // adding the same person again completes it.
  return store.system.transaction(() => {
    const account =
      findAccountByEmail(store.system, person.email) ??
      createAccount(store.system, { email: person.email, passwordHash, now })
    const user = tenant.db.transaction(() => {
      const orphan = findOrphan(store.system, tenant.db, person.email)
      const made = orphan
        ? linkAccount(tenant.db, orphan.id, account.id)
        : createUser(tenant.db, { ...details, accountId: account.id }, now)
      setSkillsOfUser(tenant.db, made.id, skillIds ?? [], now)
      return made
    })
    addMembership(store.system, { accountId: account.id, tenantId: tenant.id, userId: user.id, now })
    return { account, user }
  })
}

/**
 * An admin gives a person a new password. A login that other companies use too is its owner's alone: otherwise whoever
 * adds somebody's address could take over what that person may do elsewhere (S7).
 * @throws CordboardError `people.no-account`, `people.shared-login`, `people.password`
 */
export async function givePassword(
  store: Pick<Store, 'system'>,
  user: User,
  password: string,
): Promise<void> {
  const account = user.accountId === undefined ? undefined : findAccount(store.system, user.accountId)
  if (!account)
    throw new CordboardError('people.no-account', 'This person has no login yet.', { blame: 'user' })
  if (membershipsOf(store.system, account.id).length > 1)
    throw new CordboardError(
      'people.shared-login',
      'This person signs in to other companies too: only the person can change the password.',
      { blame: 'user' },
    )
  await setPassword(store.system, account.id, password)
}

function findOrphan(system: Database, db: Database, email: string): User | undefined {
  const user = findUserByEmail(db, email)
  return user?.accountId !== undefined && !findAccount(system, user.accountId) ? user : undefined
}
