// The browser phone beside FreeSWITCH: the same call, its sound carried by another program.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Freeswitch, startFreeswitch } from '#test/freeswitch.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { preparationMs } from '#test/mediasoup-worker.ts'
import {
  bobHz,
  browserHears,
  customerHz,
  openPhoneOffice,
  type PhoneOffice,
  rings,
  turnPhoneOn,
} from './phone-office.ts'

let office: PhoneOffice
let freeswitch: Freeswitch
beforeAll(async () => {
  freeswitch = await startFreeswitch()
  office = await openPhoneOffice({ MEDIA_ENGINE: freeswitch.url })
  await turnPhoneOn(office.page)
}, preparationMs)
afterAll(async () => {
  await office[Symbol.asyncDispose]()
  await freeswitch[Symbol.asyncDispose]()
  expect(office.complaints).toEqual([])
})

test('a call in the browser is heard both ways through FreeSWITCH, held, reloaded', async () => {
  const { page, carrier } = office
  await rings(office, '+420600000021')
  await page.getByRole('button', { name: 'Answer' }).click()
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await page.getByRole('button', { name: 'Hold' }).click()
  await hearsMusic(carrier.sound, [bobHz, customerHz])
  await page.getByRole('button', { name: 'Resume' }).click()
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await page.reload()
  carrier.sound.received.length = 0
  await Promise.all([hearsTone(carrier.sound, bobHz), browserHears(page, customerHz)])

  await page.getByRole('button', { name: 'Hang up' }).click()
  await carrier.done()
})
