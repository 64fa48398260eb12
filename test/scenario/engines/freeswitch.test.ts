// FreeSWITCH dies while people talk: without sound there is no call, so both sides are told and hung up; what was recorded
// is kept, and all is as before within five seconds of its return.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readWav } from '#test/audio.ts'
import type { Freeswitch } from '#test/freeswitch.ts'
import { hearsMusic, hearsTone, listens } from '#test/hearing.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber } from '#test/office.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, evaHz] = [1000, 1500]
let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterEach(async () => {
  if (freeswitch().pid === undefined) await freeswitch().start()
  await office.quiet(/FreeSWITCH is gone/)
})
afterAll(() => office[Symbol.asyncDispose]())

test('FreeSWITCH is killed: both sides are hung up with the reason, and the recording plays', async () => {
  const { carrier, phone } = office
  const caller = '+420600000701'
  await talk(caller)
  await listens(carrier.sound, 2)
  await freeswitch().kill()
  await Promise.all([carrier.done(), phone.done()])

  const task = await waitUntil('the recording is ready', async () => {
    const closed = await onlyTaskOf(office, caller, 'closed')
    return closed.recordings[0]?.ready && closed
  })
  expect(task.log.map((item) => item.what).join('\n')).toMatch(/lost: the sound was lost/)
  await expectPlays(task.recordings[0]?.url ?? '')
  await newCallsWork('+420600000702')
})

test('FreeSWITCH is killed while a caller waits: the caller is hung up, and the task stays open', async () => {
  const { carrier, phone } = office
  await phone.awaits('callee-rings-is-cancelled')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000703', called: ourNumber })
  await liveCall(office, 'ringing')
  await hearsMusic(carrier.sound, [])
  await freeswitch().kill()
  await Promise.all([carrier.done(), phone.done()])

  const task = await onlyTaskOf(office, '+420600000703', 'open')
  expect(task.missed).toBe(true)
  await newCallsWork('+420600000704')
})

test('who calls while FreeSWITCH is away is told so at once, and the call is in the tasks', async () => {
  const { carrier } = office
  await freeswitch().kill()
  await waitUntil('it is known', async () => !(await fetch(`${office.appliance.url}/health`)).ok)
  await carrier.calls('caller-is-refused', { caller: '+420600000705', called: ourNumber }, { expect: 503 })
  await carrier.done()
  await onlyTaskOf(office, '+420600000705', 'open')
  await newCallsWork('+420600000706')
})

function freeswitch(): Freeswitch {
  const [first] = office.appliance.engines.freeswitch
  if (!first) throw new Error('this project has no FreeSWITCH')
  return first
}

/** Starts it again, and a call has its sound within five seconds. */
async function newCallsWork(caller: string): Promise<void> {
  const { appliance, carrier, phone } = office
  await freeswitch().start()
  const back = performance.now()
  await waitUntil('we are ready', async () => (await fetch(`${appliance.url}/health`)).ok, 5_000)
  await carrier.reset()
  await phone.reset()
  await talk(caller)
  expect(performance.now() - back).toBeLessThan(5_000)
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
}

/** A call of that customer on which both speak and hear. */
async function talk(caller: string): Promise<void> {
  const { carrier, phone } = office
  await phone.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  phone.say(evaHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await liveCall(office, 'talking')
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
}

async function expectPlays(url: string): Promise<void> {
  using folder = tempFolder()
  const path = join(folder.path, 'recording.wav')
  writeFileSync(path, Buffer.from(await (await office.desk.get(url)).arrayBuffer()))
  expect(readWav(path).seconds).toBeGreaterThan(1.5)
}
