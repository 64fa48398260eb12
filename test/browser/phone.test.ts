// A browser is a phone: a customer's call is taken in Chromium, and both ends are listened to.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone, isSilence } from '#test/hearing.ts'
import { preparationMs } from '#test/mediasoup-worker.ts'
import { ourNumber } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'
import { picture } from './chromium.ts'
import {
  bobHz,
  browserHears,
  customerHz,
  openPhoneOffice,
  type PhoneOffice,
  turnPhoneOn,
} from './phone-office.ts'

let office: PhoneOffice
beforeAll(async () => {
  office = await openPhoneOffice()
  await turnPhoneOn(office.page)
}, preparationMs)
afterEach(async () => {
  const { desk, carrier, appliance } = office
  await waitUntil('no call is left', async () => (await read(desk.api.calls.$get())).length === 0, 10_000)
  await waitUntil('no RTP port is left open', () => appliance.openRtpPorts().length === 0, 10_000)
  await carrier.reset()
  expect(appliance.errors()).toEqual([])
})
afterAll(async () => {
  await office[Symbol.asyncDispose]()
  expect(office.complaints).toEqual([])
})

test('a customer and a person at a browser hear each other; hold, mute, keys and hang up work', async () => {
  const { page, carrier } = office
  await ring('+420600000011')
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
  await ring('+420600000012')
  await page.getByRole('button', { name: 'Answer' }).click()
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await page.reload()
  carrier.sound.received.length = 0
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await carrier.tell('HANGUP')
  await carrier.done()
  await page.getByRole('button', { name: 'Hang up' }).waitFor({ state: 'detached' })
})

/** A call of that customer that rings at the browser. */
async function ring(caller: string): Promise<void> {
  const { carrier, page } = office
  carrier.say(customerHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await page.getByRole('button', { name: 'Answer' }).waitFor()
}

/** Keys pressed as the carrier received them (RFC 4733): one per timestamp. */
function keysOf({ carrier }: PhoneOffice): string {
  const presses = carrier.sound.received.filter(({ payloadType }) => payloadType === carrier.sound.eventType)
  const byTime = new Map(presses.map(({ timestamp, payload }) => [timestamp, payload[0] ?? 16]))
  return [...byTime.values()].map((event) => '0123456789*#ABCD '[event]).join('')
}
