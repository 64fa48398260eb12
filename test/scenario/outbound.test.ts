// Eva calls a customer: from her phone and by a click, answered or not, with the sound the carrier sends before an answer.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { answerToLateCancel } from '#test/engines.ts'
import { hearsTone } from '#test/hearing.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, openPhone } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, evaHz] = [1000, 1500]
let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterEach(() => office.quiet())
afterAll(() => office[Symbol.asyncDispose]())

test('a phone calls out, both hear each other, and the task closes itself', async () => {
  const { carrier, phone } = office
  const called = '+420600000201'
  await carrier.awaits('callee-answers-obeys')
  bothSpeak()
  await phone.calls('phone-calls-obeys', { called })
  await bothHear()
  await phone.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  expect(await onlyTaskOf(office, called, 'closed')).toMatchObject({ assignee: { name: 'Eva' } })
})

test('a click rings the own phone, then the customer; the desk hangs up', async () => {
  const { carrier, phone, eva } = office
  const number = '+420600000202'
  await carrier.awaits('callee-answers-obeys')
  await phone.awaits('callee-answers-obeys')
  bothSpeak()
  const { callId } = await read(eva.api.calls.$post({ json: { number } }))
  await bothHear()
  expect((await liveCall(office, 'talking')).id).toBe(callId)
  await read(eva.api.calls[':id']['hang-up'].$post({ param: { id: callId } }))
  await Promise.all([carrier.done(), phone.done()])

  await onlyTaskOf(office, number, 'closed')
})

test('a phone without an offer gets ours, and its answer counts', async () => {
  const { carrier, phone } = office
  await carrier.awaits('callee-answers-obeys')
  bothSpeak()
  await phone.calls('phone-offers-late-obeys', { called: '+420600000203' })
  await bothHear()
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
})

test('a phone on TCP calls out and is hung up over its own connection', async () => {
  const { carrier, phone } = office
  await carrier.awaits('callee-answers-obeys')
  await phone.calls('phone-calls-obeys', { called: '+420600000205' }, { overTcp: true })
  await liveCall(office, 'talking')
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  await onlyTaskOf(office, '+420600000205', 'closed')
})

test('a colleague is reached by extension, and no task comes of it', async () => {
  const { appliance, desk, phone } = office
  const { userId } = await read(desk.api.me.$get())
  await read(desk.api.people[':id'].$patch({ param: { id: userId }, json: { extension: '22' } }))
  await using bob = await openPhone(desk, { appliance, userId, address: '127.0.0.6' })
  const before = (await read(desk.api.tasks.$get({ query: {} }))).length
  await bob.awaits('callee-answers-obeys')
  bob.say(customerHz)
  phone.say(evaHz)
  await phone.calls('phone-calls-obeys', { called: '22' })
  await Promise.all([hearsTone(bob.sound, evaHz), hearsTone(phone.sound, customerHz)])
  await bob.tell('HANGUP')
  await Promise.all([bob.done(), phone.done()])

  expect((await read(desk.api.tasks.$get({ query: {} }))).length).toBe(before)
})

test('what the carrier plays before an answer is heard on the phone', async () => {
  const { carrier, phone } = office
  await carrier.awaits('callee-plays-early-answers-obeys')
  bothSpeak()
  await phone.calls('phone-calls-obeys', { called: '+420600000204' })
  await hearsTone(phone.sound, customerHz)
  expect(carrier.edge.count('sipp', '200 INVITE')).toBe(0)
  await carrier.tell('ANSWER')
  await bothHear()
  await phone.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
})

test.each([
  { status: '486 Busy Here', expect: 486, called: '+420600000211', note: 'busy' },
  { status: '603 Decline', expect: 603, called: '+420600000212', note: 'declined' },
  { status: '480 Temporarily Unavailable', expect: 480, called: '+420600000213', note: 'failed' },
  { status: '404 Not Found', expect: 404, called: '+420600000214', note: 'failed' },
  { status: '503 Service Unavailable', expect: 503, called: '+420600000215', note: 'failed' },
])('a carrier that says $status: the phone is told $expect, the task stays open', async (given) => {
  const { carrier, phone } = office
  await carrier.awaits('callee-refuses', {}, { status: given.status })
  await phone.calls('phone-calls-is-refused', { called: given.called }, { expect: given.expect })
  await Promise.all([carrier.done(), phone.done()])

  expect(await onlyTaskOf(office, given.called, 'open')).toMatchObject({ note: given.note, missed: false })
})

test('a click that finds the customer busy is told by tone, then hung up', async () => {
  const { carrier, phone, eva } = office
  const number = '+420600000216'
  await carrier.awaits('callee-refuses', {}, { status: '486 Busy Here' })
  await phone.awaits('callee-answers-obeys')
  await read(eva.api.calls.$post({ json: { number } }))
  await Promise.all([carrier.done(), phone.done()])

  expect(await onlyTaskOf(office, number, 'open')).toMatchObject({ note: 'busy' })
})

test('a phone that gives up while the carrier rings: the carrier is cancelled', async () => {
  const { carrier, phone } = office
  await carrier.awaits('callee-rings-is-cancelled')
  await phone.calls('phone-cancels-gets-487', { called: '+420600000221' })
  await phone.edge.saw('program', '180')
  await phone.tell('CANCELNOW')
  await Promise.all([carrier.done(), phone.done()])

  await onlyTaskOf(office, '+420600000221', 'open')
})

test('a phone that gives up at once leaves no call at the carrier', async () => {
  const { carrier, phone } = office
  // The first INVITE brings the challenge, the second the password.
  const invite = phone.edge.hold('sipp', 'INVITE', { skip: 1 })
  const cancel = phone.edge.hold('sipp', 'CANCEL')
  await phone.calls('phone-cancels-at-once-gets-487', { called: '+420600000222' })
  await waitUntil('both are sent', () => invite.caught && cancel.caught)
  invite.release()
  cancel.release()
  await phone.done()
  await office.quiet()

  expect(carrier.edge.count('program', 'ACK')).toBe(0)
})

test('a CANCEL of the phone that crosses our 200 ends the call at the carrier by BYE', async () => {
  const { carrier, phone } = office
  await carrier.awaits('callee-answers-obeys')
  const answer = phone.edge.hold('program', '200 INVITE')
  await phone.calls(
    'phone-cancels-crossing-200-hangs-up',
    { called: '+420600000223' },
    { expect: answerToLateCancel },
  )
  await waitUntil('we answered the phone', () => answer.caught)
  await phone.tell('CANCELNOW')
  await phone.edge.saw('program', `${answerToLateCancel} CANCEL`)
  answer.release()
  await Promise.all([carrier.done(), phone.done()])
})

test('a carrier whose 200 crosses our CANCEL gets ACK and BYE', async () => {
  const { carrier, phone } = office
  await carrier.awaits('callee-is-cancelled-crossing-200')
  const answer = carrier.edge.hold('sipp', '200 INVITE')
  await phone.calls('phone-cancels-gets-487', { called: '+420600000224' })
  await phone.edge.saw('program', '180')
  await carrier.tell('ANSWER')
  await waitUntil('the carrier answered', () => answer.caught)
  await phone.tell('CANCELNOW')
  await carrier.edge.saw('sipp', '200 CANCEL')
  answer.release()
  await Promise.all([carrier.done(), phone.done()])

  await onlyTaskOf(office, '+420600000224', 'open')
})

function bothSpeak(): void {
  office.carrier.say(customerHz)
  office.phone.say(evaHz)
}

async function bothHear(): Promise<void> {
  const { carrier, phone } = office
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
}
