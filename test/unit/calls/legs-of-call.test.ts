import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { startCall } from '#calls/call.ts'
import { CallLeg } from '#calls/call-leg.ts'
import { Journal } from '#calls/journal.ts'
import { LiveCall } from '#calls/live-call.ts'
import { momentOf } from '#calls/moment.ts'
import { OpenCalls } from '#calls/open-calls.ts'
import type { Stage } from '#calls/stage.ts'
import { newId } from '#lib/id.ts'
import { silentLog as log } from '#lib/log.ts'
import { Readiness } from '#people/readiness.ts'
import { query } from '#store/database.ts'
import { FakeMedia } from '#test/fakes/media.ts'
import { FakeAnswered } from '#test/fakes/signalling.ts'
import { testStore } from '#test/temp-folder.ts'

let kept: ReturnType<typeof testStore>
let readiness: Readiness
let openCalls: OpenCalls
beforeEach(() => {
  kept = testStore()
  readiness = new Readiness({ clock: kept.clock, log })
  openCalls = new OpenCalls(log)
})
afterEach(() => kept[Symbol.dispose]())

const media = new FakeMedia()
const settle = () => new Promise((resolve) => setTimeout(resolve))

function openCall(): LiveCall {
  const { clock, tenant } = kept
  const journal = new Journal({ db: tenant.db, clock, log })
  const room = { clock, log, readiness, openCalls, journalOf: () => journal }
  const details = { id: newId(), direction: 'in', party: {}, skills: [] } as const
  const start = startCall(
    { ...details, number: undefined, trunkId: undefined, placedBy: undefined, taskId: undefined },
    momentOf(clock),
  )
  return LiveCall.open(room, tenant, start)
}

async function openLeg(call: LiveCall, userId?: string): Promise<{ leg: CallLeg; far: FakeAnswered }> {
  const far = new FakeAnswered(newId(), 'sdp')
  const sound = await media.openForOffer({ owner: call.id })
  const owner =
    userId === undefined
      ? ({ kind: 'outside', trunkId: 't1' } as const)
      : ({ kind: 'person', userId, phoneId: 'p1' } as const)
  call.legLog.started(far.callId, 'out', owner)
  return { leg: new CallLeg({ sip: far, media: sound, owner, clock: kept.clock, log }), far }
}

const rows = query(
  z.object({ call_id: z.string(), ended_why: z.string().nullable() }),
  'SELECT call_id, ended_why FROM call_legs',
)

test('without a stage the end of any leg is the end of the call', async () => {
  const call = openCall()
  const { leg, far } = await openLeg(call)
  call.own(leg, 'caller')

  far.farEndHangsUp()

  await call.closed
  expect(openCalls.size).toBe(0)
})

test('a stage that goes on keeps the call: only the leg is closed, and its person free', async () => {
  const call = openCall()
  const [alice, eva] = [await openLeg(call), await openLeg(call, 'eva')]
  const stage: Stage = { name: 'test', legGone: () => 'goes-on', leave: async () => {} }
  call.own(alice.leg, 'caller')
  call.own(eva.leg, 'callee')
  await call.enter(stage)
  expect(readiness.isBusy('eva')).toBe(true)

  eva.far.farEndHangsUp()
  await settle()

  expect(call.over.aborted).toBe(false)
  expect(readiness.isBusy('eva')).toBe(false)
  expect(call.legs).toEqual([alice.leg])
  expect(kept.tenant.db.all(rows).map((row) => row.ended_why)).toEqual([null, 'The callee hung up.'])
  call.end({ by: 'system', sentence: 'over' })
  await call.closed
})

test('the policy a leg is owned with comes before the stage', async () => {
  const call = openCall()
  const { leg, far } = await openLeg(call)
  await call.enter({ name: 'test', legGone: () => 'ends', leave: async () => {} })
  call.own(leg, 'caller', () => 'goes-on')

  far.farEndHangsUp()
  await settle()

  expect(call.over.aborted).toBe(false)
  call.end({ by: 'system', sentence: 'over' })
  await call.closed
})

test('a leg handed over lives on in the other call, with its row; its person is never free in between', async () => {
  const [from, to] = [openCall(), openCall()]
  const { leg, far } = await openLeg(from, 'bob')
  from.own(leg, 'callee')
  const freed: boolean[] = []
  readiness.changes.on(({ busy }) => freed.push(!busy))

  from.hand(leg, to, 'callee')
  from.end({ by: 'system', sentence: 'joined' })
  await from.closed

  expect(freed).toEqual([])
  expect(leg.ended).toBe(false)
  expect(kept.tenant.db.all(rows).map((row) => row.call_id)).toEqual([to.id])
  far.farEndHangsUp()
  await to.closed
  expect(readiness.isBusy('bob')).toBe(false)
})

test('a stage lets go before the next one begins, also when a third one follows at once', async () => {
  const call = openCall()
  const order: string[] = []
  const stage = (name: string): Stage => ({
    name,
    legGone: () => 'ends',
    leave: async () => {
      await settle()
      order.push(`${name} left`)
    },
  })
  const entering = [stage('one'), stage('two'), stage('three')].map(async (one) => {
    await call.enter(one)
    order.push(`${one.name} begins`)
  })

  await Promise.all(entering)

  expect(order.at(-1)).toBe('three begins')
  expect(order.filter((word) => word.endsWith('left'))).toEqual(['one left', 'two left'])
  expect(call.stage?.name).toBe('three')
  call.end({ by: 'system', sentence: 'over' })
  await call.closed
})

test('a leg owned by a call that is over is closed at once', async () => {
  const call = openCall()
  call.end({ by: 'system', sentence: 'over' })
  const { leg, far } = await openLeg(call, 'eva')

  call.own(leg, 'caller')
  await settle()

  expect(far.ended?.by).toBe('us')
  expect(readiness.isBusy('eva')).toBe(false)
})
