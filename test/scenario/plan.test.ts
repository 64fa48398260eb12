// A caller on the way through the plan of a number: what is heard is measured, keys are pressed by RFC 4733.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { PlanSteps, QueueStep } from '#admin/plan-view.ts'
import { plainQueue } from '#calls/plan/plan-step.ts'
import { levelAt, readWav } from '#test/audio.ts'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone, listens } from '#test/hearing.ts'
import { PromptEar } from '#test/hears-prompt.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, ourNumber, setStatus } from '#test/office.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

const [customerHz, evaHz] = [1000, 1500]
let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterEach(async () => {
  await setStatus(office.eva, 'ready')
  await office.quiet()
})
afterAll(() => office[Symbol.asyncDispose]())

const voicemail = { kind: 'voicemail', greeting: null, skills: [], mailTo: [], maxMs: 60_000 } as const

function queue(change: Partial<QueueStep> = {}): QueueStep {
  return {
    ...plainQueue([office.skillId]),
    announce: { position: false, wait: false, everyMs: 30_000 },
    ...change,
  }
}

async function plan(open: PlanSteps, rest: { closed?: PlanSteps; hoursId?: string } = {}): Promise<void> {
  const branches = { language: 'en', hoursId: null, closed: [], holiday: null, open, ...rest }
  await read(office.desk.api.plans[':id'].$put({ param: { id: ourNumber }, json: branches }))
}

async function calls(caller: string): Promise<PromptEar> {
  const { carrier } = office
  const ear = new PromptEar(carrier.sound)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  return ear
}

async function logOf(caller: string, status: 'open' | 'closed'): Promise<readonly string[]> {
  const { log } = await onlyTaskOf(office, caller, status)
  return log.map((item) => item.what)
}

const menu = () =>
  ({
    kind: 'menu',
    sound: 'welcome',
    options: [{ key: '1', label: 'Sales', steps: [queue()] }],
    timeoutMs: 3_000,
    times: 2,
    extensions: false,
    otherwise: [{ kind: 'hangup', sound: 'goodbye' }],
  }) as const

test('the menu is heard, a key leads into the queue, and both sides talk', async () => {
  const { carrier, phone } = office
  await plan([menu()])
  await phone.awaits('callee-answers-obeys')
  phone.say(evaHz)
  const ear = await calls('+420600000801')
  await ear.hears('welcome')
  await carrier.sound.press(1)
  await liveCall(office, 'talking')
  carrier.say(customerHz)
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  expect(await logOf('+420600000801', 'closed')).toContain('Pressed 1: Sales.')
})

test('a wrong key is told in words, and who presses nothing is said goodbye to and hung up', async () => {
  const { carrier } = office
  await plan([menu()])
  const ear = await calls('+420600000802')
  await ear.hears('welcome')
  await carrier.sound.press(9)
  await ear.hears('wrong-key', 'welcome', 'goodbye')
  await carrier.done()

  const log = await logOf('+420600000802', 'open')
  expect(log).toContain('Pressed 9: not a choice of the menu.')
  expect(log).toContain('No key was pressed.')
})

test('in line the place is announced, and music goes on around it', async () => {
  const { carrier, eva } = office
  await setStatus(eva, 'offline')
  await plan([queue({ announce: { position: true, wait: true, everyMs: 15_000 } })])
  const ear = await calls('+420600000803')
  await hearsMusic(carrier.sound, [])
  await ear.hears('you-are-number', 'in-the-queue')
  await hearsMusic(carrier.sound, [])
  await carrier.tell('HANGUP')
  await carrier.done()

  expect(await logOf('+420600000803', 'open')).toContain('Announced: number 1 in the queue.')
})

test('outside of the hours a message is left until hash; it is on the task, and what was said is in it', async () => {
  const { carrier, desk } = office
  const hours = { name: 'Never', timeZone: null, weekly: [], holidays: [] }
  const { id: hoursId } = await read(desk.api.hours.$post({ json: hours }))
  await plan([queue()], { closed: [{ kind: 'announce', sound: 'closed' }, voicemail], hoursId })
  const ear = await calls('+420600000804')
  await ear.hears('closed', 'leave-a-message')
  await hearsBeep()
  const speaking = carrier.sound
  carrier.say(customerHz)
  await listens(speaking, 3)
  await carrier.sound.press(11)
  await ear.hears('message-kept')
  await carrier.done()

  const task = await onlyTaskOf(office, '+420600000804', 'open')
  expect(task).toMatchObject({ note: 'voicemail' })
  expect(task.log.map((item) => item.what).join('\n')).toMatch(/Never: .* is closed/)
  const said = await messageOf(task.id)
  expect(said.seconds).toBeGreaterThan(2.5)
  expect(levelAt(said.caller.subarray(8000, 16_000), customerHz)).toBeGreaterThan(-13)
  await plan([queue()])
  await read(desk.api.hours[':id'].$delete({ param: { id: hoursId } }))
})

test('after the longest wait the overflow takes a message, and silence ends it', async () => {
  const { carrier, eva } = office
  await setStatus(eva, 'offline')
  await plan([queue({ maxWaitMs: 3_000, overflow: [voicemail] })])
  const ear = await calls('+420600000805')
  await hearsMusic(carrier.sound, [])
  await ear.hears('leave-a-message')
  await hearsBeep()
  const speaking = carrier.sound.say(new Int16Array(8000).map((_, i) => Math.round(9000 * Math.sin(i / 2))))
  await listens(carrier.sound, 3)
  speaking[Symbol.dispose]()
  await ear.hears('message-kept')
  await carrier.done()

  const log = await logOf('+420600000805', 'open')
  expect(log).toContain('Left the queue: waited 3 s.')
  expect(log).toContain('The message ended: nothing more was said.')
})

test('a callback keeps the place in line: the person is rung first, then the customer, and both talk', async () => {
  const { carrier, phone, eva } = office
  await setStatus(eva, 'offline')
  await plan([queue({ callbackKey: '5' })])
  const caller = '+420600000806'
  const ear = await calls(caller)
  await hearsMusic(carrier.sound, [])
  await carrier.sound.press(5)
  await ear.hears('we-call-you-on', 'confirm-or-enter')
  await carrier.sound.press(1)
  await ear.hears('callback-kept')
  await carrier.done()
  await carrier.reset()

  await phone.awaits('callee-answers-obeys')
  await carrier.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  phone.say(evaHz)
  await setStatus(eva, 'ready')
  await liveCall(office, 'talking')
  await Promise.all([hearsTone(carrier.sound, evaHz), hearsTone(phone.sound, customerHz)])
  await phone.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  const log = await logOf(caller, 'closed')
  expect(log.join('\n')).toMatch(/Asked to be called back on .*600 000 806; the place in line is kept\./)
  expect(log).toContain('The turn of a customer who asked to be called back.')
})

async function hearsBeep(): Promise<void> {
  const { sound } = office.carrier
  await waitUntil(
    'the tone is heard',
    () => {
      const heard = sound.heard(performance.now() - 300)
      return heard.length >= 1600 && levelAt(heard.subarray(-1600), 1000) > -20
    },
    20_000,
  )
}

async function messageOf(taskId: string): Promise<{ caller: Int16Array; seconds: number }> {
  const { desk } = office
  const recording = await waitUntil('the message is ready', async () => {
    const { recordings } = await read(desk.api.tasks[':id'].$get({ param: { id: taskId } }))
    return recordings[0]?.ready ? recordings[0] : undefined
  })
  using folder = tempFolder()
  const path = join(folder.path, 'message.wav')
  writeFileSync(path, Buffer.from(await (await desk.get(recording.url)).arrayBuffer()))
  const { channels, seconds } = readWav(path)
  return { caller: channels[0] ?? new Int16Array(0), seconds }
}
