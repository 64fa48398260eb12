// Logins as the sign-in page needs them: claim a fresh box, check a password, find the company behind it.
import type { AccountsPort, Membership } from '#admin/ports.ts'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { anyAccountExists, signIn } from '#people/account.ts'
import { membershipsOf } from '#people/membership.ts'
import { addPerson } from '#people/person.ts'
import { setStatus } from '#people/status.ts'
import { nextExtension } from '#people/user.ts'
import type { Store } from '#store/store.ts'

export function accountsPort(store: Store, clock: Clock): AccountsPort {
  let claiming = false
  return {
    any: () => anyAccountExists(store.system),
    check: async (email, password) => {
      const account = await signIn(store.system, { email, password })
      return account && memberOf(store, account.id)
    },
    setUp: async (input) => {
      // Hashing the password takes a while: a second request in that time must not make a second company.
      if (claiming || anyAccountExists(store.system)) throw setUpDone()
      claiming = true
      try {
        const { name: person, company, country, timeZone, ...login } = input
        // A set-up that failed half-way left a company without people: it is taken up again.
        const tenant = store.tenants()[0] ?? store.createTenant({ name: company, country, timeZone })
        const now = clock.now()
        const { account, user } = await addPerson(store, tenant, {
          ...login,
          name: person,
          role: 'admin',
          extension: nextExtension(tenant.db),
          now,
        })
        setStatus(tenant.db, { userId: user.id, statusId: 'ready', now })
        return { accountId: account.id, tenantId: tenant.id, userId: user.id }
      } finally {
        claiming = false
      }
    },
  }
}

function memberOf(store: Store, accountId: string): Membership | undefined {
  return membershipsOf(store.system, accountId)[0]
}

function setUpDone(): CordboardError {
  return new CordboardError('setup.done', 'This box is set up already: sign in instead.', { blame: 'user' })
}
