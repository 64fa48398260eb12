// Warm transfer from the desk (C6): who hears whom, at each step.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { hearsBoth } from '#test/hears-both.ts'
import { liveCall, onlyTaskOf } from '#test/office.ts'
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

const act = (id: string, what: 'cancel' | 'complete' | 'swap' | 'merge') =>
  read(two.office.eva.api.calls[':id'].transfer[what].$post({ param: { id } }))

/** Alice talks to Eva, who calls Bob in and speaks with him; the id of the call. */
async function consult(caller: string): Promise<string> {
  const { office, bobsPhone, bobId } = two
  await bobsPhone.awaits('callee-answers-obeys')
  bobsPhone.say(bobHz)
  const id = await aliceTalksToEva(office, caller)
  const to = { kind: 'person' as const, userId: bobId }
  await read(office.eva.api.calls[':id'].transfer.$post({ param: { id }, json: { how: 'warm', to } }))
  await waitUntil(
    'they speak',
    async () => (await read(office.desk.api.calls.$get()))[0]?.transfer?.state === 'consulting',
    20_000,
  )
  return id
}

test('the customer hears music, not the consultation; after it bob', async () => {
  const { office, bobsPhone } = two
  const { carrier, phone } = office
  const caller = '+420600000201'
  const id = await consult(caller)
  await Promise.all([
    hearsMusic(carrier.sound, tones),
    hearsTone(phone.sound, bobHz),
    hearsTone(bobsPhone.sound, evaHz),
  ])

  await act(id, 'complete')

  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])
  await phone.done()
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), bobsPhone.done()])
  const { assignee, log } = await onlyTaskOf(office, caller, 'closed')
  expect(assignee?.name).toBe('Bob')
  expect(log.map((item) => item.what).join('\n')).toMatch(/Transferred to Bob.*Bob answered.*Calls Bob in/s)
})

test('swap: eva hears the customer and bob hears music, and back; cancel ends bob’s part', async () => {
  const { office, bobsPhone } = two
  const { carrier, phone } = office
  const id = await consult('+420600000202')

  await act(id, 'swap')
  await Promise.all([
    hearsTone(carrier.sound, evaHz),
    hearsTone(phone.sound, aliceHz),
    hearsMusic(bobsPhone.sound, tones),
  ])
  await act(id, 'swap')
  await Promise.all([hearsMusic(carrier.sound, tones), hearsTone(phone.sound, bobHz)])
  await act(id, 'cancel')

  await bobsPhone.done()
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, aliceHz)])
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
})

test('eva hangs up while she speaks with bob: the customer is his', async () => {
  const { office, bobsPhone } = two
  await consult('+420600000203')

  await office.phone.tell('HANGUP')

  await Promise.all([hearsTone(office.carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])
  expect((await liveCall(office, 'talking')).user?.name).toBe('Bob')
  await office.carrier.tell('HANGUP')
  await Promise.all([office.carrier.done(), office.phone.done(), bobsPhone.done()])
})

test('merge: all three hear each other, where the sound engine can; eva goes, the others talk on', async () => {
  const { office, bobsPhone } = two
  const { carrier, phone } = office
  const id = await consult('+420600000204')

  const refusal = await act(id, 'merge').then(
    () => undefined,
    (err: unknown) => String(err),
  )
  if (refusal !== undefined) {
    expect(refusal).toMatch(/calls\.no-mixing/)
    expect(process.env.MEDIA_ENGINE_UNDER_TEST).toBe('freeswitch')
    await act(id, 'complete')
  } else {
    await Promise.all([
      hearsBoth(carrier.sound, evaHz, bobHz),
      hearsBoth(phone.sound, aliceHz, bobHz),
      hearsBoth(bobsPhone.sound, aliceHz, evaHz),
    ])
    await phone.tell('HANGUP')
  }

  await phone.done()
  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), bobsPhone.done()])
})
