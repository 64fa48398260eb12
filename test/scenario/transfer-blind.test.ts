// Blind transfer from the desk (C5): the agent leaves when the target answers; what fails comes back with its reason.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
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

const toBob = async (id: string) => {
  const to = { kind: 'person' as const, userId: two.bobId }
  await read(two.office.eva.api.calls[':id'].transfer.$post({ param: { id }, json: { how: 'blind', to } }))
}

test('the customer hears music while bob rings, then bob; eva’s phone is let go; the task is bob’s', async () => {
  const { office, bobsPhone } = two
  const caller = '+420600000101'
  await bobsPhone.awaits('callee-rings-answers-obeys')
  const id = await aliceTalksToEva(office, caller)
  await hearsTone(office.carrier.sound, evaHz)

  await toBob(id)
  await bobsPhone.edge.saw('sipp', '180 INVITE')
  await hearsMusic(office.carrier.sound, tones)
  expect((await liveCall(office, 'transferring')).transfer).toMatchObject({
    how: 'blind',
    to: { name: 'Bob' },
  })
  bobsPhone.say(bobHz)
  await bobsPhone.tell('ANSWER')

  await Promise.all([hearsTone(office.carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])
  await office.phone.done()
  expect((await liveCall(office, 'talking')).user?.name).toBe('Bob')
  await office.carrier.tell('HANGUP')
  await Promise.all([office.carrier.done(), bobsPhone.done()])

  const task = await onlyTaskOf(office, caller, 'closed')
  expect(task.assignee?.name).toBe('Bob')
  expect(task.log.map((item) => item.what).join('\n')).toMatch(
    /Transferred to Bob after .*Transfers the call to Bob/s,
  )
})

test('busy comes back to eva with the reason, and they talk on', async () => {
  const { office, bobsPhone } = two
  await bobsPhone.awaits('callee-refuses', {}, { status: '486 Busy Here' })
  const id = await aliceTalksToEva(office, '+420600000102')

  await toBob(id)
  await bobsPhone.done()

  await Promise.all([hearsTone(office.carrier.sound, evaHz), hearsTone(office.phone.sound, aliceHz)])
  expect((await liveCall(office, 'talking')).cameBack).toEqual({ name: 'Bob', sentence: 'busy' })
  await office.carrier.tell('HANGUP')
  await Promise.all([office.carrier.done(), office.phone.done()])
})

test('a phone that is off comes back within its ring time, and eva and the customer hear each other again', async () => {
  const { office } = two
  // Bob's phone is registered, but nothing is there any more.
  const id = await aliceTalksToEva(office, '+420600000103')

  const began = Date.now()
  await toBob(id)
  await hearsMusic(office.carrier.sound, tones)
  const cameBack = async () => (await read(office.desk.api.calls.$get()))[0]?.cameBack?.name === 'Bob'
  await waitUntil('it came back', cameBack, 30_000)

  expect(Date.now() - began).toBeLessThan(27_000)
  await Promise.all([hearsTone(office.carrier.sound, evaHz), hearsTone(office.phone.sound, aliceHz)])
  await office.phone.tell('HANGUP')
  await Promise.all([office.carrier.done(), office.phone.done()])
}, 90_000)

test('eva hangs up and bob is busy: her phone rings again, and she has the customer back', async () => {
  const { office, bobsPhone } = two
  const caller = '+420600000104'
  await bobsPhone.awaits('callee-rings-refuses-when-told', {}, { status: '486 Busy Here' })
  const id = await aliceTalksToEva(office, caller)
  await toBob(id)
  await bobsPhone.edge.saw('sipp', '180 INVITE')
  await office.phone.tell('HANGUP')
  await office.phone.done()

  await office.phone.awaits('callee-answers-obeys')
  await bobsPhone.tell('ANSWER')

  await Promise.all([hearsTone(office.carrier.sound, evaHz), hearsTone(office.phone.sound, aliceHz)])
  await office.phone.tell('HANGUP')
  await Promise.all([office.carrier.done(), office.phone.done()])
  const { log } = await onlyTaskOf(office, caller, 'closed')
  expect(log.map((item) => item.what).join('\n')).toMatch(/Rings: Bob: busy; back to Eva/)
})

test('ten transfers in a row of one call leave no leg behind', async () => {
  const { office, bobsPhone, bobId } = two
  await bobsPhone.awaits('callee-answers-obeys', {}, { calls: 5 })
  await office.phone.awaits('callee-answers-obeys', {}, { calls: 6 })
  office.carrier.say(aliceHz)
  office.phone.say(evaHz)
  bobsPhone.say(bobHz)
  await office.carrier.calls('caller-calls-obeys', { caller: '+420600000105', called: '+420221000111' })
  const { id } = await liveCall(office, 'talking')

  for (let round = 0; round < 10; round += 1) {
    const [from, userId, name] =
      round % 2 === 0 ? [office.eva, bobId, 'Bob'] : [office.desk, office.evaId, 'Eva']
    const to = { kind: 'person' as const, userId }
    await read(from.api.calls[':id'].transfer.$post({ param: { id }, json: { how: 'blind', to } }))
    await waitUntil(
      `${name} has the call (${round})`,
      async () => {
        const { user, state } = (await read(office.desk.api.calls.$get()))[0] ?? {}
        return state === 'talking' && user?.name === name
      },
      20_000,
    )
  }

  await Promise.all([hearsTone(office.carrier.sound, evaHz), hearsTone(office.phone.sound, aliceHz)])
  await bobsPhone.done()
  await office.carrier.tell('HANGUP')
  await Promise.all([office.carrier.done(), office.phone.done()])
}, 120_000)
