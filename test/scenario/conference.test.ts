// A conference room: who dials it hears all others, with digits to come in; the last one out closes it.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { hearsBoth } from '#test/hears-both.ts'
import { ourNumber } from '#test/office.ts'
import { aliceHz, bobHz, evaHz, openTwoPhones, type TwoPhones, tones } from '#test/two-phones.ts'
import { waitUntil } from '#test/wait-until.ts'

let two: TwoPhones
let roomId = ''
beforeAll(async () => {
  two = await openTwoPhones()
  const json = { extension: '60', name: 'Monday', pin: null }
  roomId = (await read(two.office.desk.api['team-calls'].rooms.$post({ json }))).id
})
afterEach(() => two.quiet())
afterAll(() => two[Symbol.asyncDispose]())

const people = async () => {
  const rooms = await read(two.office.eva.api['team-calls'].rooms.$get())
  return rooms.find((room) => room.id === roomId)?.people
}

test('alone there is music; then both hear each other, and music again when one goes', async () => {
  const { office, bobsPhone } = two
  const { phone } = office
  phone.say(evaHz)
  bobsPhone.say(bobHz)

  await phone.calls('phone-calls-obeys', { called: '60' })
  await hearsMusic(phone.sound, tones)
  await bobsPhone.calls('phone-calls-obeys', { called: '60' })
  await Promise.all([hearsTone(phone.sound, bobHz), hearsTone(bobsPhone.sound, evaHz)])
  expect(await people()).toEqual(['Eva', 'Bob'])

  await bobsPhone.tell('HANGUP')
  await bobsPhone.done()
  await hearsMusic(phone.sound, tones)
  expect(await people()).toEqual(['Eva'])
  await phone.tell('HANGUP')
  await phone.done()
  await waitUntil('nobody is in the room', async () => (await people())?.length === 0)
})

test('a customer who is transferred there by REFER hears all, and is heard', async () => {
  const { office, bobsPhone } = two
  const { phone, carrier } = office
  bobsPhone.say(bobHz)
  await bobsPhone.calls('phone-calls-obeys', { called: '60' })
  await phone.awaits('callee-answers-refers', { refer_to: '60' })
  carrier.say(aliceHz)
  await carrier.calls('caller-calls-obeys', { caller: '+420600000601', called: ourNumber })
  await hearsTone(phone.sound, aliceHz)
  phone.edge.cue('REFERNOW')
  await phone.done()
  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])

  await phone.reset()
  phone.say(evaHz)
  await phone.calls('phone-calls-obeys', { called: '60' })
  await Promise.all([
    hearsBoth(carrier.sound, evaHz, bobHz),
    hearsBoth(phone.sound, aliceHz, bobHz),
    hearsBoth(bobsPhone.sound, aliceHz, evaHz),
  ])

  for (const line of [carrier, phone, bobsPhone]) await line.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done(), bobsPhone.done()])
})

test('who knows the digits is let in', async () => {
  const { office } = two
  const { phone, desk } = office
  const json = { extension: '62', name: 'Open', pin: '123' }
  const { id } = await read(desk.api['team-calls'].rooms.$post({ json }))
  await phone.calls('phone-calls-obeys', { called: '62' })
  await phone.edge.acknowledged()

  for (const key of [1, 2, 3, 11]) await phone.sound.press(key)

  const isIn = async () => {
    const rooms = await read(desk.api['team-calls'].rooms.$get())
    return rooms.find((room) => room.id === id)?.people.includes('Eva')
  }
  await waitUntil('eva is in', isIn, 15_000)
  await phone.tell('HANGUP')
  await phone.done()
})

test('who does not know the digits is not let in', async () => {
  const { office } = two
  const { phone, desk } = office
  const json = { extension: '61', name: 'Closed', pin: '1234' }
  const { id } = await read(desk.api['team-calls'].rooms.$post({ json }))

  await phone.calls('phone-calls-obeys', { called: '61' })
  await phone.edge.acknowledged()
  // 9, 9 and hash; the other two times nothing comes.
  for (const key of [9, 9, 11]) await phone.sound.press(key)
  await phone.done()
  const after = (await read(desk.api['team-calls'].rooms.$get())).find((room) => room.id === id)
  expect(after?.people).toEqual([])
}, 90_000)
