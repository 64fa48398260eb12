// A call that rings at a colleague is taken from another phone or from the desk, and ring groups.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { hearsTone } from '#test/hearing.ts'
import { liveCall, onlyTaskOf, ourNumber } from '#test/office.ts'
import { aliceHz, bobHz, evaHz, openTwoPhones, type TwoPhones } from '#test/two-phones.ts'

let two: TwoPhones
beforeAll(async () => {
  two = await openTwoPhones()
})
afterEach(() => two.quiet())
afterAll(() => two[Symbol.asyncDispose]())

/** Alice calls and Eva's phone rings; nobody answers there. */
async function ringsAtEva(caller: string): Promise<string> {
  const { carrier, phone } = two.office
  await phone.awaits('callee-rings-is-cancelled')
  carrier.say(aliceHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await phone.edge.saw('sipp', '180 INVITE')
  return (await liveCall(two.office, 'ringing')).id
}

async function bobHasIt(caller: string): Promise<void> {
  const { office, bobsPhone } = two
  const { carrier, phone } = office
  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])
  await phone.done()
  expect((await liveCall(office, 'talking')).user?.name).toBe('Bob')
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), bobsPhone.done()])
  const { assignee, log } = await onlyTaskOf(office, caller, 'closed')
  expect(assignee?.name).toBe('Bob')
  expect(log.map((item) => item.what).join('\n')).toMatch(/Bob took the call that rang at Eva/)
}

test.each([
  ['*8', '+420600000401'],
  ['**21', '+420600000402'],
])('%s on bob’s phone takes the call that rings at eva; her phone stops', async (called, caller) => {
  const { bobsPhone } = two
  await ringsAtEva(caller)

  bobsPhone.say(bobHz)
  await bobsPhone.calls('phone-calls-obeys', { called })

  await bobHasIt(caller)
})

test('Take it at the desk rings bob’s phone; when he answers the call is his', async () => {
  const { office, bobsPhone } = two
  const caller = '+420600000403'
  const id = await ringsAtEva(caller)
  await bobsPhone.awaits('callee-answers-obeys')
  bobsPhone.say(bobHz)

  await read(office.desk.api.calls[':id'].take.$post({ param: { id } }))

  await bobHasIt(caller)
})

test('*8 while nothing rings is refused', async () => {
  const { bobsPhone } = two
  await bobsPhone.calls('phone-calls-is-refused', { called: '*8' }, { expect: 404 })
  await bobsPhone.done()
})

test('a ring group rings its people; who answers first speaks with who dialled', async () => {
  const { office, bobsPhone } = two
  const { phone, desk, evaId } = office
  const group = { extension: '50', name: 'Front', act: 'all' as const, ringMs: 20_000, overflow: null }
  await read(desk.api['team-calls'].groups.$post({ json: { ...group, members: [evaId, two.bobId] } }))
  await phone.awaits('callee-answers-obeys')
  phone.say(evaHz)
  bobsPhone.say(bobHz)

  await bobsPhone.calls('phone-calls-obeys', { called: '50' })

  await Promise.all([hearsTone(phone.sound, bobHz), hearsTone(bobsPhone.sound, evaHz)])
  await bobsPhone.tell('HANGUP')
  await Promise.all([phone.done(), bobsPhone.done()])
})

test('a ring group whose people do not answer rings who stands in for them', async () => {
  const { office, bobsPhone } = two
  const { phone, desk, carrier, evaId } = office
  const group = { extension: '51', name: 'Back', act: 'order' as const, ringMs: 5_000 }
  const json = { ...group, members: [two.bobId, evaId], overflow: '+420600000499' }
  await read(desk.api['team-calls'].groups.$post({ json }))
  await phone.awaits('callee-refuses', {}, { status: '486 Busy Here' })
  await carrier.awaits('callee-answers-obeys')
  carrier.say(aliceHz)
  bobsPhone.say(bobHz)

  await bobsPhone.calls('phone-calls-obeys', { called: '51' })

  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])
  await bobsPhone.tell('HANGUP')
  await Promise.all([phone.done(), carrier.done(), bobsPhone.done()])
})
