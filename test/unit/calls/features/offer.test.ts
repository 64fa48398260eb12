import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Office, openOffice } from '#test/fakes/office.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

test('all phones of the person ring, the first answer wins and the others are told it was answered elsewhere', async () => {
  office.sip.contacts.set('eva-mobile', ['sip:eva@mobile', 'sip:eva@tablet'])

  await office.aliceCalls()
  const [desk, mobile, tablet] = office.ringing()
  expect([desk?.to, mobile?.to, tablet?.to]).toEqual(['sip:eva@desk', 'sip:eva@mobile', 'sip:eva@tablet'])
  mobile?.answers()
  await office.settle()

  expect([desk?.cancelled, mobile?.cancelled, tablet?.cancelled]).toEqual([
    'elsewhere',
    undefined,
    'elsewhere',
  ])
  expect(office.story()).toBe('call-started call-queued call-offered call-answered')
  expect(office.media.legs.size).toBe(2)
})

test('two phones that answer at the same moment: one talks, the other is hung up', async () => {
  office.sip.contacts.set('eva-mobile', ['sip:eva@mobile'])
  await office.aliceCalls()
  const [desk, mobile] = office.ringing()

  const legs = [desk?.answers(), mobile?.answers()]
  await office.settle()

  expect(legs.filter((leg) => leg?.ended === undefined)).toHaveLength(1)
  expect(legs.filter((leg) => leg?.byeReason?.includes('elsewhere'))).toHaveLength(1)
  expect(office.media.legs.size).toBe(2)
})

test('an answer that crosses our CANCEL is hung up', async () => {
  office.sip.contacts.set('eva-mobile', ['sip:eva@mobile'])
  await office.aliceCalls()
  const [desk, mobile] = office.ringing()
  if (mobile) mobile.deaf = true
  desk?.answers()
  await office.settle()

  const late = mobile?.answers()
  await office.settle()

  expect(late?.ended?.by).toBe('us')
  expect(desk?.leg?.ended).toBeUndefined()
})

test('a call declined at the desk goes to the next person, the caller waits on', async () => {
  await office.aliceCalls()
  const [call] = office.calls.liveCalls(office.tenant)
  const first = office.rings('sip:eva@desk')

  office.calls.hangUp(office.tenant, call?.id ?? '', office.eva)
  await office.settle()

  expect(first.cancelled).toBe('elsewhere')
  expect(office.fact('call-offer-ended')).toMatchObject({ userId: office.eva, why: 'declined' })
  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
})

test('603 from one phone speaks for the person: the other phones stop', async () => {
  office.sip.contacts.set('eva-mobile', ['sip:eva@mobile'])
  await office.aliceCalls()
  const mobile = office.rings('sip:eva@mobile')

  office.rings('sip:eva@desk').refuses(603)
  await office.settle()

  expect(mobile.cancelled).toBe('elsewhere')
  expect(office.fact('call-offer-ended')).toMatchObject({ why: 'declined' })
})

test('486 from one phone lets the other ring on', async () => {
  office.sip.contacts.set('eva-mobile', ['sip:eva@mobile'])
  await office.aliceCalls()

  office.rings('sip:eva@desk').refuses(486)
  await office.settle()

  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:eva@mobile'])
})

test('an answer with sound we cannot use counts as no answer and the next person rings', async () => {
  await office.aliceCalls()

  const answered = office.rings('sip:eva@desk').answers('no-codec')
  await office.settle()

  expect(answered.byeReason).toContain('488')
  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
})
