// A leader listens to the running call of a colleague, whispers and joins: who hears whom, at each step.
import { performance } from 'node:perf_hooks'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { levelAt, sampleRate } from '#test/audio.ts'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { hearsBoth } from '#test/hears-both.ts'
import { onlyTaskOf } from '#test/office.ts'
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

/** Nothing of this tone was in the last second. */
const hearsNo = (ear: RtpPeer, hz: number) => {
  const second = ear.heard(performance.now() - 1_500).subarray(-sampleRate)
  expect(second.length).toBe(sampleRate)
  expect(levelAt(second, hz)).toBeLessThan(-45)
}

const supervise = (id: string, mode: 'listen' | 'whisper' | 'join') =>
  read(two.office.desk.api.calls[':id'].supervise.$post({ param: { id }, json: { mode } }))

test('listen, whisper, join: from the desk, through a hold, and the log says it', async () => {
  const { office, bobsPhone } = two
  const { carrier, phone, eva } = office
  const caller = '+420600000501'
  const id = await aliceTalksToEva(office, caller)
  await hearsTone(carrier.sound, evaHz)
  await bobsPhone.awaits('callee-answers-obeys')
  bobsPhone.say(bobHz)

  await supervise(id, 'listen')
  await hearsBoth(bobsPhone.sound, aliceHz, evaHz)
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, aliceHz)])

  await supervise(id, 'whisper')
  await hearsBoth(phone.sound, aliceHz, bobHz)
  await hearsTone(carrier.sound, evaHz)
  hearsNo(carrier.sound, bobHz)

  await read(eva.api.calls[':id'].hold.$post({ param: { id } }))
  await hearsMusic(carrier.sound, tones)
  await read(eva.api.calls[':id'].resume.$post({ param: { id } }))
  await hearsBoth(phone.sound, aliceHz, bobHz)

  await supervise(id, 'join')
  await hearsBoth(carrier.sound, evaHz, bobHz)
  const calls = await read(office.desk.api.calls.$get())
  expect(calls.find((call) => call.id === id)?.supervisors).toMatchObject([{ name: 'Bob', mode: 'join' }])

  await bobsPhone.tell('HANGUP')
  await bobsPhone.done()
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, aliceHz)])
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
  const { log } = await onlyTaskOf(office, caller, 'closed')
  expect(log.map((item) => item.what).join('\n')).toMatch(
    /joined the call as a supervisor.*whispers as a supervisor.*listens to the call as a supervisor/s,
  )
})

test('*34 and the extension listens from the phone; it ends with the call', async () => {
  const { office, bobsPhone } = two
  const { carrier, phone } = office
  await aliceTalksToEva(office, '+420600000502')
  await hearsTone(carrier.sound, evaHz)
  bobsPhone.say(bobHz)

  await bobsPhone.calls('phone-calls-obeys', { called: '*3421' })
  await hearsBoth(bobsPhone.sound, aliceHz, evaHz)
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, aliceHz)])

  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done(), bobsPhone.done()])
})

test('an agent may not listen, neither from the phone nor from the desk', async () => {
  const { office, bobsPhone } = two
  const { phone, eva } = office
  const answer = await eva.api.calls[':id'].supervise.$post({
    param: { id: 'any' },
    json: { mode: 'listen' },
  })
  expect(answer.status).toBe(403)
  await bobsPhone.calls('phone-calls-obeys', { called: '*43' })
  const echoing = async () => (await read(office.desk.api.calls.$get())).length === 1
  await waitUntil('bob is on a call', echoing)

  await phone.calls('phone-calls-is-refused', { called: '*3422' }, { expect: 480 })
  await phone.done()
  await bobsPhone.tell('HANGUP')
  await bobsPhone.done()
})
