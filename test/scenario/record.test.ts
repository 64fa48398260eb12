// Recording by rules (C8): paused and resumed, announced, agreed to by a key or not; what is in the files is measured.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readWav, sine } from '#test/audio.ts'
import { read } from '#test/desk.ts'
import { expectOnly, hearsTone, listens } from '#test/hearing.ts'
import { PromptEar } from '#test/hears-prompt.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber } from '#test/office.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, evaHz, secretHz] = [1000, 1500, 700]
let office: Office
let ruleId: string | undefined
beforeAll(async () => {
  office = await openOffice()
})
afterEach(async () => {
  const { desk } = office
  if (ruleId !== undefined) await read(desk.api['recording-rules'][':id'].$delete({ param: { id: ruleId } }))
  ruleId = undefined
  await office.quiet()
})
afterAll(() => office[Symbol.asyncDispose]())

test('a paused stretch is not in the file, which is shorter by it, and the task tells of it', async () => {
  const { carrier, phone, eva } = office
  const caller = '+420600000901'
  await phone.awaits('callee-answers-obeys')
  phone.say(evaHz)
  using voice = new DisposableStack()
  let speaking = voice.use(carrier.sound.say(sine(customerHz, 1)))
  const says = (hz: number) => {
    speaking[Symbol.dispose]()
    speaking = voice.use(carrier.sound.say(sine(hz, 1)))
  }
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  const { id } = await liveCall(office, 'talking')
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  await listens(carrier.sound, 2)

  await read(eva.api.calls[':id'].recording.$post({ param: { id }, json: { act: 'pause' } }))
  says(secretHz)
  await hearsTone(phone.sound, secretHz)
  await listens(carrier.sound, 2)
  says(customerHz)
  await hearsTone(phone.sound, customerHz)
  await read(eva.api.calls[':id'].recording.$post({ param: { id }, json: { act: 'resume' } }))
  await listens(carrier.sound, 2)
  await hangUp()

  const { recording, left, right } = await recordingOf(caller)
  expectOnly(left, customerHz, secretHz)
  expectOnly(right, evaHz, secretHz)
  const [pause] = recording.pauses
  expect(pause).toMatchObject({ who: 'Eva' })
  expect(pause?.ms).toBeGreaterThan(3_000)
  const { log } = await onlyTaskOf(office, caller, 'closed')
  const words = log.map(({ what }) => what)
  expect(words).toEqual(expect.arrayContaining(['Paused the recording', 'Resumed the recording']))
  expect(log.filter(({ who }) => who === 'Eva').map(({ what }) => what)).toContain('Paused the recording')
})

test('announced: the customer and Eva hear the words, and only then each other', async () => {
  const { carrier, phone } = office
  await rule({ consent: 'announce' })
  const caller = await rings('+420600000902')
  const ears = [new PromptEar(carrier.sound), new PromptEar(phone.sound)]
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await Promise.all(ears.map((ear) => ear.hears('call-is-recorded')))
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  await listens(carrier.sound, 1)
  await hangUp()

  const { recording, left } = await recordingOf(caller)
  expectOnly(left, customerHz, evaHz)
  expect(recording).toMatchObject({ rule: 'Consent', consent: { mode: 'announce', key: null } })
})

test('press 1 for yes: recorded from then on, with the key as evidence', async () => {
  const { carrier, phone } = office
  await rule({ consent: 'press-one' })
  const caller = await rings('+420600000903')
  const ear = new PromptEar(carrier.sound)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await ear.hears('press-one-to-record')
  await carrier.sound.press(1)
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  await listens(carrier.sound, 1)
  await hangUp()

  const { recording, left, right } = await recordingOf(caller)
  expectOnly(left, customerHz, evaHz)
  expectOnly(right, evaHz, customerHz)
  expect(recording.consent).toMatchObject({ mode: 'press-one', key: '1' })
})

test('no key: both talk, nothing is recorded, and the log says why', async () => {
  const { carrier, phone } = office
  await rule({ consent: 'press-one' })
  const caller = await rings('+420600000904')
  const ear = new PromptEar(carrier.sound)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await ear.hears('press-one-to-record')
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  expect(await liveCall(office, 'talking')).toMatchObject({ recording: false, recordingState: 'off' })
  await hangUp()

  const { log, recordings } = await onlyTaskOf(office, caller, 'closed')
  expect(recordings).toEqual([])
  expect(log.map(({ what }) => what).join(' ')).toContain('did not agree to the recording: pressed no key')
})

/** Eva's phone will answer; the number of the customer. */
async function rings(caller: string): Promise<string> {
  const { carrier, phone } = office
  await phone.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  phone.say(evaHz)
  return caller
}

async function hangUp(): Promise<void> {
  const { carrier, phone } = office
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])
}

async function rule(input: { consent: 'announce' | 'press-one' }): Promise<void> {
  const made = await read(
    office.desk.api['recording-rules'].$post({
      json: { name: 'Consent', act: 'record', userId: office.evaId, ...input },
    }),
  )
  ruleId = made.id
}

async function recordingOf(caller: string) {
  const { desk } = office
  const { id } = await onlyTaskOf(office, caller, 'closed')
  const recording = await waitUntil('the recording is ready', async () => {
    const { recordings } = await read(desk.api.tasks[':id'].$get({ param: { id } }))
    return recordings.length === 1 && recordings[0]?.ready ? recordings[0] : undefined
  })
  using folder = tempFolder()
  const path = join(folder.path, 'recording.wav')
  writeFileSync(path, Buffer.from(await (await desk.get(recording.url)).arrayBuffer()))
  const [left, right] = readWav(path).channels
  if (!left || !right) throw new Error('the recording is not stereo')
  return { recording, left, right }
}
