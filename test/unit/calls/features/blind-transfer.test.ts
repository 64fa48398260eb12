import { afterEach, beforeEach, expect, test } from 'vitest'
import { usageOf } from '#calls/dialling/usage.ts'
import type { TransferWish } from '#calls/transfer-target.ts'
import { alice, type Office, openOffice, type Talking } from '#test/fakes/office.ts'
import { refers } from '#test/fakes/refer.ts'

let office: Office
let talking: Talking
beforeEach(async () => {
  office = await openOffice()
  talking = await office.talk()
})
afterEach(() => office.close())

const customer = () => office.media.opened[0]
const eva = () => office.media.opened[1]
const live = () => office.calls.liveCalls(office.tenant)[0]
const transfer = async (to: TransferWish) => {
  office.calls.transfer.blind(office.tenant, talking.callId, { userId: office.eva, to })
  await office.settle()
}
const toBob = () => transfer({ kind: 'person', userId: office.bob })

test('the customer hears music while bob rings, showing the customer; eva stays until he answers', async () => {
  await toBob()

  expect(customer()?.hears).toBe('music')
  expect(office.rings('sip:bob@desk').options.from.number).toBe(alice)
  expect(office.fact('call-transferring')).toMatchObject({ userId: office.eva, to: { name: 'bob' } })
  expect(live()).toMatchObject({
    state: 'transferring',
    userId: office.eva,
    transfer: { how: 'blind', state: 'ringing', to: { name: 'bob' } },
  })
  office.rings('sip:bob@desk').rings()
  expect(eva()?.hears).toBe('tone')
  expect(talking.callee.ended).toBeUndefined()

  const bob = office.rings('sip:bob@desk').answers()
  await office.settle()

  expect(talking.callee.ended?.by).toBe('us')
  expect(customer()?.hears).toBe(office.media.opened[2])
  expect(live()).toMatchObject({ state: 'talking', userId: office.bob, transfer: undefined })
  expect([office.readiness.isBusy(office.eva), office.readiness.isBusy(office.bob)]).toEqual([false, true])
  expect(office.fact('call-transferred')).toMatchObject({
    userId: office.eva,
    to: { userId: office.bob },
    outcome: 'answered',
  })
  bob.farEndHangsUp()
  await office.settle()
  office.expectQuiet()
})

test.each([
  ['busy', () => office.rings('sip:bob@desk').refuses(486), 'busy'],
  ['declined', () => office.rings('sip:bob@desk').refuses(603), 'declined'],
  ['unanswered', () => office.clock.advance(20_000), 'no-answer'],
  ['cancelled', () => office.calls.transfer.cancel(office.tenant, talking.callId, office.eva), 'cancelled'],
])('%s comes back to eva with the reason, and both talk again', async (_, happens, outcome) => {
  await toBob()

  await happens()
  await office.settle()

  expect(office.fact('call-transferred')).toMatchObject({ userId: office.eva, outcome })
  expect(customer()?.hears).toBe(eva())
  expect(live()).toMatchObject({ state: 'talking', userId: office.eva, cameBack: { name: 'bob' } })
  expect(office.readiness.isBusy(office.bob)).toBe(false)
})

test('a phone that is off comes back at once', async () => {
  office.sip.contacts.delete('bob-desk')

  await toBob()

  expect(office.fact('call-transferred')).toMatchObject({
    outcome: 'failed',
    sentence: 'no phone is connected',
  })
  expect(customer()?.hears).toBe(eva())
})

test('a colleague on another call is busy: nothing rings there', async () => {
  using _engaged = office.readiness.engage(office.bob)

  await toBob()

  expect(office.ringing()).toEqual([])
  expect(office.fact('call-transferred')).toMatchObject({ outcome: 'busy' })
})

test('eva hangs up while bob rings: he is still rung, and gets the customer', async () => {
  await toBob()

  talking.callee.farEndHangsUp()
  await office.settle()
  expect(office.readiness.isBusy(office.eva)).toBe(false)
  expect(customer()?.hears).toBe('music')
  office.rings('sip:bob@desk').answers()
  await office.settle()

  expect(live()).toMatchObject({ state: 'talking', userId: office.bob })
  expect(customer()?.hears).toBe(office.media.opened[2])
})

test('hang-up at the desk while it is passed on leaves the customer to the transfer', async () => {
  await toBob()

  office.calls.hangUp(office.tenant, talking.callId, office.eva)
  await office.settle()

  expect(talking.callee.ended?.by).toBe('us')
  expect(talking.caller.ended).toBeUndefined()
  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
})

test('eva is gone when it comes back: her phones ring, and she has the customer again', async () => {
  await toBob()
  talking.callee.farEndHangsUp()
  await office.settle()

  office.rings('sip:bob@desk').refuses(486)
  await office.settle()
  expect(customer()?.hears).toBe('music')
  expect(office.fact('call-offered')).toMatchObject({
    userId: office.eva,
    reason: 'bob: busy; back to eva',
  })
  office.rings('sip:eva@desk').answers()
  await office.settle()

  expect(live()).toMatchObject({ state: 'talking', userId: office.eva })
  expect(customer()?.hears).toBe(office.media.opened[3])
})

test('eva does not take it back either: the caller waits in the queue, and is never lost', async () => {
  await toBob()
  talking.callee.farEndHangsUp()
  await office.settle()
  office.rings('sip:bob@desk').refuses(486)
  await office.settle()
  office.rings('sip:eva@desk').refuses(486)
  await office.settle()

  expect(talking.caller.ended).toBeUndefined()
  expect(customer()?.hears).toBe('music')
  const next = office.ringing()[0]
  next?.answers()
  await office.settle()

  expect(live()?.state).toBe('talking')
})

test('the customer hangs up meanwhile: bob stops ringing, the task stays open', async () => {
  await toBob()
  const ringing = office.rings('sip:bob@desk')

  talking.caller.farEndHangsUp()
  await office.settle()

  expect(ringing.cancelled).toBe('caller-gone')
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'answered', gaveUp: true })
  expect(office.fact('call-transferred')).toMatchObject({ outcome: 'cancelled' })
  office.expectQuiet()
})

test('to a number outside: it rings through the trunk, and eva is free when it answers', async () => {
  await transfer({ kind: 'number', number: '777 555 444' })
  office.rings('420777').rings()
  office.rings('420777').answers()
  await office.settle()

  expect(customer()?.hears).toBe(office.media.opened[2])
  expect(office.fact('call-transferred')).toMatchObject({
    to: { number: '+420777555444' },
    outcome: 'answered',
  })
  expect(office.readiness.isBusy(office.eva)).toBe(false)
  expect(live()).toMatchObject({ state: 'talking', userId: undefined })
})

test('a transfer to the outside counts as eva’s call, by her limits', async () => {
  const { tenant, clock, eva: userId } = office
  const usage = () => usageOf(tenant.db, { now: clock.now(), dayStart: 0, home: 'CZ', userId })
  await transfer({ kind: 'number', number: '777 555 444' })
  office.rings('420777').answers()
  await office.settle()
  await clock.advance(120_000)
  expect(usage().person).toMatchObject({ callsAtOnce: 1, callsPerDay: 1, minutesPerDay: 2 })

  talking.caller.farEndHangsUp()
  await office.settle()

  expect(usage().company).toMatchObject({ callsAtOnce: 0, callsPerDay: 1, minutesPerDay: 2 })
})

test('to the people of a skill: eva is free at once, the customer waits in their queue', async () => {
  await transfer({ kind: 'skills', skills: [office.skillId] })

  expect(talking.callee.ended?.by).toBe('us')
  expect(office.fact('call-transferred')).toMatchObject({
    to: { skills: [office.skillId] },
    outcome: 'answered',
  })
  office.rings('sip:bob@desk').answers()
  await office.settle()

  expect(live()).toMatchObject({ state: 'talking', userId: office.bob })
})

test('bob declines at the desk: it comes back', async () => {
  await toBob()

  office.calls.hangUp(office.tenant, talking.callId, office.bob)
  await office.settle()

  expect(office.fact('call-transferred')).toMatchObject({ outcome: 'declined' })
  expect(live()).toMatchObject({ state: 'talking', userId: office.eva })
})

test.each<[string, TransferWish]>([
  ['calls.bad-number', { kind: 'number', number: '12ab' }],
  ['calls.transfer-to-self', { kind: 'number', number: '201' }],
  ['calls.no-person', { kind: 'person', userId: 'nobody' }],
  ['calls.no-person', { kind: 'skills', skills: ['none'] }],
])('%s is told at once and the talk goes on', async (code, to) => {
  await expect(transfer(to)).rejects.toMatchObject({ code })
  expect(customer()?.hears).toBe(eva())
})

test('somebody else cannot pass the call on, and nobody twice', async () => {
  const { tenant, calls, bob } = office
  const to = { kind: 'person', userId: office.eva } as const

  expect(() => calls.transfer.blind(tenant, talking.callId, { userId: bob, to })).toThrow(
    expect.objectContaining({ code: 'calls.not-yours' }),
  )
  await toBob()
  await expect(toBob()).rejects.toMatchObject({ code: 'calls.not-talking' })
})

test('a call on hold can be passed on, and is held no more when it comes back', async () => {
  office.calls.hold(office.tenant, talking.callId, office.eva)
  await office.settle()
  await toBob()

  office.rings('sip:bob@desk').refuses(486)
  await office.settle()

  expect(customer()?.hears).toBe(eva())
  expect(live()?.state).toBe('talking')
})

test('REFER by the phone: 202, progress by NOTIFY, and the phone is let go after the last one', async () => {
  const refer = refers(talking.callee, 'sip:202@cordboard')
  await office.settle()
  expect(refer.told).toEqual([202, 100])
  office.rings('sip:bob@desk').rings()
  await office.settle()

  office.rings('sip:bob@desk').answers()
  await office.settle()

  expect(refer.told).toEqual([202, 100, 180, 200])
  expect(talking.callee.ended?.by).toBe('us')
  expect(live()).toMatchObject({ state: 'talking', userId: office.bob })
})

test('REFER to a busy colleague: the phone is told 486 and has the customer again', async () => {
  const refer = refers(talking.callee, 'sip:202@cordboard')
  await office.settle()

  office.rings('sip:bob@desk').refuses(486)
  await office.settle()

  expect(refer.told).toEqual([202, 100, 486])
  expect(customer()?.hears).toBe(eva())
})

test('a phone that does not answer NOTIFY does not keep the customer waiting', async () => {
  const refer = refers(talking.callee, 'sip:202@cordboard', { deaf: true })
  await office.settle()
  office.rings('sip:bob@desk').answers()
  await office.settle()

  expect(customer()?.hears).toBe(office.media.opened[2])
  await office.clock.advance(2_000)
  await office.settle()

  expect(refer.told).toContain(200)
  expect(talking.callee.ended?.by).toBe('us')
})

test.each([
  ['sip:nobody@cordboard', 404],
  ['sip:201@cordboard', 403],
])('REFER to %s is refused with %i and told in the log', async (referTo, status) => {
  const refer = refers(talking.callee, referTo)
  await office.settle()

  expect(refer.told).toEqual([status])
  expect(office.fact('call-noted')).toMatchObject({ sentence: expect.stringMatching(/^Not transferred/) })
  expect(customer()?.hears).toBe(eva())
})

test('REFER from the carrier is refused: it could call at our cost', async () => {
  const refer = refers(talking.caller, 'sip:+420777555444@cordboard')
  await office.settle()

  expect(refer.told).toEqual([403])
})

test('a call passed on thirty times is passed on no more', async () => {
  for (let round = 0; round < 30; round += 1) {
    await toBob()
    office.rings('sip:bob@desk').refuses(486)
    await office.settle()
  }

  await expect(toBob()).rejects.toMatchObject({ code: 'calls.transferred-too-often' })
})

test.each([
  ['refused', 'sip:nobody@cordboard', () => {}],
  ['failed', 'sip:202@cordboard', () => office.rings('sip:bob@desk').refuses(486)],
])('a phone that hangs up because its REFER was %s is rung again', async (_, referTo, happens) => {
  refers(talking.callee, referTo)
  await office.settle()
  happens()
  await office.settle()

  talking.callee.farEndHangsUp()
  await office.settle()
  expect(customer()?.hears).toBe('music')
  office.rings('sip:eva@desk').answers()
  await office.settle()

  expect(live()).toMatchObject({ state: 'talking', userId: office.eva })
  talking.caller.farEndHangsUp()
  await office.settle()
  office.expectQuiet()
})

test('a moment after its refused REFER the end of the phone is the end of the call again', async () => {
  refers(talking.callee, 'sip:nobody@cordboard')
  await office.settle()
  await office.clock.advance(3_000)

  talking.callee.farEndHangsUp()
  await office.settle()

  expect(office.ringing()).toEqual([])
  office.expectQuiet()
})
