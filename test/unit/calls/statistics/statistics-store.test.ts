import { afterEach, beforeEach, expect, test } from 'vitest'
import { recover } from '#calls/recover.ts'
import { callStatistics } from '#calls/statistics/statistics-store.ts'
import { silentLog } from '#lib/log.ts'
import { type Office, openOffice } from '#test/fakes/office.ts'
import { waitUntil } from '#test/wait-until.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

const rows = () => callStatistics(office.tenant.db, { from: 0, to: 8e15, limit: 100 })

test('one call is one row: durations, who was rung, who spoke, the quality of each leg', async () => {
  const incoming = await office.aliceCalls()
  await office.clock.advance(4_000)
  office.rings('sip:eva@desk').answers()
  await office.settle()
  await office.clock.advance(30_000)
  incoming.leg?.farEndHangsUp()
  await waitUntil('the row', () => rows().length === 1)

  expect(rows()).toMatchObject([
    {
      direction: 'in',
      outcome: 'answered',
      endedBy: 'caller',
      lengthMs: 34_000,
      ringingMs: 4_000,
      talkMs: 30_000,
      transfers: 0,
      firstUser: office.eva,
      lastUser: office.eva,
      abandonedIn: null,
      path: ['queue'],
      offers: [{ userId: office.eva, ms: 4_000, outcome: 'answered' }],
      people: [{ userId: office.eva, talkMs: 30_000 }],
    },
  ])
  await waitUntil('the legs', () => rows()[0]?.legs.length === 2)
  expect(rows()[0]?.legs.map(({ mos }) => mos)).toEqual([4.4, 4.4])
})

test('the row is written in the same transaction as the end of the call', async () => {
  const incoming = await office.aliceCalls()
  incoming.leg?.farEndHangsUp()
  await waitUntil('the end', () => office.story().includes('call-ended'))

  expect(rows()).toMatchObject([{ outcome: 'missed', abandonedIn: 'ringing', endedBy: 'caller' }])
})

test('a call that goes on is no row yet; one that a crash cut off is closed with what was counted', async () => {
  const { caller } = await office.talk()
  await office.clock.advance(5_000)
  office.calls.hold(office.tenant, office.calls.liveCalls(office.tenant)[0]?.id ?? '', office.eva)
  await office.settle()
  expect(rows()).toEqual([])

  await recover(office.tenant, { clock: office.clock, log: silentLog })

  expect(rows()).toMatchObject([{ outcome: 'interrupted', talkMs: 5_000, firstUser: office.eva }])
  caller.farEndHangsUp()
  await office.settle()
})
