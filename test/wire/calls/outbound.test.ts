// Calls of a phone through a real trunk: statuses, early media, click.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { hearsTone } from '#test/hearing.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type CallsUnderTest, callsUnderTest } from './calls-under-test.ts'

const [customerHz, evaHz] = [1000, 440]
let office: CallsUnderTest
beforeAll(async () => {
  office = await callsUnderTest()
}, 30_000)
afterEach(() => office.quiet())
afterAll(() => office[Symbol.asyncDispose]())

const live = () => office.calls.liveCalls(office.tenant)[0]
const called = '777555444'

test('Eva’s phone calls a number: both hear each other', async () => {
  const { carrier, phone } = office
  await carrier.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  phone.say(evaHz)
  await phone.calls('phone-calls-obeys', { called }, { authUri: `${called}@${phone.edge.program}` })

  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  phone.edge.cue('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  expect(await office.told('call-started')).toMatchObject({
    direction: 'out',
    party: { number: '+420777555444' },
  })
  expect(await office.told('call-ended')).toMatchObject({ outcome: 'answered', endedBy: 'caller' })
})

test('early media of the carrier is heard before the answer', async () => {
  const { carrier, phone } = office
  await carrier.awaits('callee-plays-early-answers-obeys')
  carrier.say(customerHz)
  await phone.calls('phone-calls-obeys', { called }, { authUri: `${called}@${phone.edge.program}` })

  await hearsTone(phone.sound, customerHz)
  carrier.edge.cue('ANSWER')
  await waitUntil('they talk', () => live()?.state === 'talking', 10_000)
  phone.edge.cue('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
})

test.each([
  ['486 Busy Here', 486, 'busy'],
  ['603 Decline', 603, 'declined'],
  ['404 Not Found', 404, 'failed'],
  ['503 Service Unavailable', 503, 'failed'],
])('%s of the carrier is %i at the phone', async (status, shown, outcome) => {
  const { carrier, phone } = office
  await carrier.awaits('callee-refuses', {}, { status })
  await phone.calls(
    'phone-calls-is-refused',
    { called },
    { expect: shown, authUri: `${called}@${phone.edge.program}` },
  )

  await Promise.all([carrier.done(), phone.done()])

  expect(await office.told('call-ended')).toMatchObject({ outcome })
})

test('a clicked number rings Eva’s phone first, then the number; both hear each other', async () => {
  const { carrier, phone, calls, tenant, evaId } = office
  await phone.awaits('callee-answers-obeys')
  await carrier.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  phone.say(evaHz)

  calls.callNumber(tenant, { userId: evaId, number: '777 555 444' })
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])

  calls.hangUp(tenant, live()?.id ?? '', evaId)
  await Promise.all([carrier.done(), phone.done()])
  expect(await office.told('call-ended')).toMatchObject({ outcome: 'answered', endedBy: 'desk' })
})
