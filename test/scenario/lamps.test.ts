// The lamps of a phone (RFC 4235, RFC 3842): Bob sees on his what Eva does, and that a message waits.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { hearsTone, listens } from '#test/hearing.ts'
import { PromptEar } from '#test/hears-prompt.ts'
import { type LampPhone, lampPhone, type Subscribed } from '#test/lamp-phone.ts'
import { liveCall, onlyTaskOf, ourNumber } from '#test/office.ts'
import { aliceHz, bobHz, openTwoPhones, type TwoPhones } from '#test/two-phones.ts'
import { waitUntil } from '#test/wait-until.ts'

const evasExtension = '21'
let two: TwoPhones
let lamps: LampPhone
beforeAll(async () => {
  two = await openTwoPhones()
  const { desk, appliance } = two.office
  const { phone, secret } = await read(
    desk.api.phones.$post({ json: { label: 'with lamps', userId: two.bobId } }),
  )
  lamps = await lampPhone({ port: appliance.sipPort, username: phone.username, secret })
})
afterEach(() => two.quiet())
afterAll(async () => {
  await lamps[Symbol.asyncDispose]()
  await two[Symbol.asyncDispose]()
})

/** The states its lamp has shown, one after the other. */
const shown = (lamp: Subscribed) =>
  lamps.told
    .filter(({ callId }) => callId === lamp.callId)
    .map(({ body }) => /<state>(\w+)<\/state>/.exec(body)?.[1])

const shows = (lamp: Subscribed, state: string) =>
  waitUntil(`the lamp shows ${state}`, () => shown(lamp).at(-1) === state, 10_000)

const last = (lamp: Subscribed) => lamps.told.findLast(({ callId }) => callId === lamp.callId)?.body ?? ''

test('eva’s lamp blinks with the caller’s number while she rings, is lit while she talks, and goes out', async () => {
  const { carrier, phone } = two.office
  const lamp = await lamps.subscribe(evasExtension)
  await shows(lamp, 'terminated')
  await phone.awaits('callee-rings-answers-obeys')

  await carrier.calls('caller-calls-obeys', { caller: '+420600000301', called: ourNumber })
  await shows(lamp, 'early')
  expect(last(lamp)).toContain('direction="recipient"')
  expect(last(lamp)).toContain('<remote><identity>sip:+420600000301@')
  await phone.edge.saw('sipp', '180 INVITE')
  await phone.tell('ANSWER')
  await shows(lamp, 'confirmed')
  await phone.tell('HOLD')
  await waitUntil('the lamp says that eva holds', () => last(lamp).includes('+sip.rendering'))
  await phone.tell('HANGUP')
  await shows(lamp, 'terminated')

  await Promise.all([carrier.done(), phone.done()])
  expect(shown(lamp)).toEqual(['terminated', 'early', 'confirmed', 'confirmed', 'terminated'])
})

test('when bob calls eva both are shown: he is busy from the first digit, she blinks with his name', async () => {
  const { phone } = two.office
  const [eva, bob] = [await lamps.subscribe(evasExtension), await lamps.subscribe('22')]
  await phone.awaits('callee-rings-answers-obeys')

  await two.bobsPhone.calls(
    'phone-calls-obeys',
    { called: evasExtension },
    { authUri: two.bobsPhone.edge.program },
  )
  await Promise.all([shows(eva, 'early'), shows(bob, 'confirmed')])
  expect(last(eva)).toContain('<identity display="Bob">sip:22@')
  expect(last(bob)).toContain('direction="initiator"')
  await phone.edge.saw('sipp', '180 INVITE')
  await phone.tell('ANSWER')
  await shows(eva, 'confirmed')
  await two.bobsPhone.tell('HANGUP')

  await Promise.all([shows(eva, 'terminated'), shows(bob, 'terminated')])
  await Promise.all([phone.done(), two.bobsPhone.done()])
})

test('a call nobody takes leaves no lamp lit', async () => {
  const { carrier, phone } = two.office
  const lamp = await lamps.subscribe(evasExtension)
  await phone.awaits('callee-rings-is-cancelled')

  await carrier.calls('caller-calls-obeys', { caller: '+420600000302', called: ourNumber })
  await shows(lamp, 'early')
  await phone.edge.saw('sipp', '180 INVITE')
  await carrier.tell('HANGUP')
  await shows(lamp, 'terminated')

  await Promise.all([carrier.done(), phone.done()])
})

test('bob presses eva’s blinking lamp and has her call: her phone stops, both hear each other', async () => {
  const { carrier, phone } = two.office
  const lamp = await lamps.subscribe(evasExtension)
  await phone.awaits('callee-rings-is-cancelled')
  carrier.say(aliceHz)
  two.bobsPhone.say(bobHz)
  await carrier.calls('caller-calls-obeys', { caller: '+420600000303', called: ourNumber })
  await shows(lamp, 'early')
  await phone.edge.saw('sipp', '180 INVITE')

  const dialog = (name: string) => new RegExp(` ${name}="([^"]+)"`).exec(last(lamp))?.[1]
  const replaces = `${dialog('call-id')};to-tag=${dialog('local-tag')};from-tag=${dialog('remote-tag')}`
  await two.bobsPhone.calls(
    'phone-picks-up-obeys',
    { called: evasExtension, replaces },
    { authUri: two.bobsPhone.edge.program },
  )

  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(two.bobsPhone.sound, aliceHz)])
  await shows(lamp, 'terminated')
  expect((await liveCall(two.office, 'talking')).user?.name).toBe('Bob')
  await two.bobsPhone.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done(), two.bobsPhone.done()])
})

test('eva passes a call on to bob: her lamp goes out as his is lit', async () => {
  const { carrier, phone, eva } = two.office
  const [evas, bobs] = [await lamps.subscribe(evasExtension), await lamps.subscribe('22')]
  await two.bobsPhone.awaits('callee-rings-answers-obeys')
  await phone.awaits('callee-answers-obeys')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000304', called: ourNumber })
  const { id } = await liveCall(two.office, 'talking')
  await shows(evas, 'confirmed')

  const to = { kind: 'person' as const, userId: two.bobId }
  await read(eva.api.calls[':id'].transfer.$post({ param: { id }, json: { how: 'blind', to } }))
  await shows(bobs, 'early')
  await two.bobsPhone.edge.saw('sipp', '180 INVITE')
  await two.bobsPhone.tell('ANSWER')

  await Promise.all([shows(evas, 'terminated'), shows(bobs, 'confirmed')])
  await phone.done()
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), two.bobsPhone.done()])
  await shows(bobs, 'terminated')
})

test('a message left for bob lights his message lamp until its task is completed', async () => {
  const { carrier, desk } = two.office
  const lamp = await lamps.subscribe('22', { event: 'message-summary' })
  expect((await lamps.hears(lamp, 1)).body).toContain('Messages-Waiting: no')
  const mailTo = ['bob@acme.example']
  const voicemail = { kind: 'voicemail', greeting: null, skills: [], mailTo, maxMs: 60_000 }
  const plan = { language: 'en', hoursId: null, open: [voicemail], closed: [], holiday: null }
  await read(desk.api.plans[':id'].$put({ param: { id: ourNumber }, json: plan }))
  const ear = new PromptEar(carrier.sound)

  await carrier.calls('caller-calls-obeys', { caller: '+420600000305', called: ourNumber })
  await ear.hears('leave-a-message')
  carrier.say(aliceHz)
  await listens(carrier.sound, 4)
  await carrier.sound.press(11)
  await carrier.done()
  await waitUntil('the message lamp is lit', () => last(lamp).includes('Voice-Message: 1/0'), 20_000)

  const { id } = await onlyTaskOf(two.office, '+420600000305', 'open')
  await read(desk.api.tasks[':id'].complete.$post({ param: { id } }))
  await waitUntil('the message lamp is out', () => last(lamp).includes('Messages-Waiting: no'))
})
