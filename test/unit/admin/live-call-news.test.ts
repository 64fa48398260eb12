import { afterEach, beforeEach, expect, test } from 'vitest'
import { liveCallNews } from '#admin/services/live-call-news.ts'
import type { LiveEvent } from '#admin/view.ts'
import type { LiveCallInfo } from '#calls/commands.ts'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import { testStore } from '#test/temp-folder.ts'

const call: LiveCallInfo = {
  id: 'call-1',
  direction: 'in',
  party: { number: '+420777000111' },
  number: undefined,
  trunkId: undefined,
  state: 'ringing',
  startedAt: 1,
  answeredAt: undefined,
  userId: undefined,
  skills: [],
  recording: false,
  reason: undefined,
  taskId: undefined,
}

let kept: ReturnType<typeof testStore>
let news: Disposable
let timers: number
const told: { tenantId: string; event: LiveEvent }[] = []
let changes: Events<{ tenantId: string; callId: string }>
let live: readonly LiveCallInfo[]
beforeEach(() => {
  kept = testStore()
  told.length = 0
  live = []
  changes = new Events(silentLog)
  timers = kept.clock.waiting
  const calls = { changes, liveCalls: () => live }
  news = liveCallNews({ ...kept, calls, log: silentLog }, (tenantId, event) => told.push({ tenantId, event }))
})
afterEach(() => {
  news[Symbol.dispose]()
  expect(kept.clock.waiting).toBe(timers)
  kept[Symbol.dispose]()
})

const changed = () => changes.emit({ tenantId: kept.tenant.id, callId: 'call-1' })

test('what changes within a moment is told once, as it is at the end of it', async () => {
  changed()
  changed()
  live = [call]
  expect(told).toEqual([])

  await kept.clock.advance(50)

  expect(told).toHaveLength(1)
  expect(told[0]).toMatchObject({ tenantId: kept.tenant.id, event: { calls: [{ id: 'call-1' }] } })
  live = []
  changed()
  await kept.clock.advance(50)
  expect(told[1]?.event).toEqual({ kind: 'calls', calls: [] })
})

test('a stop in the middle of a moment tells nothing more', async () => {
  changed()

  news[Symbol.dispose]()
  await kept.clock.advance(50)

  expect(told).toEqual([])
})
