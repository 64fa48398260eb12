// Calls from the carrier to Eva's phone that do not go the easy way: given up, refused, offered late, or a stranger's.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { answerToLateCancel } from '#test/engines.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { Line } from '#test/line.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, openPhone, ourNumber, tasksOf } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterEach(() => office.quiet())
afterAll(() => office[Symbol.asyncDispose]())

test('CANCEL right behind the INVITE, before any 100, ends the call', async () => {
  const { carrier } = office
  const [invite, cancel] = [carrier.edge.hold('sipp', 'INVITE'), carrier.edge.hold('sipp', 'CANCEL')]
  await carrier.calls('caller-cancels-at-once-gets-487', { caller: '+420600000101', called: ourNumber })
  await waitUntil('both are sent', () => invite.caught && cancel.caught)
  invite.release()
  cancel.release()
  await carrier.done()

  expect(await onlyTaskOf(office, '+420600000101', 'open')).toMatchObject({ missed: true })
})

test('CANCEL that crosses our 200 leaves a call that the BYE ends', async () => {
  const { carrier } = office
  const answer = carrier.edge.hold('program', '200 INVITE')
  await carrier.calls(
    'caller-cancels-crossing-200-hangs-up',
    { caller: '+420600000102', called: ourNumber },
    { expect: answerToLateCancel },
  )
  await waitUntil('we answered', () => answer.caught)
  await carrier.tell('CANCELNOW')
  await carrier.edge.saw('program', `${answerToLateCancel} CANCEL`)
  answer.release()
  await carrier.done()

  await onlyTaskOf(office, '+420600000102', 'open')
})

test('when the caller gives up while the phone rings, the phone is cancelled', async () => {
  const { carrier, phone } = office
  await phone.awaits('callee-rings-is-cancelled')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000103', called: ourNumber })
  await phone.edge.saw('sipp', '180')
  await liveCall(office, 'ringing')
  await hearsMusic(carrier.sound, [])
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  expect(await onlyTaskOf(office, '+420600000103', 'open')).toMatchObject({ missed: true })
})

test('our CANCEL waits for the first provisional answer of the phone (RFC 3261 §9.1)', async () => {
  const { carrier, phone } = office
  const invite = phone.edge.hold('program', 'INVITE')
  // A CANCEL that came behind the 100 would meet a sipp that is about to send its 180, and takes nothing then.
  phone.edge.lose('sipp', '100')
  await phone.awaits('callee-rings-is-cancelled')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000104', called: ourNumber })
  await waitUntil('the phone is called', () => invite.caught)
  await carrier.tell('HANGUP')
  await carrier.done()
  invite.release()
  await phone.done()

  const order = phone.edge.seen.map((message) => message.method ?? message.status)
  expect(order.indexOf('CANCEL')).toBeGreaterThan(order.indexOf(180))
})

test('a phone whose 200 crosses our CANCEL gets ACK and BYE', async () => {
  const { carrier, phone } = office
  const answer = phone.edge.hold('sipp', '200 INVITE')
  await phone.awaits('callee-is-cancelled-crossing-200')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000105', called: ourNumber })
  await phone.edge.saw('sipp', '180')
  await phone.tell('ANSWER')
  await waitUntil('the phone answered', () => answer.caught)
  await carrier.tell('HANGUP')
  await phone.edge.saw('sipp', '200 CANCEL')
  answer.release()
  await Promise.all([carrier.done(), phone.done()])

  expect(await onlyTaskOf(office, '+420600000105', 'open')).toMatchObject({ missed: true })
})

test('a phone that answers long after our CANCEL still gets ACK and BYE', async () => {
  const { appliance, carrier, phone } = office
  const answer = phone.edge.hold('sipp', '200 INVITE')
  await phone.awaits('callee-is-cancelled-crossing-200')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000106', called: ourNumber })
  await phone.edge.saw('sipp', '180')
  await phone.tell('ANSWER')
  await waitUntil('the phone answered', () => answer.caught)
  await carrier.tell('HANGUP')
  await waitUntil('we gave up on the phone', () => appliance.openRtpPorts().length === 0, 10_000)
  answer.release()
  await Promise.all([carrier.done(), phone.done()])
})

test('both phones of a person ring; the one that is not picked up is told that the other was (RFC 3326)', async () => {
  const { appliance, carrier, phone, desk, evaId } = office
  await using other = await openPhone(desk, { appliance, userId: evaId, address: '127.0.0.5' })
  await other.awaits('callee-rings-is-cancelled')
  await phone.awaits('callee-rings-answers-obeys')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000107', called: ourNumber })
  await Promise.all([phone.edge.saw('sipp', '180'), other.edge.saw('sipp', '180')])
  await phone.tell('ANSWER')
  await other.done()
  const cancel = await other.edge.saw('program', 'CANCEL')
  await liveCall(office, 'talking')
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
  const made = (await read(desk.api.phones.$get())).find((one) => one.label === '127.0.0.5')
  await read(desk.api.phones[':id'].$delete({ param: { id: made?.id ?? '' } }))

  expect(cancel.header('Reason')).toMatch(/^SIP;\s*cause=200/)
  expect((await onlyTaskOf(office, '+420600000107', 'closed')).recordings).toHaveLength(1)
})

test.each([
  { status: '486 Busy Here', caller: '+420600000111', why: 'busy' },
  { status: '603 Decline', caller: '+420600000112', why: 'declined' },
  { status: '404 Not Found', caller: '+420600000113', why: 'not reachable' },
  { status: '503 Service Unavailable', caller: '+420600000114', why: '' },
])('a phone that says $status leaves the caller with the music, and the task says why', async (given) => {
  const { carrier, phone } = office
  const { status, caller, why } = given
  await phone.awaits('callee-rings-refuses', {}, { status })
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await phone.done()
  await hearsMusic(carrier.sound, [])
  await carrier.tell('HANGUP')
  await carrier.done()

  const { log, missed } = await onlyTaskOf(office, caller, 'open')
  expect(missed).toBe(true)
  expect(log.filter((item) => item.what.startsWith(`Did not take it: ${why}`))).toHaveLength(1)
})

test('a caller without SDP gets our offer and answers it in the ACK', async () => {
  const { carrier, phone } = office
  await phone.awaits('callee-answers-obeys')
  carrier.say(1000)
  phone.say(1500)
  await carrier.calls('caller-offers-late-obeys', { caller: '+420600000121', called: ourNumber })
  await Promise.all([hearsTone(carrier.sound, 1500), hearsTone(phone.sound, 1000)])
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  await onlyTaskOf(office, '+420600000121', 'closed')
})

test('a number that is nobody’s is refused with 404 and leaves no task', async () => {
  const { carrier } = office
  await carrier.calls(
    'caller-is-refused',
    { caller: '+420600000122', called: '+420221000999' },
    { expect: 404 },
  )
  await carrier.done()

  expect(await tasksOf(office, '+420600000122')).toEqual([])
})

test('a stranger’s INVITE is refused before it is routed: no task, no ringing', async () => {
  const { appliance, phone } = office
  await using stranger = await Line.open({ address: '127.0.0.9', programPort: appliance.sipPort })
  await stranger.calls('caller-is-refused', { caller: '+420600000123', called: ourNumber }, { expect: 403 })
  await stranger.done()

  expect(await tasksOf(office, '+420600000123')).toEqual([])
  expect(phone.edge.count('program', 'INVITE')).toBe(0)
})
