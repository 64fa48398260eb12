// Passwords: of phones at our door, and ours at the carrier's, right and wrong.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { hearsTone } from '#test/hearing.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber, tasksOf } from '#test/office.ts'

const account = { username: 'acme', password: 'right' }
let office: Office
beforeAll(async () => {
  office = await openOffice({ registers: account })
})
afterEach(() => office.quiet())
afterAll(() => office[Symbol.asyncDispose]())

test('a phone with a wrong password is asked again, and what it registered before stays', async () => {
  const { phone, desk } = office
  const wrong = { password: 'wrong', expires: '0' }
  await phone.calls('phone-registers-gets-answer', wrong, { expect: 401, authUri: phone.edge.program })
  await phone.done()

  expect(await read(desk.api.phones.$get())).toMatchObject([{ online: true }])
})

test('a phone that unregisters is no longer rung', async () => {
  const { phone, carrier, desk } = office
  const register = (expires: string) =>
    phone.calls('phone-registers-gets-answer', { expires }, { expect: 200, authUri: phone.edge.program })
  await register('0')
  await phone.done()
  expect(await read(desk.api.phones.$get())).toMatchObject([{ online: false }])
  await carrier.calls('caller-calls-obeys', { caller: '+420600000401', called: ourNumber })
  await carrier.edge.saw('sipp', 'ACK')
  await liveCall(office, 'queued')
  await carrier.tell('HANGUP')
  await carrier.done()
  await register('3600')
  await phone.done()

  expect(phone.edge.count('program', 'INVITE')).toBe(0)
})

test('a call of a phone with a wrong password goes nowhere', async () => {
  const { phone, carrier } = office
  const wrong = { called: '+420600000402', password: 'wrong' }
  await phone.calls('phone-calls-is-refused', wrong, { expect: 407 })
  await phone.done()

  expect(carrier.edge.count('program', 'INVITE')).toBe(0)
  expect(await tasksOf(office, '+420600000402')).toEqual([])
})

test('a carrier we registered at may call our number', async () => {
  const { phone, carrier } = office
  await phone.awaits('callee-answers-obeys')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000403', called: ourNumber })
  await liveCall(office, 'talking')
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  await onlyTaskOf(office, '+420600000403', 'closed')
})

test('a carrier that asks for a password for the call is given the right one', async () => {
  const { phone, carrier } = office
  await carrier.awaits('carrier-challenges-answers-obeys', account)
  carrier.say(1000)
  phone.say(1500)
  await phone.calls('phone-calls-obeys', { called: '+420600000404' })
  await Promise.all([hearsTone(carrier.sound, 1500), hearsTone(phone.sound, 1000)])
  await phone.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  await onlyTaskOf(office, '+420600000404', 'closed')
})

test('a carrier that refuses our password for the call is asked once: the phone is told 503', async () => {
  const { phone, carrier } = office
  await carrier.awaits('carrier-challenges-answers-obeys', { ...account, password: 'another' })
  await phone.calls('phone-calls-is-refused', { called: '+420600000405' }, { expect: 503 })
  await Promise.all([carrier.done(), phone.done()])

  expect(carrier.edge.count('program', 'INVITE')).toBe(2)
  expect(await onlyTaskOf(office, '+420600000405', 'open')).toMatchObject({ note: 'failed' })
})
