// The answers people give to call control's questions (neighbours.ts).
import { findContactByNumber } from '#people/contact.ts'
import { candidatesOf, type Readiness } from '#people/readiness.ts'
import { findUser, findUserByExtension, type User } from '#people/user.ts'
import type { Person, Staff } from './neighbours.ts'
import { isReachable, type Reach } from './reach.ts'

export function staffOf(options: Reach & { readonly readiness: Readiness }): Staff {
  const { readiness } = options
  return {
    candidates: (tenant) =>
      candidatesOf(tenant, { readiness, reachable: (userId) => isReachable(options, tenant, userId) }),
    find: (tenant, userId) => personOf(findUser(tenant.db, userId)),
    findByExtension: (tenant, extension) => personOf(findUserByExtension(tenant.db, extension)),
    findContact: (tenant, number) => findContactByNumber(tenant.db, number),
  }
}

function personOf(user: User | undefined): Person | undefined {
  return user && { id: user.id, name: user.name, extension: user.extension }
}
