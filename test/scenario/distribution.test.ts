// Who is rung, and what becomes of whoever does not answer: two people with phones, one queue.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Distribution, distribution } from '#calls/plan/distribution.ts'
import { plainQueue } from '#calls/plan/plan-step.ts'
import { read } from '#test/desk.ts'
import { hearsMusic, hearsTone } from '#test/hearing.ts'
import { liveCall, type Office, onlyTaskOf, openPhone, ourNumber, setStatus, tasksOf } from '#test/office.ts'
import { aliceHz, bobHz, evaHz, openTwoPhones, type TwoPhones, tones } from '#test/two-phones.ts'
import { waitUntil } from '#test/wait-until.ts'

let at: TwoPhones
let office: Office
beforeAll(async () => {
  at = await openTwoPhones()
  office = at.office
  const { desk, skillId } = office
  await read(desk.api.people[':id'].$patch({ param: { id: at.bobId }, json: { skillIds: [skillId] } }))
})
afterEach(() => at.quiet())
afterAll(() => at[Symbol.asyncDispose]())

/** Of the queue of our number; those who are ready. */
async function given(
  change: Partial<Distribution>,
  ready: { readonly eva: boolean; readonly bob: boolean },
): Promise<void> {
  const open = [{ ...plainQueue([office.skillId]), distribution: distribution.parse(change) }]
  const plan = { language: 'en', hoursId: null, closed: [], holiday: null, open }
  await read(office.desk.api.plans[':id'].$put({ param: { id: ourNumber }, json: plan }))
  await setStatus(office.eva, ready.eva ? 'ready' : 'lunch')
  await setStatus(office.desk, ready.bob ? 'ready' : 'lunch')
}

async function evasStatus() {
  const me = await read(office.eva.api.me.$get())
  return me.status
}

const saidIn = async (caller: string, status: 'open' | 'closed') =>
  (await onlyTaskOf(office, caller, status)).log.map((item) => item.what)

test('ring all: both phones ring, Bob answers, and Eva is told it was answered elsewhere', async () => {
  const { carrier, phone } = office
  const { bobsPhone } = at
  const caller = '+420600000701'
  await given({ strategy: 'ring-all' }, { eva: true, bob: true })
  await phone.awaits('callee-rings-is-cancelled')
  await bobsPhone.awaits('callee-rings-answers-obeys')
  carrier.say(aliceHz)
  bobsPhone.say(bobHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await Promise.all([phone.edge.saw('sipp', '180'), bobsPhone.edge.saw('sipp', '180')])
  await hearsMusic(carrier.sound, tones)
  await bobsPhone.tell('ANSWER')

  const cancel = await phone.edge.saw('program', 'CANCEL')
  expect(cancel.header('Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"')
  await Promise.all([hearsTone(carrier.sound, bobHz), hearsTone(bobsPhone.sound, aliceHz)])
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done(), bobsPhone.done()])

  const said = await saidIn(caller, 'closed')
  expect(said).toContain('Did not take it: answered by Bob')
  expect(said.filter((what) => what === 'Rings: rings everybody who is free (2)')).toHaveLength(2)
})

test('a phone that rings out sets its person to "No answer"; who says they are ready is rung again', async () => {
  const { carrier, phone } = office
  const caller = '+420600000702'
  await given({ ringMs: 5_000 }, { eva: true, bob: false })
  await phone.awaits('callee-rings-is-cancelled')
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await phone.done()
  const away = await waitUntil('Eva is set to "No answer"', async () => {
    const status = await evasStatus()
    return status.id === 'no-answer' ? status : undefined
  })
  expect(away.automatic).toMatchObject({ endsAt: null, sentence: expect.stringContaining(caller) })
  await waitUntil(
    'the desk says why nobody rings',
    async () => (await liveCall(office, 'queued')).why === 'nobody with the skill is ready',
  )
  await hearsMusic(carrier.sound, tones)

  await phone.awaits('callee-answers-obeys')
  phone.say(evaHz)
  await read(office.eva.api.me.status.end.$post())
  await hearsTone(carrier.sound, evaHz)
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  expect((await evasStatus()).id).toBe('ready')
  const said = await saidIn(caller, 'closed')
  expect(said).toContain('Did not take it: no answer')
  expect(said.join('\n')).toContain('Set to "No answer"')
})

test('after a call there is time to finish it; the next caller hears music until it is over', async () => {
  const { carrier, phone } = office
  const wrapUpMs = 10_000
  await given({ wrapUpMs }, { eva: true, bob: false })
  await phone.awaits('callee-answers-obeys', {}, { calls: 2 })
  await carrier.calls('caller-calls-obeys', { caller: '+420600000703', called: ourNumber })
  await liveCall(office, 'talking')
  await carrier.tell('HANGUP')
  await carrier.done()
  const status = await waitUntil('Eva is in wrap-up', async () => {
    const found = await evasStatus()
    return found.id === 'wrap-up' ? found : undefined
  })
  expect(status.automatic).toMatchObject({ endsAt: status.since + wrapUpMs, extendable: true })

  await carrier.calls('caller-calls-obeys', { caller: '+420600000704', called: ourNumber })
  phone.say(evaHz)
  await waitUntil(
    'the desk says why nobody rings',
    async () =>
      (await liveCall(office, 'queued')).why === 'everybody with the skill is finishing the last call',
  )
  expect(phone.edge.count('program', 'INVITE')).toBe(1)
  await hearsTone(carrier.sound, evaHz)
  const { answeredAt } = await liveCall(office, 'talking')
  expect(answeredAt).toBeGreaterThanOrEqual(status.since + wrapUpMs)
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done()])

  await read(office.eva.api.me.status.extend.$post())
  const longer = await evasStatus()
  expect(longer.automatic).toMatchObject({ endsAt: longer.since + 2 * wrapUpMs, extendable: false })
  await read(office.eva.api.me.status.end.$post())
  expect((await evasStatus()).id).toBe('ready')
})

test('a returning customer comes to whoever they spoke with last', async () => {
  const { carrier, phone } = office
  const { bobsPhone } = at
  const caller = '+420600000705'
  await given({}, { eva: false, bob: true })
  await bobsPhone.awaits('callee-answers-obeys', {}, { calls: 2 })
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await liveCall(office, 'talking')
  await carrier.tell('HANGUP')
  await carrier.done()
  await waitUntil('no call is left', async () => (await read(office.desk.api.calls.$get())).length === 0)
  await given({ strategy: 'fixed-order', order: [office.evaId], lastAgentDays: 7 }, { eva: true, bob: true })

  bobsPhone.say(bobHz)
  await carrier.calls('caller-calls-obeys', { caller, called: ourNumber })
  await hearsTone(carrier.sound, bobHz)
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), bobsPhone.done()])

  expect(phone.edge.count('program', 'INVITE')).toBe(0)
  await waitUntil('the log says why', async () => {
    const tasks = await tasksOf(office, caller)
    const whole = await Promise.all(
      tasks.map(({ id }) => read(office.desk.api.tasks[':id'].$get({ param: { id } }))),
    )
    const said = whole.flatMap(({ log }) => log.map((item) => item.what))
    return said.some((what) => what.startsWith('Rings: spoke with this customer last, on '))
  })
})

test('all devices of a person ring; the one that is not picked up is told so', async () => {
  const { carrier, phone, desk, appliance, evaId } = office
  await given({}, { eva: true, bob: false })
  await using mobile = await openPhone(desk, { appliance, userId: evaId, address: '127.0.0.5' })
  await phone.awaits('callee-rings-is-cancelled')
  await mobile.awaits('callee-rings-answers-obeys')
  mobile.say(evaHz)
  await carrier.calls('caller-calls-obeys', { caller: '+420600000706', called: ourNumber })
  await Promise.all([phone.edge.saw('sipp', '180'), mobile.edge.saw('sipp', '180')])
  await mobile.tell('ANSWER')

  const cancel = await phone.edge.saw('program', 'CANCEL')
  expect(cancel.header('Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"')
  await hearsTone(carrier.sound, evaHz)
  await carrier.tell('HANGUP')
  await Promise.all([carrier.done(), phone.done(), mobile.done()])
})
