// drachtio dies while people talk: their sound needs no SIP, so they talk on; who waits or rings is told, and all is as
// before within five seconds of its return.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import type { Drachtio } from '#test/drachtio.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, evaHz] = [1000, 1500]
const tones = [customerHz, evaHz]
let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterEach(async () => {
  if (drachtio().pid === undefined) await drachtio().start()
  await office.quiet()
})
afterAll(() => office[Symbol.asyncDispose]())

test('drachtio is killed and comes back: who talks goes on talking and hangs up later', async () => {
  const { carrier, phone } = office
  const caller = '+420600000601'
  await talk(caller)
  await drachtio().kill()
  await bothHear()
  await liveCall(office, 'talking')

  await drachtio().start()
  await takenUp()
  await bothHear()
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  const task = await onlyTaskOf(office, caller, 'closed')
  expect(task.recordings).toHaveLength(1)
  expect(task.log.map((item) => item.what).join('\n')).not.toMatch(/lost/)
})

test('hold at the desk and from the phone works in a call that outlived drachtio', async () => {
  const { carrier, phone, eva } = office
  await talk('+420600000602')
  await drachtio().kill()
  await drachtio().start()
  await takenUp()
  const { id } = await liveCall(office, 'talking')

  await read(eva.api.calls[':id'].hold.$post({ param: { id } }))
  await hearsMusic(carrier.sound, tones)
  await read(eva.api.calls[':id'].resume.$post({ param: { id } }))
  await bothHear()
  await phone.tell('HOLD')
  await hearsMusic(carrier.sound, tones)
  await phone.tell('RESUME')
  await bothHear()
  await phone.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
})

test('who hangs up at the desk while drachtio is away: both far ends get BYE on its return', async () => {
  const { carrier, phone, eva } = office
  await talk('+420600000603')
  const { id } = await liveCall(office, 'talking')
  await drachtio().kill()
  await read(eva.api.calls[':id']['hang-up'].$post({ param: { id } }))
  await waitUntil('the call is over', async () => (await read(eva.api.calls.$get())).length === 0)
  await drachtio().start()

  await Promise.all([carrier.done(), phone.done()])
  await onlyTaskOf(office, '+420600000603', 'closed')
})

test('a far end that went while drachtio was away: its call ends on the return, and says why', async () => {
  const { carrier, phone } = office
  await talk('+420600000604')
  await drachtio().kill()
  await carrier.reset()
  await drachtio().start()
  await phone.done()

  const { log } = await onlyTaskOf(office, '+420600000604', 'closed')
  expect(log.map((item) => item.what).join('\n')).toMatch(/lost.*the far end is not found again/)
})

test('who waits in the queue hears music on, and the phone is rung again on its return', async () => {
  const { carrier, phone } = office
  await phone.awaits('callee-rings-is-cancelled')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000606', called: ourNumber })
  await liveCall(office, 'ringing')
  await drachtio().kill()
  // A phone that nobody can tell stops ringing by itself.
  await phone.reset()
  await hearsMusic(carrier.sound, tones)
  await phone.awaits('callee-answers-obeys')
  await drachtio().start()
  await phone.edge.acknowledged()
  carrier.say(customerHz)
  phone.say(evaHz)
  await bothHear()
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  await onlyTaskOf(office, '+420600000606', 'closed')
})

test('drachtio is killed under load: everybody who waits keeps the place, and is hung up at the desk later', async () => {
  const { carrier, desk } = office
  const many = 20
  const calls = () => read(desk.api.calls.$get())
  await carrier.calls('caller-calls-obeys', { caller: '+420600000607', called: ourNumber }, { calls: many })
  // The phone does not answer SIP at all: all of them stay in the queue.
  await waitUntil('all wait', async () => (await calls()).length === many)
  await waitUntil('all are acknowledged', () => carrier.edge.count('sipp', 'ACK') >= many)
  await drachtio().kill()
  await drachtio().start()
  await waitUntil('all are taken up', () => carrier.edge.count('sipp', '200 INVITE') === many)
  expect(await calls()).toHaveLength(many)
  await waitUntil('no call is left', async () => {
    const left = await calls()
    for (const { id } of left) await desk.api.calls[':id']['hang-up'].$post({ param: { id } })
    return left.length === 0
  })

  await carrier.done()
  expect(carrier.edge.count('program', 'BYE')).toBe(many)
})

test('new calls work within five seconds of its return', async () => {
  const { carrier, phone } = office
  await drachtio().kill()
  await drachtio().start()
  const back = performance.now()
  await waitUntil('we are ready', async () => (await fetch(`${office.appliance.url}/health`)).ok, 5_000)
  await talk('+420600000605')
  expect(performance.now() - back).toBeLessThan(5_000)
  await bothHear()
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
})

function drachtio(): Drachtio {
  const [first] = office.appliance.engines.drachtio
  if (!first) throw new Error('this project has no drachtio')
  return first
}

/** A call of that customer on which both speak and hear. */
async function talk(caller: string): Promise<void> {
  const { carrier, phone } = office
  await phone.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  phone.say(evaHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await liveCall(office, 'talking')
  await bothHear()
}

async function bothHear(): Promise<void> {
  const { carrier, phone } = office
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
}

/** Both far ends answered the re-INVITE of the drachtio that is back. */
async function takenUp(): Promise<void> {
  const { carrier, phone } = office
  await Promise.all([carrier.edge.saw('program', 'INVITE'), phone.edge.saw('program', 'INVITE', { nth: 2 })])
  await Promise.all([
    carrier.edge.saw('sipp', '200 INVITE'),
    phone.edge.saw('sipp', '200 INVITE', { nth: 2 }),
  ])
  await Promise.all([carrier.edge.acknowledged(), phone.edge.acknowledged()])
}
