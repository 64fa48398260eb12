// A customer calls, Eva answers: sound both ways, hold from the desk and from the phone, the recording, the task.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readWav } from '#test/audio.ts'
import { read } from '#test/desk.ts'
import { expectOnly, hearsMusic, hearsTone, listens } from '#test/hearing.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber } from '#test/office.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, evaHz] = [1000, 1500]
const tones = [customerHz, evaHz]
let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterEach(() => office.quiet())
afterAll(() => office[Symbol.asyncDispose]())

test('a customer and the person with the skill hear each other, and the recording keeps them apart', async () => {
  const { carrier, phone } = office
  const caller = await talk('+420600000001')

  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  await listens(carrier.sound, 2)
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  const task = await onlyTaskOf(office, caller, 'closed')
  expect(task).toMatchObject({ kind: 'call', assignee: { name: 'Eva' }, missed: false })
  const [left, right] = await recordingOf(task.id)
  expectOnly(left, customerHz, evaHz)
  expectOnly(right, evaHz, customerHz)
})

test('hold at the desk makes the customer hear music, resume ends it', async () => {
  const { carrier, phone, eva } = office
  await talk('+420600000002')
  await hearsTone(carrier.sound, evaHz)
  const { id } = await liveCall(office, 'talking')

  await read(eva.api.calls[':id'].hold.$post({ param: { id } }))
  await hearsMusic(carrier.sound, tones)
  await liveCall(office, 'held')
  await read(eva.api.calls[':id'].resume.$post({ param: { id } }))
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])

  await liveCall(office, 'talking')
  await read(eva.api.calls[':id']['hang-up'].$post({ param: { id } }))
  await Promise.all([carrier.done(), phone.done()])
})

test('hold on the phone (re-INVITE sendonly) makes the customer hear music, resume ends it', async () => {
  const { carrier, phone } = office
  const caller = await talk('+420600000003')
  await hearsTone(carrier.sound, evaHz)

  await phone.tell('HOLD')
  await hearsMusic(carrier.sound, tones)
  await liveCall(office, 'held')
  await phone.tell('RESUME')
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])

  await phone.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
  const { log } = await onlyTaskOf(office, caller, 'closed')
  expect(log.map((item) => item.what).join('\n')).toMatch(/Resumed.*Put on hold from the phone/s)
})

/** A call of that customer on which both speak; the caller's number. */
async function talk(caller: string): Promise<string> {
  const { carrier, phone } = office
  await phone.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  phone.say(evaHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await liveCall(office, 'talking')
  return caller
}

async function recordingOf(taskId: string): Promise<readonly [Int16Array, Int16Array]> {
  const { desk } = office
  const recording = await waitUntil('the recording is ready', async () => {
    const { recordings } = await read(desk.api.tasks[':id'].$get({ param: { id: taskId } }))
    return recordings.length === 1 && recordings[0]?.ready ? recordings[0] : undefined
  })
  using folder = tempFolder()
  const path = join(folder.path, 'recording.wav')
  writeFileSync(path, Buffer.from(await (await desk.get(recording.url)).arrayBuffer()))
  const { channels, rate } = readWav(path)
  expect(rate).toBe(8000)
  const [left, right] = channels
  if (!left || !right) throw new Error('the recording is not stereo')
  return [left, right]
}
