// A browser is a phone: a customer's call is taken in Chromium, and both ends are listened to.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone, isSilence } from '#test/hearing.ts'
import { preparationMs } from '#test/mediasoup-worker.ts'
import { waitUntil } from '#test/wait-until.ts'
import { axeViolations } from './axe.ts'
import { picture } from './chromium.ts'
import {
  bobHz,
  browserHears,
  customerHz,
  openPhoneOffice,
  type PhoneOffice,
  rings,
  turnPhoneOn,
  workerPid,
} from './phone-office.ts'

let office: PhoneOffice
let expectedErrors: readonly string[] = []
beforeAll(async () => {
  office = await openPhoneOffice()
  await turnPhoneOn(office.page)
}, preparationMs)
afterEach(async () => {
  const { desk, carrier, appliance } = office
  for (const { id } of await read(desk.api.calls.$get()))
    await desk.api.calls[':id']['hang-up'].$post({ param: { id } })
  await waitUntil('no call is left', async () => (await read(desk.api.calls.$get())).length === 0, 10_000)
  await waitUntil('no RTP port is left open', () => appliance.openRtpPorts().length === 0, 10_000)
  await carrier.reset()
  expect(appliance.errors()).toEqual(expectedErrors.map((words) => expect.stringContaining(words)))
})
afterAll(async () => {
  await office[Symbol.asyncDispose]()
  expect(office.complaints).toEqual([])
})

test('a customer and a person at a browser hear each other; hold, mute, keys and hang up work', async () => {
  const { page, carrier } = office
  await rings(office, '+420600000011')
  await picture(page, 'phone-rings')
  await page.getByRole('button', { name: 'Answer' }).click()
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])
  await picture(page, 'phone-talks')

  await page.getByRole('button', { name: 'Hold' }).click()
  await hearsMusic(carrier.sound, [bobHz, customerHz])
  await page.getByRole('button', { name: 'Resume' }).click()
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await page.getByRole('button', { name: 'Mute' }).click()
  await waitUntil('the customer hears nothing', () => isSilence(carrier.sound.heard(performance.now() - 500)))
  await page.getByRole('button', { name: 'Unmute' }).click()
  await hearsTone(carrier.sound, bobHz)

  await page.getByRole('button', { name: 'Keys' }).click()
  for (const key of ['1', '0', '#']) await page.getByRole('button', { name: key, exact: true }).click()
  await waitUntil('the customer gets the keys', () => keysOf(office) === '10#')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Hang up' }).click()
  await carrier.done()
})

test('a page reloaded in the middle of a call goes on talking', async () => {
  const { page, carrier } = office
  await rings(office, '+420600000012')
  await page.getByRole('button', { name: 'Answer' }).click()
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await page.reload()
  carrier.sound.received.length = 0
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await carrier.tell('HANGUP')
  await carrier.done()
  await page.getByRole('button', { name: 'Hang up' }).waitFor({ state: 'detached' })
})

test('a second tab does not ring, and goes on talking when the first one is closed', async () => {
  const { page, carrier, context, appliance } = office
  const second = await context.newPage()
  await second.goto(`${appliance.url}/desk`)
  await second.getByRole('button', { name: 'Phone in this browser: in another tab' }).waitFor()
  await rings(office, '+420600000017')
  await second.getByText('600 000 017').first().waitFor()
  expect(await second.getByRole('button', { name: 'Answer' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Answer' }).click()
  await browserHears(page, customerHz)

  await page.close()
  office.page = second
  carrier.sound.received.length = 0
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(second, customerHz)])

  await second.getByRole('button', { name: 'Hang up' }).click()
  await carrier.done()
})

test('a number dialled at the desk is called from this browser, without ringing it first', async () => {
  const { page, carrier } = office
  await carrier.awaits('callee-answers-obeys')
  carrier.say(customerHz)
  await page.getByRole('button', { name: 'Dial', exact: true }).click()
  await page.getByLabel('Number or extension').fill('600 000 013')
  await page.getByRole('button', { name: 'Call', exact: true }).click()

  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await page.getByRole('button', { name: 'Hang up' }).click()
  await carrier.done()
})

test('a network that is gone for a while does not cost the call', async () => {
  const { page, carrier } = office
  await rings(office, '+420600000014')
  await page.getByRole('button', { name: 'Answer' }).click()
  await browserHears(page, customerHz)

  // To the browser, a worker that stands still is a network that swallows all.
  const pid = workerPid(office) ?? 0
  process.kill(pid, 'SIGSTOP')
  await page.getByText('Connecting the sound').waitFor()
  process.kill(pid, 'SIGCONT')
  carrier.sound.received.length = 0
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await carrier.tell('HANGUP')
  await carrier.done()
})

test('a worker that dies ends its calls with a reason, and the next call works', async () => {
  const { page, carrier, desk } = office
  await rings(office, '+420600000015')
  await page.getByRole('button', { name: 'Answer' }).click()
  await browserHears(page, customerHz)

  process.kill(workerPid(office) ?? 0, 'SIGKILL')
  await carrier.done()
  await carrier.reset()
  await waitUntil('the browser phone is ready again', async () => {
    return (await read(desk.api['browser-phone'].$get())).kind === 'ready'
  })

  await rings(office, '+420600000016')
  await page.getByRole('button', { name: 'Answer' }).click()
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])
  await page.getByRole('button', { name: 'Hang up' }).click()
  await carrier.done()
  expectedErrors = ['the browser phone is down']
})

test('its devices are chosen beside the status, and the microphone is seen to work', async () => {
  const { page } = office
  await page.getByRole('button', { name: 'Phone in this browser: on' }).click()
  await page.getByLabel('Microphone', { exact: true }).waitFor()
  expect(await page.getByLabel('Rings on').locator('option').count()).toBeGreaterThan(1)

  await page.getByLabel('What the microphone hears').waitFor()
  await waitUntil(
    'the meter moves',
    async () => Number(await page.evaluate(`document.querySelector('meter').value`)) > 0.5,
  )
  expect(await axeViolations(page)).toEqual([])
  await picture(page, 'phone-devices')
  await page.keyboard.press('Escape')
})

test('a browser that is closed is no phone any more', async () => {
  const { page, desk } = office
  const online = async () => (await read(desk.api.people.$get()))[0]?.phones.online
  expect(await online()).toBe(1)

  await page.close()

  await waitUntil('Bob has no phone', async () => (await online()) === 0)
})

/** Keys pressed as the carrier received them (RFC 4733): one per timestamp. */
function keysOf({ carrier }: PhoneOffice): string {
  const presses = carrier.sound.received.filter(({ payloadType }) => payloadType === carrier.sound.eventType)
  const byTime = new Map(presses.map(({ timestamp, payload }) => [timestamp, payload[0] ?? 16]))
  return [...byTime.values()].map((event) => '0123456789*#ABCD '[event]).join('')
}
