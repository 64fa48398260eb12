// Star codes from phones: the echo test, parking a call and taking it back.
import { performance } from 'node:perf_hooks'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { levelAt, loudness } from '#test/audio.ts'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { liveCall, onlyTaskOf, ourNumber } from '#test/office.ts'
import type { RtpPeer } from '#test/rtp-peer.ts'
import {
  aliceHz,
  aliceTalksToEva,
  bobHz,
  evaHz,
  openTwoPhones,
  type TwoPhones,
  tones,
} from '#test/two-phones.ts'
import { waitUntil } from '#test/wait-until.ts'

let two: TwoPhones
beforeAll(async () => {
  two = await openTwoPhones()
})
afterEach(() => two.quiet())
afterAll(() => two[Symbol.asyncDispose]())

const isWords = (sound: Int16Array) =>
  sound.length > 1000 && loudness(sound) > -40 && tones.every((hz) => levelAt(sound, hz) < -25)

/** Waits for speech: sound that is none of the tones. */
const hearsWords = (ear: RtpPeer) =>
  waitUntil('words are heard', () => isWords(ear.heard(performance.now() - 300)), 15_000)

const parkedPlace = async () => {
  const calls = await read(two.office.desk.api.calls.$get())
  return calls.find((call) => call.parked)?.parked
}

test('*43: who dials it hears a word, then what they say', async () => {
  const { phone } = two.office
  phone.say(evaHz)
  await phone.calls('phone-calls-obeys', { called: '*43' })

  await hearsWords(phone.sound)
  await hearsTone(phone.sound, evaHz)

  await phone.tell('HANGUP')
  await phone.done()
})

test('a transfer to *70 parks the caller with music and says the place; dialling the place takes the call', async () => {
  const { office, bobsPhone } = two
  const { carrier, phone } = office
  const caller = '+420600000301'
  await phone.awaits('callee-answers-refers', { refer_to: '*70' })
  carrier.say(aliceHz)
  phone.say(evaHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await liveCall(office, 'talking')
  await hearsTone(phone.sound, aliceHz)

  phone.edge.cue('REFERNOW')
  await hearsWords(phone.sound)
  await hearsMusic(carrier.sound, tones)
  await phone.done()
  expect(await parkedPlace()).toMatchObject({ place: '701', by: { name: 'Eva' } })
  expect(phone.edge.trace()).toContain('Parked at 701')

  bobsPhone.say(bobHz)
  await bobsPhone.calls('phone-calls-obeys', { called: '701' })
  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])
  expect((await liveCall(office, 'talking')).user?.name).toBe('Bob')
  await bobsPhone.tell('HANGUP')
  await Promise.all([carrier.done(), bobsPhone.done()])

  const task = await onlyTaskOf(office, caller, 'closed')
  expect(task.assignee?.name).toBe('Bob')
  expect(task.log.map((item) => item.what).join('\n')).toMatch(
    /Picked up by Bob after .*Transfers the call to parking place 701/s,
  )
})

test('the desk parks a call and takes it back; *70 of somebody else finds nothing to park', async () => {
  const { office, bobsPhone } = two
  const { carrier, phone, eva, desk } = office
  const id = await aliceTalksToEva(office, '+420600000302')
  await read(eva.api.calls[':id'].hold.$post({ param: { id } }))
  await liveCall(office, 'held')

  await bobsPhone.calls('phone-calls-is-refused', { called: '*70' }, { expect: 404 })
  await bobsPhone.done()
  await read(eva.api.calls[':id'].park.$post({ param: { id } }))
  await phone.done()
  await hearsMusic(carrier.sound, tones)
  expect((await parkedPlace())?.place).toBe('701')

  await bobsPhone.reset()
  await bobsPhone.awaits('callee-answers-obeys')
  bobsPhone.say(bobHz)
  await read(desk.api.calls[':id'].take.$post({ param: { id } }))
  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), bobsPhone.done()])
})

test('nobody takes a parked call: it comes back to who parked it, with the reason', async () => {
  const { office } = two
  const { carrier, phone, eva } = office
  const caller = '+420600000303'
  await read(office.desk.api['team-calls'].settings.$put({ json: { parkReturnMs: 10_000 } }))
  const id = await aliceTalksToEva(office, caller)
  await read(eva.api.calls[':id'].park.$post({ param: { id } }))
  await phone.done()
  await phone.reset()
  await phone.awaits('callee-answers-obeys')
  phone.say(evaHz)

  await hearsMusic(carrier.sound, tones)
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, aliceHz)])
  await phone.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  const { log } = await onlyTaskOf(office, caller, 'closed')
  expect(log.map((item) => item.what).join('\n')).toMatch(
    /Rings: parking place 701: nobody took it for 0.2 min; back to Eva/,
  )
}, 60_000)

test('a place where nothing is parked is refused, as is parking with nothing on hold', async () => {
  const { phone } = two.office
  await phone.calls('phone-calls-is-refused', { called: '705' }, { expect: 404 })
  await phone.done()
  await phone.calls('phone-calls-is-refused', { called: '*70' }, { expect: 404 })
  await phone.done()
})
