// What every port of one company is made of.
import type { Clock } from '#lib/clock.ts'
import type { Store, Tenant } from '#store/store.ts'

export interface TenantParts {
  readonly store: Store
  readonly tenant: Tenant
  readonly clock: Clock
}
