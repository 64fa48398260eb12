import { afterEach, beforeEach, expect, test } from 'vitest'
import { WrapUp } from '#calls/features/wrap-up.ts'
import { distribution } from '#calls/plan/distribution.ts'
import { silentLog } from '#lib/log.ts'
import { endAutomaticStatus, extendAutomaticStatus, setAutomaticStatus } from '#people/automatic-status.ts'
import { findPresence, setStatus } from '#people/status.ts'
import { openPlanOffice, type PlanOffice } from '#test/fakes/plan-office.ts'

let at: PlanOffice
beforeEach(async () => {
  at = await openPlanOffice()
  const settings = distribution.parse({ wrapUpMs: 30_000, strategy: 'fixed-order', order: [at.office.eva] })
  at.plan([at.queue({ distribution: settings })])
})
afterEach(() => at.office.close())

const statusOf = (userId: string) => findPresence(at.office.tenant.db, userId)?.status.id
const now = () => at.office.clock.now()

async function evaTalks(): Promise<() => Promise<void>> {
  const incoming = await at.office.aliceCalls()
  at.office.rings('sip:eva@desk').answers()
  await at.office.settle()
  return async () => {
    incoming.leg?.farEndHangsUp()
    await at.office.settle()
  }
}

async function pass(ms: number): Promise<void> {
  await at.office.clock.advance(ms)
  await at.office.settle()
}

test('after a call of the queue its person has time to finish it, and is then what they were', async () => {
  const hangsUp = await evaTalks()
  await hangsUp()
  expect(statusOf(at.office.eva)).toBe('wrap-up')
  await pass(29_000)
  expect(statusOf(at.office.eva)).toBe('wrap-up')
  await pass(1_000)

  expect(statusOf(at.office.eva)).toBe('ready')
})

test('no call rings somebody in wrap-up; a caller who waits rings them the moment it is over', async () => {
  setStatus(at.office.tenant.db, { userId: at.office.bob, statusId: 'offline', now: now() })
  const hangsUp = await evaTalks()
  await hangsUp()
  await at.office.aliceCalls({ from: '+420777000222' })
  expect(at.office.ringing()).toEqual([])
  expect(at.office.fact('call-queued')).toMatchObject({
    reason: 'everybody with the skill is finishing the last call',
  })

  await pass(30_000)

  expect(at.office.rings('sip:eva@desk').options.from.number).toBe('+420777000222')
})

test('a wrap-up may be ended early', async () => {
  const hangsUp = await evaTalks()
  await hangsUp()

  endAutomaticStatus(at.office.tenant.db, at.office.eva, now())
  await at.office.aliceCalls()

  expect(at.office.ringing().map((leg) => leg.to)).toEqual(['sip:eva@desk'])
})

test('a wrap-up that was extended ends at its new end', async () => {
  const hangsUp = await evaTalks()
  await hangsUp()
  extendAutomaticStatus(at.office.tenant.db, at.office.eva)
  await pass(30_000)
  expect(statusOf(at.office.eva)).toBe('wrap-up')
  await pass(30_000)

  expect(statusOf(at.office.eva)).toBe('ready')
})

test('a break chosen during the call begins at once, and one chosen during wrap-up is not ended', async () => {
  const first = await evaTalks()
  setStatus(at.office.tenant.db, { userId: at.office.eva, statusId: 'break', now: now() })
  await first()
  expect(statusOf(at.office.eva)).toBe('break')

  at.office.ready(at.office.eva)
  const second = await evaTalks()
  await second()
  setStatus(at.office.tenant.db, { userId: at.office.eva, statusId: 'lunch', now: now() })
  await pass(60_000)

  expect(statusOf(at.office.eva)).toBe('lunch')
})

test('a call of no queue has no wrap-up', async () => {
  await at.office.evaDials('202')
  const bobs = at.office.rings('sip:bob@desk').answers()
  await at.office.settle()
  bobs.farEndHangsUp()
  await at.office.settle()

  expect([statusOf(at.office.eva), statusOf(at.office.bob)]).toEqual(['ready', 'ready'])
})

test('a queue that overflows only when nobody is ready counts somebody in wrap-up as one who will be', async () => {
  setStatus(at.office.tenant.db, { userId: at.office.bob, statusId: 'offline', now: now() })
  const hangsUp = await evaTalks()
  await hangsUp()
  at.plan([at.queue({ onlyWhenReady: true, overflow: [{ kind: 'hangup', sound: null }] })])

  await at.office.aliceCalls({ from: '+420777000222' })

  expect(at.notes()).toEqual([])
})

test('a wrap-up outlives a restart, and one that should have ended meanwhile ends at once', async () => {
  const { tenant, readiness, clock } = at.office
  const inWrapUp = (userId: string, endsAt: number) =>
    setAutomaticStatus(tenant.db, { userId, statusId: 'wrap-up', endsAt, sentence: 'x', now: now() - 60_000 })
  inWrapUp(at.office.eva, now() - 1_000)
  inWrapUp(at.office.bob, now() + 10_000)

  using _started = new WrapUp({ clock, readiness, log: silentLog }, tenant, () => {})
  await pass(9_000)
  expect([statusOf(at.office.eva), statusOf(at.office.bob)]).toEqual(['ready', 'wrap-up'])
  await pass(1_000)

  expect(statusOf(at.office.bob)).toBe('ready')
})
