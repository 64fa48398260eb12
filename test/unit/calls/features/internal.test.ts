import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Office, openOffice } from '#test/fakes/office.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

test('an extension rings all phones of the colleague, who sees who calls', async () => {
  office.sip.contacts.set('bob-mobile', ['sip:bob@mobile'])

  const incoming = await office.evaDials('202')
  const [desk, mobile] = office.ringing()
  expect([desk?.to, mobile?.to]).toEqual(['sip:bob@desk', 'sip:bob@mobile'])
  expect(desk?.options.from).toEqual({ number: '201', displayName: 'eva' })
  desk?.rings()
  expect(incoming.provisionals).toEqual(['180'])
  mobile?.answers()
  await office.settle()

  expect(desk?.cancelled).toBe('elsewhere')
  expect(incoming.leg).toBeDefined()
  expect(office.fact('call-started')).toMatchObject({ direction: 'internal', userId: office.eva })
  expect(office.fact('call-answered')).toMatchObject({ userId: office.bob })
})

test('a colleague on a call is busy: 486', async () => {
  const busy = office.readiness.engage(office.bob)

  const incoming = await office.evaDials('202')

  expect(incoming.rejected?.status).toBe(486)
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'busy' })
  busy[Symbol.dispose]()
})

test('who dials the own extension is busy', async () => {
  const incoming = await office.evaDials('201')

  expect(incoming.rejected?.status).toBe(486)
})

test('a colleague without a connected phone is not reachable: 480', async () => {
  office.sip.contacts.delete('bob-desk')

  const incoming = await office.evaDials('202')

  expect(incoming.rejected?.status).toBe(480)
})

test('a colleague who declines at the desk: 603 at the phone', async () => {
  const incoming = await office.evaDials('202')
  const [call] = office.calls.liveCalls(office.tenant)

  office.calls.hangUp(office.tenant, call?.id ?? '', office.bob)
  await office.settle()

  expect(incoming.rejected?.status).toBe(603)
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'declined' })
  office.expectQuiet()
})

test('each of the two can hold; it is resumed when neither holds', async () => {
  await office.evaDials('202')
  office.rings('sip:bob@desk').answers()
  await office.settle()
  const [caller, callee] = office.media.opened
  const id = office.calls.liveCalls(office.tenant)[0]?.id ?? ''
  const { calls, tenant, eva, bob } = office

  calls.hold(tenant, id, eva)
  calls.hold(tenant, id, bob)
  await office.settle()
  expect([caller?.hears, callee?.hears]).toEqual(['music', 'music'])
  calls.resume(tenant, id, eva)
  await office.settle()
  expect([caller?.hears, callee?.hears]).toEqual(['music', undefined])
  expect(calls.liveCalls(tenant)[0]?.state).toBe('held')
  calls.resume(tenant, id, bob)
  await office.settle()

  expect(caller?.hears).toBe(callee)
  expect(office.story()).toMatch(/call-held call-resumed$/)
})

test('an emergency number is nobody’s extension', async () => {
  const { createUser } = await import('#people/user.ts')
  createUser(
    office.tenant.db,
    { name: 'mia', email: 'mia@acme.example', role: 'agent', extension: '112' },
    office.clock.now(),
  )

  await office.evaDials('112')

  expect(office.ringing().map((leg) => leg.options.target.kind)).toEqual(['trunk'])
})
