// Transfers by the phones' own keys: two real softphones, Eva's and Bob's, and REFER with and without Replaces.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Baresip, openBaresip } from '#test/baresip.ts'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber } from '#test/office.ts'
import { aliceHz, bobHz, bobsExtension, evaHz, tones } from '#test/two-phones.ts'
import { waitUntil } from '#test/wait-until.ts'

let office: Office
let eva: Baresip
let bob: Baresip
beforeAll(async () => {
  office = await openOffice()
  const { desk, evaId, appliance } = office
  for (const phone of await read(desk.api.phones.$get()))
    await read(desk.api.phones[':id'].$delete({ param: { id: phone.id } }))
  const { userId: bobId } = await read(desk.api.me.$get())
  await read(desk.api.people[':id'].$patch({ param: { id: bobId }, json: { extension: bobsExtension } }))
  const common = { server: `127.0.0.1:${appliance.sipPort}`, transport: 'udp' as const }
  eva = await openBaresip(desk, { ...common, address: '127.0.0.21', userId: evaId, hz: evaHz })
  bob = await openBaresip(desk, { ...common, address: '127.0.0.22', userId: bobId, hz: bobHz })
})
afterEach(() => office.quiet())
afterAll(async () => {
  await eva[Symbol.asyncDispose]()
  await bob[Symbol.asyncDispose]()
  await office[Symbol.asyncDispose]()
})

/** Alice calls and Eva's phone answers: its Call-ID there. */
async function aliceTalksToEva(caller: string): Promise<string> {
  const { carrier } = office
  carrier.say(aliceHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  const callId = await eva.accept()
  await Promise.all([hearsTone(carrier.sound, evaHz), eva.hearsTone(aliceHz)])
  return callId
}

async function aliceAndBobTalk(): Promise<void> {
  await Promise.all([hearsTone(office.carrier.sound, bobHz), bob.hearsTone(aliceHz)])
  expect((await liveCall(office, 'talking')).user?.name).toBe('Bob')
  await waitUntil('eva’s phone has no call', () => eva.calls.length === 0)
}

async function aliceHangsUp(): Promise<void> {
  await office.carrier.tell('HANGUP')
  await office.carrier.done()
  await waitUntil('bob’s phone has no call', () => bob.calls.length === 0)
}

test('blind transfer by the phone’s key: the customer hears music, then bob; the phone is let go', async () => {
  const caller = '+420600000301'
  await aliceTalksToEva(caller)

  await eva.transfer(bobsExtension)
  await hearsMusic(office.carrier.sound, tones)
  await bob.accept()

  await aliceAndBobTalk()
  await aliceHangsUp()
  expect((await onlyTaskOf(office, caller, 'closed')).assignee?.name).toBe('Bob')
})

test('warm transfer by the phones’ own keys: hold, a second call, REFER with Replaces; one story is left', async () => {
  const caller = '+420600000302'
  await aliceTalksToEva(caller)
  await eva.hold()
  await eva.dial(bobsExtension)
  await bob.accept()
  await waitUntil('eva’s phone has two calls', () => eva.calls.length === 2)
  await Promise.all([hearsMusic(office.carrier.sound, tones), eva.hearsTone(bobHz), bob.hearsTone(evaHz)])
  const second = eva.calls.at(-1) ?? ''

  await eva.hold()
  await eva.useLine(1)
  await eva.transferTo(bobsExtension, second)

  await aliceAndBobTalk()
  await aliceHangsUp()
  const { assignee, log } = await onlyTaskOf(office, caller, 'closed')
  expect(assignee?.name).toBe('Bob')
  expect(log.map((item) => item.what).join('\n')).toMatch(/Transferred to Bob/)
})

test('baresip hangs up when its transfer is refused: it is rung again, and the customer is still there', async () => {
  const caller = '+420600000303'
  await aliceTalksToEva(caller)

  await eva.transfer('99')
  await hearsMusic(office.carrier.sound, tones)
  await eva.accept()

  await Promise.all([hearsTone(office.carrier.sound, evaHz), eva.hearsTone(aliceHz)])
  await eva.hangUp()
  await office.carrier.done()
  const { log } = await onlyTaskOf(office, caller, 'closed')
  expect(log.map((item) => item.what).join('\n')).toMatch(/rung again.*Not transferred from the phone/s)
})
