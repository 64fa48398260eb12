import { afterEach, expect, test } from 'vitest'
import { alice, type Office, openOffice, ourNumber } from '#test/fakes/office.ts'

let office: Office
afterEach(() => office.close())

test('a stop waits for the calls that go on and refuses new ones with 503 and Retry-After', async () => {
  office = await openOffice()
  const talking = await office.talk()

  const stopped = office.calls.stop()
  const late = await office.aliceCalls()
  expect(late.rejected).toMatchObject({ status: 503, headers: { 'Retry-After': '10' } })
  expect(() => office.calls.callNumber(office.tenant, { userId: office.bob, number: alice })).toThrow(
    expect.objectContaining({ code: 'calls.stopping' }),
  )
  expect(talking.caller.ended).toBeUndefined()
  talking.caller.farEndHangsUp()
  await stopped

  expect(office.fact('call-ended')).toMatchObject({ outcome: 'answered' })
})

test('after the deadline calls are hung up with a reason and ended as interrupted', async () => {
  office = await openOffice({ drainMs: 10_000 })
  const talking = await office.talk()

  const stopped = office.calls.stop()
  await office.clock.advance(10_000)
  await stopped

  expect(talking.caller.byeReason).toContain('Stopping')
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'interrupted', endedBy: 'system' })
})

test('a second signal ends the wait at once', async () => {
  const hurry = new AbortController()
  office = await openOffice({ hurry: hurry.signal })
  const talking = await office.talk()

  const stopped = office.calls.stop()
  hurry.abort()
  await stopped

  expect(talking.caller.ended?.by).toBe('us')
})

test('a stop while phones ring cancels them and ends the waiting caller', async () => {
  office = await openOffice({ drainMs: 0 })
  const incoming = await office.aliceCalls()
  const ringing = office.rings('sip:eva@desk')

  await office.calls.stop()

  expect(ringing.cancelled).toBe('caller-gone')
  expect(incoming.leg?.ended?.by).toBe('us')
})

test('a stop while a phone waits for the outside gives it a final answer', async () => {
  office = await openOffice({ drainMs: 0 })
  const incoming = await office.evaDials('+420777555444')

  await office.calls.stop()
  await office.settle()

  expect(incoming.rejected?.status).toBe(503)
})

test('an emergency call is placed even while stopping', async () => {
  office = await openOffice()
  await office.talk()
  const stopped = office.calls.stop()

  const origin = {
    kind: 'phone',
    phoneId: 'bob-desk',
    tenantId: office.tenant.id,
    userId: office.bob,
  } as const
  office.ways = [{ trunkId: 'trunk-1', number: '112', from: ourNumber }]
  office.sip.comesIn({ origin, dialled: '112', from: 'bob' })
  await office.settle()

  expect(office.rings('112').options.target.kind).toBe('trunk')
  await office.clock.advance(10_000)
  await stopped
})

test('the live list shows who waits for whom, who talks and why, and tells of every change', async () => {
  office = await openOffice()
  let changes = 0
  using _ = office.calls.changes.on(() => {
    changes += 1
  })
  await office.aliceCalls()
  expect(office.calls.liveCalls(office.tenant)).toMatchObject([
    {
      direction: 'in',
      state: 'ringing',
      party: { number: alice },
      number: ourNumber,
      userId: office.eva,
      reason: expect.stringMatching(/^longest idle/),
    },
  ])
  const before = changes
  office.rings('sip:eva@desk').answers()
  await office.settle()

  expect(office.calls.liveCalls(office.tenant)).toMatchObject([{ state: 'talking', recording: false }])
  expect(changes).toBeGreaterThan(before)
})

test('a call of another company is unknown to the desk', async () => {
  office = await openOffice()
  const talking = await office.talk()
  const stranger = { ...office.tenant, id: office.tenant.id }
  Object.assign(stranger, { id: 'other' })

  expect(() => office.calls.hold(stranger, talking.callId, office.eva)).toThrow(
    expect.objectContaining({ code: 'call.unknown' }),
  )
  expect(office.calls.liveCalls(stranger)).toEqual([])
})

test('hold of a call that nobody answered yet says so', async () => {
  office = await openOffice()
  await office.aliceCalls()
  const [call] = office.calls.liveCalls(office.tenant)

  expect(() => office.calls.hold(office.tenant, call?.id ?? '', office.eva)).toThrow(
    expect.objectContaining({ code: 'calls.not-talking' }),
  )
})

test('thirty calls that come and go leave nothing behind', async () => {
  office = await openOffice()
  for (let round = 0; round < 30; round += 1) {
    const incoming = await office.aliceCalls({ from: `+4207770${String(round).padStart(5, '0')}` })
    if (round % 3 === 0) office.ringing()[0]?.answers()
    await office.settle()
    incoming.leg?.farEndHangsUp()
    await office.settle()
  }

  office.expectQuiet()
})
