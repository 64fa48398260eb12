// Real SIP and RTP on loopback: what a customer and Eva hear.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { setStatus } from '#people/status.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type CallsUnderTest, callsUnderTest, ourNumber } from './calls-under-test.ts'

const [customerHz, evaHz] = [1000, 440]
const tones = [customerHz, evaHz]
let office: CallsUnderTest
beforeAll(async () => {
  office = await callsUnderTest({ ringMs: 2_000 })
}, 30_000)
afterEach(() => office.quiet())
afterAll(() => office[Symbol.asyncDispose]())

const live = () => office.calls.liveCalls(office.tenant)[0]
const isIn = (state: string) => waitUntil(`the call is ${state}`, () => live()?.state === state, 18_000)

async function talk(caller: string): Promise<void> {
  const { carrier, phone } = office
  await phone.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  phone.say(evaHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await isIn('talking')
}

test('customer and Eva hear each other; the customer hangs up', async () => {
  const { carrier, phone } = office
  await talk('+420600000001')
  await carrier.edge.saw('sipp', 'ACK')
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])

  carrier.edge.cue('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  expect(await office.told('call-ended')).toMatchObject({ outcome: 'answered', endedBy: 'caller' })
  expect(await office.told('recording-ready')).toMatchObject({ repaired: false })
})

test('hold at the desk and on the phone: music for the customer, then both again', async () => {
  const { carrier, phone, calls, tenant, evaId } = office
  await talk('+420600000002')
  await hearsTone(carrier.sound, evaHz)

  calls.hold(tenant, live()?.id ?? '', evaId)
  await hearsMusic(carrier.sound, tones)
  calls.resume(tenant, live()?.id ?? '', evaId)
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  phone.edge.cue('HOLD')
  await isIn('held')
  await hearsMusic(carrier.sound, tones)
  phone.edge.cue('RESUME')
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])

  phone.edge.cue('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
  expect(await office.told('call-ended')).toMatchObject({ outcome: 'answered', endedBy: 'callee' })
})

test('nobody answers: music until the customer gives up, missed once', async () => {
  const { carrier, phone } = office
  await phone.awaits('callee-rings-is-cancelled')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000003', called: ourNumber })
  await waitUntil('the call is there', live)
  carrier.say(customerHz)
  await carrier.edge.saw('sipp', 'ACK')
  await hearsMusic(carrier.sound, tones)
  expect(await office.told('call-offer-ended')).toMatchObject({ userId: office.evaId })

  carrier.edge.cue('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  expect(await office.told('call-ended')).toMatchObject({ outcome: 'missed' })
  // Eva was set to "No answer" by it.
  setStatus(office.tenant.db, { userId: office.evaId, statusId: 'ready', now: Date.now() })
})

test('a busy phone: the caller waits on and the phone is tried again', async () => {
  const { carrier, phone } = office
  await phone.awaits('callee-refuses', {}, { status: '486 Busy Here' })
  await carrier.calls('caller-calls-obeys', { caller: '+420600000004', called: ourNumber })
  await waitUntil('the call is there', live)

  expect(await office.told('call-offer-ended')).toMatchObject({ why: 'busy' })
  await phone.done()
  await phone.reset()
  await phone.awaits('callee-answers-obeys')
  await isIn('talking')

  carrier.edge.cue('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
})
