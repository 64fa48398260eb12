// Statistics of calls as reports read them.
import type { StatisticsPort } from '#admin/statistics-view.ts'
import { callStatistics } from '#calls/statistics/statistics-store.ts'
import { listUsers } from '#people/user.ts'
import type { TenantParts } from './parts.ts'

/** About a month of a busy company; each row is some 2 KB. */
const mostRows = 10_000

export function statisticsPort({ tenant }: Pick<TenantParts, 'tenant'>): StatisticsPort {
  return {
    calls: (range) => {
      const people = new Map<string, string>(listUsers(tenant.db).map(({ id, name }) => [id, name]))
      const rows = callStatistics(tenant.db, { ...range, limit: mostRows + 1 })
      return {
        calls: rows.slice(0, mostRows).map((row) => {
          const users = new Set([...row.people, ...row.offers].map(({ userId }) => userId))
          const names = [...users].map((id) => [id, people.get(id) ?? 'Somebody who left'] as const)
          return { ...row, names: Object.fromEntries(names) }
        }),
        more: rows.length > mostRows,
      }
    },
  }
}
