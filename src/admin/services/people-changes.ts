// People's news from the facts of each company: status, skills, names; and who got busy or free.
import { z } from 'zod'
import type { LiveEvent } from '#admin/view.ts'
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import type { Readiness } from '#people/readiness.ts'
import { findUser } from '#people/user.ts'
import { type Fact, followFacts } from '#store/facts.ts'
import type { Store } from '#store/store.ts'

interface Sources {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly readiness: Pick<Readiness, 'changes'>
}

const userFact = z.object({ userId: z.string() })
const kinds = ['user-created', 'user-changed', 'status-changed']

export function peopleChanges(
  sources: Sources,
  tell: (tenantId: string, event: LiveEvent) => void,
): Disposable {
  const { store, clock, log, readiness } = sources
  const stack = new DisposableStack()
  stack.use(
    store.onTenant((tenant) => {
      const handle = (fact: Fact) => {
        const body = userFact.safeParse(fact.body).data
        if (body) tenant.db.afterCommit(() => tell(tenant.id, { kind: 'people', userId: body.userId }))
      }
      // From the newest: pages that open fetch what there is; only what happens from now on is news.
      const follow = { name: 'admin-live', kinds, from: 'newest' } as const
      stack.use(followFacts({ db: tenant.db, ...follow, clock, log, handle }))
    }),
  )
  stack.use(
    readiness.changes.on(({ userId }) => {
      const tenant = store.tenants().find(({ db }) => findUser(db, userId) !== undefined)
      if (tenant) tell(tenant.id, { kind: 'people', userId })
    }),
  )
  return stack
}
