// Which companies an account opens, and as which user there (S7).
import { z } from 'zod'
import { type Database, query } from '#store/database.ts'
import type { AccountId } from './account.ts'
import type { UserId } from './user.ts'

export interface Membership {
  readonly accountId: string
  readonly tenantId: string
  readonly userId: string
}

const row = z.object({ account_id: z.string(), tenant_id: z.string(), user_id: z.string() }).transform(
  (found): Membership => ({
    accountId: found.account_id,
    tenantId: found.tenant_id,
    userId: found.user_id,
  }),
)
const columns = 'SELECT account_id, tenant_id, user_id FROM memberships WHERE account_id = :accountId'
const ofAccount = query(row, `${columns} ORDER BY created_at, tenant_id`)
const inTenant = query(row, `${columns} AND tenant_id = :tenantId`)

/** In the order they were joined. */
export function membershipsOf(system: Database, accountId: string): readonly Membership[] {
  return system.all(ofAccount, { accountId })
}

export function findMembership(
  system: Database,
  accountId: string,
  tenantId: string,
): Membership | undefined {
  return system.find(inTenant, { accountId, tenantId })
}

/** Joining twice is joining once. */
export function addMembership(
  system: Database,
  membership: { accountId: AccountId; tenantId: string; userId: UserId; now: number },
): void {
  system.run(
    `INSERT INTO memberships (account_id, tenant_id, user_id, created_at)
     VALUES (:accountId, :tenantId, :userId, :now) ON CONFLICT DO NOTHING`,
    membership,
  )
}
