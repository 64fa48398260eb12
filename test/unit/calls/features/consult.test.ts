import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TransferWish } from '#calls/transfer-target.ts'
import { alice, type Office, openOffice, type Talking } from '#test/fakes/office.ts'
import type { FakeAnswered } from '#test/fakes/signalling.ts'

let office: Office
let talking: Talking
beforeEach(async () => {
  office = await openOffice()
  talking = await office.talk()
})
afterEach(() => office.close())

const customer = () => office.media.opened[0]
const eva = () => office.media.opened[1]
const bob = () => office.media.opened[2]
const live = () => office.calls.liveCalls(office.tenant)[0]

type Act = 'cancel' | 'complete' | 'swap' | 'merge'
const act = async (what: Act, userId = office.eva) => {
  office.calls.transfer[what](office.tenant, talking.callId, userId)
  await office.settle()
}
const callIn = async (to: TransferWish = { kind: 'person', userId: office.bob }) => {
  office.calls.transfer.consult(office.tenant, talking.callId, { userId: office.eva, to })
  await office.settle()
}
/** Bob answers eva's call. */
const consult = async (): Promise<FakeAnswered> => {
  await callIn()
  const leg = office.rings('sip:bob@desk').answers()
  await office.settle()
  return leg
}

test('the customer hears music while bob rings and speaks with eva', async () => {
  await callIn()
  expect(customer()?.hears).toBe('music')
  expect(office.rings('sip:bob@desk').options.from.number).toBe(alice)
  office.rings('sip:bob@desk').rings()
  expect(eva()?.hears).toBe('tone')
  expect(live()).toMatchObject({ state: 'held', transfer: { how: 'warm', state: 'ringing' } })

  office.rings('sip:bob@desk').answers()
  await office.settle()

  expect(eva()?.hears).toBe(bob())
  expect(customer()?.hears).toBe('music')
  expect(live()?.transfer?.state).toBe('consulting')
})

test('complete: bob has the customer, eva is free, the call is one', async () => {
  await consult()
  await act('complete')

  expect(customer()?.hears).toBe(bob())
  expect(talking.callee.ended?.by).toBe('us')
  expect(live()).toMatchObject({
    id: talking.callId,
    state: 'talking',
    userId: office.bob,
    transfer: undefined,
  })
  expect(office.fact('call-transferred')).toMatchObject({
    how: 'warm',
    outcome: 'answered',
    userId: office.eva,
  })
  expect([office.readiness.isBusy(office.eva), office.readiness.isBusy(office.bob)]).toEqual([false, true])
})

test('swap goes to the customer and back; the one who waits hears music', async () => {
  await consult()

  await act('swap')
  expect(eva()?.hears).toBe(customer())
  expect(bob()?.hears).toBe('music')
  expect(live()).toMatchObject({ state: 'talking', transfer: { state: 'waiting' } })

  await act('swap')
  expect(eva()?.hears).toBe(bob())
  expect(customer()?.hears).toBe('music')
  expect(live()).toMatchObject({ state: 'held', transfer: { state: 'consulting' } })
})

test('swaps pressed faster than the engine works end as pressed last', async () => {
  await consult()
  const { transfer } = office.calls
  for (let press = 0; press < 5; press += 1) transfer.swap(office.tenant, talking.callId, office.eva)
  await office.settle()

  expect(eva()?.hears).toBe(customer())
  expect(bob()?.hears).toBe('music')
})

test('cancel while bob rings stops him and gives the customer back', async () => {
  await callIn()
  const ringing = office.rings('sip:bob@desk')

  await act('cancel')

  expect(ringing.cancelled).toBe('caller-gone')
  expect(customer()?.hears).toBe(eva())
  expect(live()).toMatchObject({ state: 'talking', transfer: undefined, cameBack: undefined })
})

test('cancel while they speak hangs bob up and gives the customer back', async () => {
  const leg = await consult()

  await act('cancel')

  expect(leg.ended?.by).toBe('us')
  expect(customer()?.hears).toBe(eva())
  expect(office.readiness.isBusy(office.bob)).toBe(false)
})

test('bob does not answer: eva has the customer again, and is told why', async () => {
  await callIn()

  office.rings('sip:bob@desk').refuses(486)
  await office.settle()

  expect(customer()?.hears).toBe(eva())
  expect(live()).toMatchObject({ state: 'talking', cameBack: { name: 'bob', sentence: 'busy' } })
})

test.each(['phone', 'desk'])('bob hangs up at his %s: eva has the customer again', async (where) => {
  const leg = await consult()

  if (where === 'phone') leg.farEndHangsUp()
  else office.calls.hangUp(office.tenant, talking.callId, office.bob)
  await office.settle()

  expect(customer()?.hears).toBe(eva())
  expect(live()).toMatchObject({ state: 'talking', userId: office.eva })
})

test('eva hangs up while they speak: bob has the customer', async () => {
  await consult()

  talking.callee.farEndHangsUp()
  await office.settle()

  expect(customer()?.hears).toBe(bob())
  expect(live()).toMatchObject({ state: 'talking', userId: office.bob })
})

test.each(['phone', 'desk', 'complete'])(
  'eva leaves (%s) before bob answered: it becomes a blind transfer, told in the log',
  async (where) => {
    await callIn()

    if (where === 'phone') talking.callee.farEndHangsUp()
    else if (where === 'desk') office.calls.hangUp(office.tenant, talking.callId, office.eva)
    else await act('complete')
    await office.settle()
    expect(office.fact('call-noted')).toMatchObject({
      sentence: expect.stringContaining('Did not wait for bob'),
    })
    expect(office.readiness.isBusy(office.eva)).toBe(false)
    office.rings('sip:bob@desk').answers()
    await office.settle()

    expect(customer()?.hears).toBe(bob())
    expect(office.fact('call-transferred')).toMatchObject({ how: 'blind', outcome: 'answered' })
  },
)

test('eva left and bob does not answer: her phones ring again', async () => {
  await callIn()
  talking.callee.farEndHangsUp()
  await office.settle()

  office.rings('sip:bob@desk').refuses(486)
  await office.settle()

  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:eva@desk'])
  expect(customer()?.hears).toBe('music')
})

test('the customer hangs up during the consultation: all is over', async () => {
  const leg = await consult()

  talking.caller.farEndHangsUp()
  await office.settle()

  expect(leg.ended?.by).toBe('us')
  office.expectQuiet()
})

test('merge: all three hear each other; when eva goes the other two talk on', async () => {
  await consult()
  await act('merge')
  expect([customer(), eva(), bob()].map((leg) => leg?.hears)).toEqual(['mix', 'mix', 'mix'])
  expect(live()).toMatchObject({ state: 'talking', people: [office.eva, office.bob] })

  talking.callee.farEndHangsUp()
  await office.settle()

  expect(customer()?.hears).toBe(bob())
  expect(live()).toMatchObject({ state: 'talking', people: [office.bob] })
  expect(office.fact('call-left')).toMatchObject({ userId: office.eva })
})

test('merge: when bob goes at his desk, eva and the customer talk on', async () => {
  await consult()
  await act('merge')

  office.calls.hangUp(office.tenant, talking.callId, office.bob)
  await office.settle()

  expect(customer()?.hears).toBe(eva())
  expect(live()).toMatchObject({ people: [office.eva] })
})

test('a number outside can be called in and be given the customer', async () => {
  await callIn({ kind: 'number', number: '777 555 444' })
  office.rings('420777').answers()
  await office.settle()
  await act('complete')

  expect(customer()?.hears).toBe(bob())
  expect(office.fact('call-transferred')).toMatchObject({ to: { number: '+420777555444' }, how: 'warm' })
})

test('swap and merge before an answer say that it is too early', async () => {
  await callIn()

  await expect(act('swap')).rejects.toMatchObject({ code: 'calls.not-now' })
  await expect(act('merge')).rejects.toMatchObject({ code: 'calls.not-now' })
  await expect(act('complete', office.bob)).rejects.toMatchObject({ code: 'calls.not-yours' })
})

test('without a consultation there is nothing to complete', async () => {
  await expect(act('complete')).rejects.toMatchObject({ code: 'calls.no-transfer' })
})

test('a queue cannot be spoken with first', async () => {
  await expect(callIn({ kind: 'skills', skills: [office.skillId] })).rejects.toMatchObject({
    code: 'calls.not-a-person',
  })
})

test('ten warm transfers of one call to and fro leave no leg behind', async () => {
  for (let round = 0; round < 10; round += 1) {
    const [from, to, name] =
      round % 2 === 0 ? [office.eva, office.bob, 'bob'] : [office.bob, office.eva, 'eva']
    office.calls.transfer.consult(office.tenant, talking.callId, {
      userId: from,
      to: { kind: 'person', userId: to },
    })
    await office.settle()
    office.rings(`sip:${name}@desk`).answers()
    await office.settle()
    await act('complete', from)
    expect(live()).toMatchObject({ state: 'talking', userId: to })
    expect(office.media.legs.size).toBe(2)
  }

  talking.caller.farEndHangsUp()
  await office.settle()
  office.expectQuiet()
})
