// INVITE with Replaces (RFC 3891): Eva goes on talking from another phone of hers.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { hearsTone } from '#test/hearing.ts'
import type { Line } from '#test/line.ts'
import { liveCall, type Office, onlyTaskOf, openOffice, openPhone } from '#test/office.ts'
import { aliceHz, aliceTalksToEva, bobHz, evaHz } from '#test/two-phones.ts'

let office: Office
let otherPhone: Line
beforeAll(async () => {
  office = await openOffice()
})
afterEach(async () => {
  await office.quiet()
  await otherPhone.reset()
})
afterAll(async () => {
  await otherPhone[Symbol.asyncDispose]()
  await office[Symbol.asyncDispose]()
})

const tagOf = (header: string | undefined) => /;tag=([^;\s]+)/.exec(header ?? '')?.[1] ?? ''

test('another phone takes the place of the first: the customer talks on there, and it is one call', async () => {
  const { appliance, carrier, desk, evaId, phone } = office
  const caller = '+420600000401'
  await aliceTalksToEva(office, caller)
  await hearsTone(carrier.sound, evaHz)
  const answer = await phone.edge.saw('sipp', '200 INVITE')
  // Only now, or it would have rung as well.
  otherPhone = await openPhone(desk, { appliance, userId: evaId, address: '127.0.0.6' })
  const [ours, theirs] = [tagOf(answer.header('From')), tagOf(answer.header('To'))]
  const replaces = `${answer.callId};to-tag=${ours};from-tag=${theirs}`

  otherPhone.say(bobHz)
  await otherPhone.calls('phone-replaces-obeys', { called: '21', replaces })

  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(otherPhone.sound, aliceHz)])
  await phone.done()
  expect((await liveCall(office, 'talking')).user?.name).toBe('Eva')
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), otherPhone.done()])
  await onlyTaskOf(office, caller, 'closed')
})
