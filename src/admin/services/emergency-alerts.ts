// A call for help, to every page that is open: who sees it first goes and helps.
import type { LiveEvent } from '#admin/view.ts'
import { readDiallingFact } from '#calls/dialling/facts.ts'
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import { findUser } from '#people/user.ts'
import { type Fact, followFacts } from '#store/facts.ts'
import type { Store, Tenant } from '#store/store.ts'

export function emergencyAlerts(
  sources: { readonly store: Store; readonly clock: Clock; readonly log: Log },
  tell: (tenantId: string, event: LiveEvent) => void,
): Disposable {
  const { store, clock, log } = sources
  const stack = new DisposableStack()
  stack.use(
    store.onTenant((tenant) => {
      const handle = (fact: Fact) => {
        const sentence = sentenceOf(tenant, fact)
        if (sentence) tenant.db.afterCommit(() => tell(tenant.id, { kind: 'alert', sentence }))
      }
      // An alarm is for now: what happened while nobody listened is a task.
      const follow = { name: 'admin-alerts', kinds: ['emergency-called'], from: 'newest' } as const
      stack.use(followFacts({ db: tenant.db, ...follow, clock, log, handle }))
    }),
  )
  return stack
}

function sentenceOf(tenant: Tenant, fact: Fact): string | undefined {
  const told = readDiallingFact(fact)
  if (told?.kind !== 'emergency-called') return undefined
  const { userId, number, location } = told.body
  const name = (userId === undefined ? undefined : findUser(tenant.db, userId)?.name) ?? 'Somebody'
  return `Emergency: ${name} calls ${number}${location === '' ? '' : `, ${location}`}.`
}
