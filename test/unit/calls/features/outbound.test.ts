import { afterEach, beforeEach, expect, test } from 'vitest'
import { callingRules, saveCallingRules } from '#calls/dialling/calling-rules.ts'
import { refusedCalls } from '#calls/dialling/refused-call.ts'
import { type Office, openOffice, ourNumber } from '#test/fakes/office.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

const number = '+420777555444'
const phone = () => office.media.opened[0]
const outside = () => office.media.opened[1]

test('a phone dials a number: it is dialled through the trunk, the phone rings along and both talk', async () => {
  const incoming = await office.evaDials('777 555 444')
  const dialled = office.rings('420777')
  expect(dialled.options.target).toEqual({ kind: 'trunk', trunkId: 'trunk-1', number: '420777' })
  expect(dialled.options.from.number).toBe(ourNumber)

  dialled.rings()
  dialled.rings()
  expect(incoming.provisionals).toEqual(['180', '180'])
  dialled.answers()
  await office.settle()

  expect(incoming.leg).toBeDefined()
  expect(phone()?.hears).toBe(outside())
  expect(office.story()).toBe('call-started call-noted call-answered')
  expect(office.fact('call-started')).toMatchObject({
    direction: 'out',
    party: { number },
    userId: office.eva,
  })
  expect(office.fact('call-answered')).toMatchObject({ userId: office.eva })
})

test('early media of the carrier is heard at the phone before the answer', async () => {
  const incoming = await office.evaDials(number)

  office.rings('420777').earlyMedia()
  await office.settle()

  expect(incoming.provisionals).toEqual([`183 ${phone()?.localSdp}`])
  expect(phone()?.hears).toBe(outside())
  expect(outside()?.remoteSdp).toBe('early')
})

test('early media that cannot be used does not end the call', async () => {
  const incoming = await office.evaDials(number)
  office.rings('420777').earlyMedia('no-codec')
  await office.settle()

  office.rings('420777').answers()
  await office.settle()

  expect(incoming.provisionals).toEqual([])
  expect(incoming.leg).toBeDefined()
})

test('a ringing tone made by us replaces early media when the next trunk only rings', async () => {
  office.ways = [
    { trunkId: 'trunk-1', number: '1', from: ourNumber },
    { trunkId: 'trunk-2', number: '2', from: ourNumber },
  ]
  await office.evaDials(number)
  office.rings('1').earlyMedia()
  await office.settle()
  office.rings('1').refuses(503)
  await office.settle()

  office.rings('2').rings()
  expect(phone()?.hears).toBe('tone')
  office.rings('2').answers()
  await office.settle()

  expect(phone()?.playing).toBeUndefined()
})

test.each([
  [486, 486, 'busy'],
  [600, 486, 'busy'],
  [603, 603, 'declined'],
  [404, 404, 'failed'],
  [480, 480, 'failed'],
  [408, 480, 'failed'],
  [403, 403, 'failed'],
  [488, 488, 'failed'],
  [500, 503, 'failed'],
  [503, 503, 'failed'],
])('%i from outside is %i at the phone, and the story ends as %s', async (status, shown, outcome) => {
  const incoming = await office.evaDials(number)

  office.rings('420777').refuses(status)
  await office.settle()

  expect(incoming.rejected?.status).toBe(shown)
  expect(office.fact('call-ended')).toMatchObject({ outcome })
  office.expectQuiet()
})

test('nobody answers outside: the phone gets 480, the outcome is no-answer', async () => {
  const incoming = await office.evaDials(number)
  office.rings('420777').rings()

  await office.clock.advance(60_000)
  await office.settle()

  expect(incoming.rejected?.status).toBe(480)
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'no-answer' })
  office.expectQuiet()
})

test('a trunk at fault: the next one places the call', async () => {
  office.ways = [
    { trunkId: 'trunk-1', number: '1', from: ourNumber },
    { trunkId: 'trunk-2', number: '2', from: '+420222333555' },
  ]
  await office.evaDials(number)

  office.rings('1').refuses(503)
  await office.settle()
  office.rings('2').answers()
  await office.settle()

  const [call] = office.calls.liveCalls(office.tenant)
  expect(call).toMatchObject({ state: 'talking', trunkId: 'trunk-2', number: '+420222333555' })
})

test.each([[486], [603], [484]])('%i is the callee’s word: no other trunk is tried', async (status) => {
  office.ways = [
    { trunkId: 'trunk-1', number: '1', from: ourNumber },
    { trunkId: 'trunk-2', number: '2', from: ourNumber },
  ]
  await office.evaDials(number)

  office.rings('1').refuses(status)
  await office.settle()

  expect(office.sip.dialled).toHaveLength(1)
})

test('a callee that rang and was not reached is not rung again through another trunk', async () => {
  office.ways = [
    { trunkId: 'trunk-1', number: '1', from: ourNumber },
    { trunkId: 'trunk-2', number: '2', from: ourNumber },
  ]
  await office.evaDials(number)
  office.rings('1').rings()

  office.rings('1').refuses(480)
  await office.settle()

  expect(office.sip.dialled).toHaveLength(1)
})

test('no trunk can place the call: the phone gets 503', async () => {
  office.ways = []

  const incoming = await office.evaDials(number)

  expect(incoming.rejected).toMatchObject({
    status: 503,
    reason: 'No provider can place this call now: see the state of the trunks',
  })
  expect(refusedCalls(office.tenant.db, 9)).toMatchObject([{ userId: office.eva, rule: 'Trunks' }])
})

test('a country that is not allowed: 403 with the reason, and the row says who, what and which rule', async () => {
  const incoming = await office.evaDials('0053 7 8612345')

  expect(incoming.rejected).toMatchObject({ status: 403, reason: 'Calls to Cuba are not allowed' })
  expect(office.sip.dialled).toEqual([])
  expect(refusedCalls(office.tenant.db, 9)).toMatchObject([
    {
      userId: office.eva,
      number: '+5378612345',
      rule: 'Countries',
      sentence: 'Calls to Cuba are not allowed.',
    },
  ])
})

test('a phone that tries the forbidden again and again leaves one row', async () => {
  for (let tries = 0; tries < 3; tries += 1) await office.evaDials('0053 7 8612345')

  expect(refusedCalls(office.tenant.db, 9)).toHaveLength(1)
})

test('what rang nowhere in time is tried at the next trunk, and the log says why', async () => {
  office.ways = [
    { trunkId: 'a', number: '420777', from: ourNumber, label: 'Silent' },
    { trunkId: 'b', number: '420778', from: ourNumber, label: 'Spare' },
  ]
  await office.evaDials(number)
  await office.clock.advance(12_000)
  await office.settle()

  expect(office.rings('420778').options.target).toMatchObject({ trunkId: 'b' })
  expect(office.fact('call-noted')).toMatchObject({
    sentence: 'Silent did not place the call: no sign of ringing. Trying Spare.',
  })
})

test('a number withheld by a star code goes out so', async () => {
  office.ways = [{ trunkId: 'a', number: '420777', from: ourNumber, withheld: true }]
  await office.evaDials(`#31#${number}`)

  expect(office.rings('420777').options.from).toEqual({ number: ourNumber, withheld: true })
})

test('an emergency call goes out with every limit exhausted, and the admins are told from where', async () => {
  const none = {
    callsAtOnce: 0,
    callsPerDay: 0,
    minutesPerDay: 0,
    abroadCallsPerHour: 0,
    abroadMinutesPerHour: 0,
  }
  saveCallingRules(office.tenant.db, {
    ...callingRules(office.tenant.db),
    company: none,
    person: none,
    emergency: { callerId: null, location: 'Main street 1, 2nd floor' },
  })
  expect((await office.evaDials(number)).rejected?.status).toBe(503)
  office.ways = [{ trunkId: 'a', number: '112', from: ourNumber }]
  await office.evaDials('112')

  expect(office.rings('112').options.target).toMatchObject({ number: '112' })
  expect(office.told('emergency-called')).toMatchObject([
    { userId: office.eva, number: '112', shown: ourNumber, location: 'Main street 1, 2nd floor' },
  ])
})

test.each([[0], [1]])(
  'with %i lines of sound left, help is reached: a call that goes out gives way',
  async (left) => {
    office.ways = [{ trunkId: 'a', number: '420777', from: ourNumber }]
    await office.bobDials(number)
    office.rings('420777').answers()
    await office.settle()
    office.media.room = office.media.legs.size + left
    office.ways = [{ trunkId: 'a', number: '112', from: ourNumber }]
    await office.evaDials('112')

    expect(office.rings('112').options.target).toMatchObject({ number: '112' })
    expect(office.fact('call-ended')).toMatchObject({ sentence: 'Ended to make room for an emergency call.' })
  },
)

test('what is neither a number nor an extension is refused with 404', async () => {
  const incoming = await office.evaDials('nonsense')

  expect(incoming.rejected?.status).toBe(404)
  expect(office.story()).toBe('')
})

test('the phone gives up: the outside is cancelled', async () => {
  const incoming = await office.evaDials(number)
  const dialled = office.rings('420777')

  incoming.cancel()
  await office.settle()

  expect(dialled.cancelled).toBe('caller-gone')
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'no-answer', endedBy: 'caller' })
  office.expectQuiet()
})

test('the phone gives up just as the outside answers: the outside is hung up', async () => {
  const incoming = await office.evaDials(number)
  const dialled = office.rings('420777')
  dialled.deaf = true

  const far = dialled.answers()
  incoming.cancel()
  await office.settle()

  expect(far.ended?.by).toBe('us')
  expect(incoming.leg).toBeUndefined()
  office.expectQuiet()
})

test('the outside hangs up between its answer and ours: the phone is told', async () => {
  const incoming = await office.evaDials(number)

  const far = office.rings('420777').answers()
  far.farEndHangsUp()
  await office.settle()

  expect(incoming.leg?.ended ?? incoming.rejected).toBeDefined()
  office.expectQuiet()
})

test('who calls out is busy: the queue rings somebody else', async () => {
  await office.evaDials(number)
  await office.aliceCalls()

  expect(office.ringing().map((leg) => leg.to)).toContain('sip:bob@desk')
  expect(office.ringing().map((leg) => leg.to)).not.toContain('sip:eva@desk')
})

test('a phone without an offer gets ours, and no early media', async () => {
  const incoming = await office.evaDials(number, { offer: undefined })
  office.rings('420777').earlyMedia()
  await office.settle()
  office.rings('420777').answers()
  await office.settle()

  expect(incoming.provisionals).toEqual([])
  expect(phone()?.remoteSdp).toBe('late answer')
  expect(phone()?.hears).toBe(outside())
})

test('without a free media leg the phone gets 503 with Retry-After', async () => {
  office.media.room = 0

  const incoming = await office.evaDials(number)

  expect(incoming.rejected).toMatchObject({ status: 503, headers: { 'Retry-After': '10' } })
})

test('a recorded number is recorded on the customer’s leg when it calls out', async () => {
  const { saveNumberPlan } = await import('#calls/number-plan.ts')
  saveNumberPlan(office.tenant.db, { number: ourNumber, label: '', skills: [], recording: true })
  office.media.diskFull = true
  await office.evaDials(number)

  office.rings('420777').answers()
  await office.settle()

  expect(office.calls.liveCalls(office.tenant)[0]?.state).toBe('talking')
})
