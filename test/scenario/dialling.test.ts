// What may be dialled, through which carrier and showing which number: from Eva's phone and from her desk, at two carriers.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { read } from '#test/desk.ts'
import { Line } from '#test/line.ts'
import {
  ipTrunk,
  liveCall,
  type Office,
  onlyTaskOf,
  openOffice,
  ourNumber,
  setStatus,
  tasksOf,
  trunkOf,
} from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

const ourOther = '+420221000222'
const cuba = '+5378612345'
const busyMs = 20_000
let office: Office
let spare: Line
let spareId: string
beforeAll(async () => {
  office = await openOffice()
  const { appliance, desk, trunkId } = office
  spare = await Line.open({ address: '127.0.0.21', programPort: appliance.sipPort })
  spare.edge.answersOptions = true
  const made = await read(
    desk.api.trunks.$post({
      json: { ...ipTrunk(spare.edge), label: 'spare line', identity: 'asserted', foreignNumbers: false },
    }),
  )
  spareId = made.id
  const plan = { label: 'other', trunkId: spareId, skillIds: [office.skillId], recording: false }
  await read(desk.api.numbers.$post({ json: { number: ourOther, ...plan } }))
  await waitUntil(
    'both trunks are green',
    async () => {
      const lights = await Promise.all([trunkId, spareId].map((id) => trunkOf(desk, id)))
      return lights.every(({ light }) => light === 'green')
    },
    busyMs,
  )
  await orderTrunks()
})
afterEach(async () => {
  await rules({})
  await caller({})
  await office.quiet()
  await spare.reset()
  // What failed a moment ago would come after the other.
  for (const id of [office.trunkId, spareId])
    await read(office.desk.api.trunks[':id'].$patch({ param: { id }, json: { callsLimit: null } }))
})
afterAll(async () => {
  await spare[Symbol.asyncDispose]()
  await office[Symbol.asyncDispose]()
})

test.each([
  ['503 Service Unavailable', '+420600000301'],
  ['500 Server Internal Error', '+420600000302'],
  ['404 Not Found', '+420600000303'],
])('a carrier that says %s is followed by the next, and the log says why', async (status, called) => {
  const { carrier, phone } = office
  await carrier.awaits('callee-refuses', {}, { status })
  await spare.awaits('callee-answers-obeys')
  await phone.calls('phone-calls-obeys', { called })
  await liveCall(office, 'talking')
  await phone.tell('HANGUP')
  await Promise.all([carrier.done(), spare.done(), phone.done()])

  const { log } = await onlyTaskOf(office, called, 'closed')
  const code = status.slice(0, 3)
  expect(log.map(({ what }) => what).join('\n')).toMatch(
    new RegExp(`main line did not place the call: .*\\(${code}\\)\\. Trying spare line\\.`),
  )
})

test.each([
  ['486 Busy Here', 486, '+420600000311'],
  ['603 Decline', 603, '+420600000312'],
])('a carrier that says %s is the last word', async (status, expected, called) => {
  const { carrier, phone } = office
  await orderTrunks()
  await carrier.awaits('callee-refuses', {}, { status })
  await phone.calls('phone-calls-is-refused', { called }, { expect: expected })
  await Promise.all([carrier.done(), phone.done()])

  expect(spare.edge.count('program', 'INVITE')).toBe(0)
})

test('each carrier is shown the number that fits it, and who calls in the header it reads', async () => {
  const { carrier, phone } = office
  await carrier.awaits('callee-refuses', {}, { status: '503 Service Unavailable' })
  await spare.awaits('callee-refuses', {}, { status: '486 Busy Here' })
  await phone.calls('phone-calls-is-refused', { called: '+420600000321' }, { expect: 486 })
  await Promise.all([carrier.done(), spare.done(), phone.done()])
  const first = await carrier.edge.saw('program', 'INVITE')
  const second = await spare.edge.saw('program', 'INVITE')

  expect(first.header('From')).toContain(`<sip:${ourNumber}@`)
  expect(first.header('P-Asserted-Identity')).toBeUndefined()
  expect(second.header('From')).toContain(`<sip:${ourOther}@`)
  expect(second.header('P-Asserted-Identity')).toBe(`<sip:${ourOther}@127.0.0.21>`)
})

test('the person’s number is shown, or nobody’s when the person withholds it', async () => {
  const { phone } = office
  await through(spareId)
  await caller({ callerId: ourOther, withheld: true })
  const invite = await refusedAtSpare('+420600000322')
  await through()

  expect(invite.header('From')).toMatch(/^"Anonymous" <sip:anonymous@anonymous\.invalid>;tag=/)
  expect(invite.header('Privacy')).toBe('id')
  expect(invite.header('P-Asserted-Identity')).toBe(`<sip:${ourOther}@127.0.0.21>`)
  expect(phone.edge.count('sipp', 'INVITE')).toBeGreaterThan(0)
})

test('a star code withholds the number for one call', async () => {
  await through(spareId)
  const hidden = await refusedAtSpare('*31+420600000323', '+420600000323')
  const shown = await refusedAtSpare('+420600000323', '+420600000323')
  await through()

  expect(hidden.header('From')).toContain('anonymous@anonymous.invalid')
  expect(shown.header('From')).toContain(`<sip:${ourOther}@`)
})

test('a phone that dials a forbidden country gets 403 with the reason, and the log says which rule', async () => {
  const { phone, desk } = office
  await phone.calls('phone-calls-is-refused', { called: cuba }, { expect: 403 })
  await phone.done()
  const answer = await phone.edge.saw('program', '403')
  const [refused] = await read(desk.api.calling.refused.$get())

  expect(answer.text.split('\r\n')[0]).toBe('SIP/2.0 403 Calls to Cuba are not allowed')
  expect(refused).toMatchObject({
    user: { name: 'Eva' },
    rule: 'Countries',
    sentence: 'Calls to Cuba are not allowed.',
  })
  expect(await tasksOf(office, cuba)).toEqual([])
})

test('who clicks a forbidden country on the desk reads the sentence', async () => {
  const answer = await office.eva.api.calls.$post({ json: { number: cuba } })

  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({
    error: { code: 'calls.not-allowed', sentence: 'Calls to Cuba are not allowed.' },
  })
})

test('a country that is allowed goes out; the budget per hour then ends it', async () => {
  const { phone } = office
  await rules({ countries: ['CU'], company: { abroadCallsPerHour: 1 } })
  await through(spareId)
  await refusedAtSpare(cuba)
  await phone.reset()
  await phone.calls('phone-calls-is-refused', { called: cuba }, { expect: 480 })
  await phone.done()
  await through()

  expect((await phone.edge.saw('program', '480')).text).toMatch(
    /^SIP\/2\.0 480 The company's limit of 1 call abroad/,
  )
})

test('limits of a day are still used up after a restart', async () => {
  const { appliance, phone, desk } = office
  await rules({ person: { callsPerDay: 1 } })
  await appliance.stop()
  await appliance.start()
  await waitUntil(
    'the trunk is green again',
    async () => {
      return (await trunkOf(desk, office.trunkId)).light === 'green'
    },
    busyMs,
  )
  await phone.calls('phone-calls-is-refused', { called: '+420600000331' }, { expect: 403 })
  await phone.done()

  expect((await phone.edge.saw('program', '403')).text).toContain('limit of 1 call a day is used up')
})

test('help is reached with every limit used up and every line taken, and the admins are told', async () => {
  const { carrier, phone, desk, eva, trunkId } = office
  const none = { callsAtOnce: 0, callsPerDay: 0, minutesPerDay: 0, abroadCallsPerHour: 0 }
  await rules({ company: none, person: none, emergency: { callerId: null, location: '2nd floor' } })
  await caller({ reach: 'internal' })
  for (const id of [spareId, trunkId])
    await read(desk.api.trunks[':id'].$patch({ param: { id }, json: { callsLimit: 1 } }))
  // A customer waits on each line, and each has one line only.
  await setStatus(eva, 'break')
  await carrier.calls('caller-calls-obeys', { called: ourNumber, caller: '+420777000401' })
  await spare.calls('caller-calls-obeys', { called: ourOther, caller: '+420777000402' })
  await waitUntil('every line is taken', async () => {
    const trunks = await Promise.all([trunkId, spareId].map((id) => trunkOf(desk, id)))
    return trunks.every(({ callsInUse }) => callsInUse === 1)
  })
  await carrier.awaits('callee-answers-obeys')
  await phone.calls('phone-calls-obeys', { called: '112' })
  await carrier.edge.saw('sipp', '200 INVITE')
  await phone.tell('HANGUP')
  await phone.done()
  const invite = await carrier.edge.saw('program', 'INVITE')
  for (const { id, direction } of await read(desk.api.calls.$get()))
    if (direction === 'in') await read(desk.api.calls[':id']['hang-up'].$post({ param: { id } }))
  await Promise.all([carrier.done(), spare.done()])
  await setStatus(eva, 'ready')

  expect(invite.text).toMatch(/^INVITE sip:112@/)
  expect(invite.header('From')).toContain(`<sip:${ourNumber}@`)
  const alarm = await waitUntil('the admins have a task', async () => {
    const tasks = await read(desk.api.tasks.$get({ query: { status: 'open' } }))
    return tasks.find(({ title }) => title === 'Emergency: Eva called 112')
  })
  expect(alarm).toMatchObject({ note: '2nd floor' })
})

test('a number tried out tells the rule, the trunks in order and the number shown; nobody is called', async () => {
  const { desk, carrier, evaId } = office
  await caller({ callerId: ourOther })
  const ask = (number: string) =>
    read(desk.api.calling.try.$post({ json: { number, userId: evaId, at: null } }))

  expect(await ask('600 000 341')).toMatchObject({
    verdict: 'allowed',
    rule: 'Outbound rule Everything',
    ways: [
      { label: 'main line', from: ourOther, skipped: null },
      { label: 'spare line', from: ourOther, skipped: null },
    ],
  })
  expect(await ask(cuba)).toMatchObject({ verdict: 'refused', rule: 'Countries', status: 403 })
  expect(carrier.edge.count('program', 'INVITE')).toBe(0)
})

/** Calls the spare carrier, which says busy; what it was sent. */
async function refusedAtSpare(called: string, arrives = called) {
  const { phone } = office
  await phone.reset()
  await spare.reset()
  await spare.awaits('callee-refuses', {}, { status: '486 Busy Here' })
  await phone.calls('phone-calls-is-refused', { called }, { expect: 486 })
  await Promise.all([spare.done(), phone.done()])
  const invite = await spare.edge.saw('program', 'INVITE')
  expect(invite.text).toContain(`INVITE sip:${arrives}@`)
  return invite
}

async function rules(json: Parameters<Office['desk']['api']['calling']['$put']>[0]['json']) {
  await read(office.desk.api.calling.$put({ json }))
}

async function caller(change: { callerId?: string; withheld?: boolean; reach?: 'internal' }) {
  const settings = { callerId: null, withheld: false, reach: 'outside' as const, limits: {}, location: '' }
  const json = { ...settings, ...change }
  await read(office.desk.api.calling.people[':id'].$put({ param: { id: office.evaId }, json }))
}

/** One rule for everything: the main carrier, then the spare one. */
async function orderTrunks() {
  await through()
}

/** Everything through this trunk alone; without one, the main carrier and then the spare. */
async function through(trunkId?: string) {
  const { outbound } = office.desk.api.calling
  for (const { id } of await read(outbound.$get())) await read(outbound[':id'].$delete({ param: { id } }))
  const order = trunkId === undefined ? [office.trunkId, spareId] : [trunkId]
  const trunks = order.map((id, index) => ({ trunkId: id, order: index + 1, weight: 1 }))
  await read(outbound.$post({ json: { name: 'Everything', act: 'call', trunks } }))
}
