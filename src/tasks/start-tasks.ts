// Keeps tasks in step with calls and mail: follows each tenant's facts with a durable cursor and tells who listens what changed.
import { readDiallingFact } from '#calls/dialling/facts.ts'
import { readCallFact } from '#calls/facts.ts'
import type { Clock } from '#lib/clock.ts'
import { Events, type Source } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import { readMailFact } from '#mail/facts.ts'
import { type Fact, type Follower, followFacts } from '#store/facts.ts'
import type { Store, Tenant } from '#store/store.ts'
import { taskFromCall } from './from-calls.ts'
import { taskFromDialling } from './from-dialling.ts'
import { taskFromMail } from './from-mail.ts'

export interface TaskChanged {
  readonly tenantId: string
  readonly taskId: string
}

export interface Tasks extends Disposable {
  /** A task was made or changed, told after the commit. */
  readonly events: Source<TaskChanged>
  /** For whoever ran an act of a person (acts.ts): tells the others. */
  changed(tenantId: string, taskId: string): void
  /** Resolves when all facts written so far are taken in. */
  caughtUp(): Promise<void>
}

export function startTasks(options: { store: Store; clock: Clock; log: Log }): Tasks {
  const log = options.log.with({ area: 'tasks' })
  const events = new Events<TaskChanged>(log)
  const stack = new DisposableStack()
  const followers: Follower[] = []
  const followTenant = (tenant: Tenant) => {
    const handle = (fact: Fact) => {
      const changed = takeFact(tenant, fact)
      tenant.db.afterCommit(() => {
        for (const taskId of changed) events.emit({ tenantId: tenant.id, taskId })
      })
    }
    followers.push(
      stack.use(followFacts({ db: tenant.db, name: 'tasks', clock: options.clock, log, handle })),
    )
  }
  stack.use(options.store.onTenant(followTenant))
  return {
    events,
    changed: (tenantId, taskId) => events.emit({ tenantId, taskId }),
    caughtUp: async () => {
      for (const follower of followers) await follower.caughtUp()
    },
    [Symbol.dispose]: () => stack.dispose(),
  }
}

function takeFact(tenant: Tenant, fact: Fact): readonly string[] {
  const call = readCallFact(fact)
  if (call !== undefined) return taskFromCall(tenant.db, call)
  const dialling = readDiallingFact(fact)
  if (dialling !== undefined) return taskFromDialling(tenant.db, dialling)
  const mail = readMailFact(fact)
  return mail === undefined ? [] : taskFromMail(tenant.db, mail)
}
