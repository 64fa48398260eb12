// A power cut during a recorded call: after the restart everything is where it should be, once.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readWav } from '#test/audio.ts'
import { Desk, read } from '#test/desk.ts'
import { expectOnly, hearsTone, listens } from '#test/hearing.ts'
import { evaLogin, liveCall, type Office, onlyTaskOf, openOffice, ourNumber, tasksOf } from '#test/office.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, evaHz] = [1000, 1500]
let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterEach(async () => {
  await office.carrier.reset()
  await office.phone.reset()
})
afterAll(() => office[Symbol.asyncDispose]())

test('kill -9 during a recorded call: the recording plays, the call is interrupted, the task open, nothing twice', async () => {
  const { appliance, carrier, phone } = office
  const alice = '+420600000021'
  await phone.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  phone.say(evaHz)
  await carrier.calls('caller-calls-obeys', { caller: alice, called: ourNumber })
  await liveCall(office, 'talking')
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  await listens(carrier.sound, 2)

  await appliance.kill()
  await appliance.start()

  const task = await waitUntil('the call is closed as interrupted', async () => {
    const open = await onlyTaskOf(office, alice, 'open')
    return open.note === 'interrupted' && open.recordings[0]?.ready && open
  })
  const story = task.log.map((item) => item.what)
  expect(story.filter((what) => what.startsWith('Cordboard was stopped during the call'))).toHaveLength(1)
  expect(story.filter((what) => what.startsWith('Recording ready'))).toHaveLength(1)
  expect(story.filter((what) => what.startsWith('Call came in'))).toHaveLength(1)
  expect(task.recordings).toHaveLength(1)
  expect(await read(office.desk.api.calls.$get())).toEqual([])
  await expectPlays(task.recordings[0]?.url ?? '')

  // A second start finds nothing more to repair.
  expect(await appliance.stop()).toBe(0)
  await appliance.start()
  expect(await tasksOf(office, alice)).toHaveLength(1)
  expect((await onlyTaskOf(office, alice, 'open')).log).toHaveLength(story.length)
  expect(appliance.errors()).toEqual([])
})

test('after the power cut the phone, still registered, takes the next call', async () => {
  const { carrier, phone, appliance } = office
  const eva = await Desk.signIn(appliance.url, evaLogin)
  expect((await read(eva.api.me.$get())).status.id).toBe('ready')
  await phone.awaits('callee-answers-obeys')
  await carrier.calls('caller-calls-obeys', { caller: '+420600000022', called: ourNumber })
  await liveCall(office, 'talking')
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
  await office.quiet()
})

async function expectPlays(url: string): Promise<void> {
  using folder = tempFolder()
  const path = join(folder.path, 'recording.wav')
  const answer = await office.desk.get(url)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'audio/wav'])
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()))
  const { channels, seconds } = readWav(path)
  const [left = new Int16Array(), right = new Int16Array()] = channels
  expect(seconds).toBeGreaterThanOrEqual(2)
  expectOnly(left, customerHz, evaHz)
  expectOnly(right, evaHz, customerHz)
  const part = await office.desk.get(url, { range: 'bytes=0-43' })
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 44])
}
