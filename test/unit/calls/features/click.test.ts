import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Office, openOffice, ourNumber } from '#test/fakes/office.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

const number = '+420777555444'
const click = (given = number) =>
  office.calls.callNumber(office.tenant, { userId: office.eva, number: given, taskId: 'task-1' })
const own = () => office.media.opened[0]

test('the own phones ring first, showing the customer; then the number is dialled and both talk', async () => {
  const { callId } = click('777 555 444')
  await office.settle()
  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:eva@desk'])
  expect(office.rings('sip:eva@desk').options.from.number).toBe(number)

  office.rings('sip:eva@desk').answers()
  await office.settle()
  office.rings('420777').rings()
  expect(own()?.hears).toBe('tone')
  office.rings('420777').answers()
  await office.settle()

  expect(own()?.hears).toBe(office.media.opened[1])
  expect(office.fact('call-started')).toMatchObject({
    callId,
    direction: 'out',
    party: { number },
    number: ourNumber,
    userId: office.eva,
    taskId: 'task-1',
  })
  expect(office.story()).toBe('call-started call-noted call-answered')
})

test('early media is heard by the person instead of our tone', async () => {
  click()
  await office.settle()
  office.rings('sip:eva@desk').answers()
  await office.settle()
  office.rings('420777').rings()

  office.rings('420777').earlyMedia()
  await office.settle()

  expect(own()?.hears).toBe(office.media.opened[1])
})

test('the own phone is not answered: nothing is dialled, the story says so', async () => {
  click()
  await office.settle()

  await office.clock.advance(20_000)
  await office.settle()

  expect(office.sip.dialled).toHaveLength(1)
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'failed', endedBy: 'caller' })
  office.expectQuiet()
})

test('busy outside: the person hears a busy tone, then the call ends as busy', async () => {
  click()
  await office.settle()
  office.rings('sip:eva@desk').answers()
  await office.settle()

  office.rings('420777').refuses(486)
  await office.settle()
  expect(own()?.hears).toBe('tone')
  own()?.played()
  await office.settle()

  expect(office.fact('call-ended')).toMatchObject({ outcome: 'busy', sentence: 'Not connected: busy' })
  office.expectQuiet()
})

test('who hangs up during the busy tone does not change what came of the call', async () => {
  click()
  await office.settle()
  const eva = office.rings('sip:eva@desk').answers()
  await office.settle()
  office.rings('420777').refuses(486)
  await office.settle()

  eva.farEndHangsUp()
  await office.settle()

  expect(office.fact('call-ended')).toMatchObject({ outcome: 'busy' })
  office.expectQuiet()
})

test('the person hangs up while it rings outside: the outside is cancelled', async () => {
  click()
  await office.settle()
  const eva = office.rings('sip:eva@desk').answers()
  await office.settle()
  const dialled = office.rings('420777')

  eva.farEndHangsUp()
  await office.settle()

  expect(dialled.cancelled).toBe('caller-gone')
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'no-answer', endedBy: 'caller' })
  office.expectQuiet()
})

test('hang-up at the desk while the own phone rings stops it', async () => {
  const { callId } = click()
  await office.settle()
  const ringing = office.rings('sip:eva@desk')

  office.calls.hangUp(office.tenant, callId, office.eva)
  await office.settle()

  expect(ringing.cancelled).toBe('caller-gone')
  office.expectQuiet()
})

test.each([
  ['calls.bad-number', () => click('12ab')],
  [
    'calls.no-phone',
    () => {
      office.sip.contacts.clear()
      return click()
    },
  ],
  [
    'calls.no-way-out',
    () => {
      office.ways = []
      return click()
    },
  ],
])('%s is told at once and leaves no story', (code, act) => {
  expect(act).toThrow(expect.objectContaining({ code }))
  expect(office.story()).toBe('')
})

test('a person on a call cannot click another one', async () => {
  await office.talk()

  expect(click).toThrow(expect.objectContaining({ code: 'calls.busy' }))
})
