// Tells the pages of live calls. Each telling holds the whole list, and a call changes a dozen times while it is set up, so
// what changes within a moment is told once.
import type { LiveEvent } from '#admin/view.ts'
import type { CallCommands } from '#calls/commands.ts'
import type { Clock, Timer } from '#lib/clock.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import type { Store } from '#store/store.ts'
import { listLiveCalls } from './calls.ts'

/** Too short to be seen, long enough that a hundred calls a second cost twenty lists. */
const momentMs = 50

export function liveCallNews(
  parts: {
    readonly store: Store
    readonly calls: Pick<CallCommands, 'liveCalls' | 'changes'>
    readonly clock: Clock
    readonly log: Log
  },
  tell: (tenantId: string, event: LiveEvent) => void,
): Disposable {
  const { store, calls, clock, log } = parts
  const waiting = new Map<string, Timer>()
  const changes = calls.changes.on(({ tenantId }) => {
    if (waiting.has(tenantId)) return
    const tellList = guard(log, 'live calls', () => {
      waiting.delete(tenantId)
      tell(tenantId, { kind: 'calls', calls: listLiveCalls({ tenant: store.tenant(tenantId), calls }) })
    })
    waiting.set(tenantId, clock.after(momentMs, tellList))
  })
  return {
    [Symbol.dispose]: () => {
      changes[Symbol.dispose]()
      for (const timer of waiting.values()) timer.cancel()
      waiting.clear()
    },
  }
}
