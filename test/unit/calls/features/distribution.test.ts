// How a queue gives its calls to people: the strategy, rings nobody heeds, and who spoke with the customer last.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Distribution, distribution } from '#calls/plan/distribution.ts'
import { findPresence } from '#people/status.ts'
import { alice } from '#test/fakes/office.ts'
import { openPlanOffice, type PlanOffice } from '#test/fakes/plan-office.ts'

let at: PlanOffice
beforeEach(async () => {
  at = await openPlanOffice()
})
afterEach(() => at.office.close())

function queueWith(change: Partial<Distribution>): void {
  at.plan([at.queue({ distribution: distribution.parse(change) })])
}

const ringing = () => at.office.ringing().map((leg) => leg.to)
const statusOf = (userId: string) => findPresence(at.office.tenant.db, userId)?.status.id

/** alice calls, the person whose phone this is answers, and she hangs up. */
async function spoken(phone: string): Promise<void> {
  const incoming = await at.office.aliceCalls()
  at.office.rings(phone).answers()
  await at.office.settle()
  await at.office.clock.advance(1_000)
  incoming.leg?.farEndHangsUp()
  await at.office.settle()
}

async function pass(ms: number): Promise<void> {
  await at.office.clock.advance(ms)
  await at.office.settle()
}

test('ring all: everybody who is free rings; the first answer stops the others with its name', async () => {
  queueWith({ strategy: 'ring-all' })
  await at.office.aliceCalls()
  expect(ringing()).toEqual(['sip:eva@desk', 'sip:bob@desk'])
  const evas = at.office.rings('sip:eva@desk')

  at.office.rings('sip:bob@desk').answers()
  await at.office.settle()

  expect(evas.cancelled).toBe('elsewhere')
  expect(at.office.fact('call-offer-ended')).toMatchObject({
    userId: at.office.eva,
    why: 'answered by bob',
  })
  expect(at.office.fact('call-answered')).toMatchObject({ userId: at.office.bob })
  expect(at.office.readiness.isBusy(at.office.eva)).toBe(false)
  expect(at.office.story()).toBe(
    'call-started call-queued call-offered call-offered call-offer-ended call-answered',
  )
})

test('ring all: two who answer at the same moment, and only one has the call', async () => {
  queueWith({ strategy: 'ring-all' })
  await at.office.aliceCalls()
  const [evas, bobs] = ['sip:eva@desk', 'sip:bob@desk'].map((phone) => at.office.rings(phone))

  const legs = [evas?.answers(), bobs?.answers()]
  await at.office.settle()

  expect(legs.map((leg) => leg?.ended?.by)).toEqual([undefined, 'us'])
  expect(legs[1]?.byeReason).toContain('Call completed elsewhere')
})

test('ring all: who declines stops alone, and a call all let ring out goes round again with nobody set away', async () => {
  queueWith({ strategy: 'ring-all' })
  await at.office.aliceCalls()

  at.office.rings('sip:eva@desk').refuses(603)
  await at.office.settle()
  expect(ringing()).toEqual(['sip:bob@desk'])
  await pass(20_000)
  expect(ringing()).toEqual([])
  await pass(5_000)

  expect(ringing()).toEqual(['sip:eva@desk', 'sip:bob@desk'])
  expect([statusOf(at.office.eva), statusOf(at.office.bob)]).toEqual(['ready', 'ready'])
})

test('ring all: a caller who hangs up stops all of them, each with an end in the log', async () => {
  queueWith({ strategy: 'ring-all' })
  const incoming = await at.office.aliceCalls()
  const rings = at.office.ringing()

  incoming.leg?.farEndHangsUp()
  await at.office.settle()

  expect(rings.map((leg) => leg.cancelled)).toEqual(['caller-gone', 'caller-gone'])
  expect(at.office.story()).toBe(
    'call-started call-queued call-offered call-offered call-offer-ended call-offer-ended call-ended',
  )
})

test('ring all: a second caller waits, and the people who did not get the first one ring for them', async () => {
  queueWith({ strategy: 'ring-all' })
  await at.office.aliceCalls()
  await at.office.aliceCalls({ from: '+420777000222' })
  expect(at.office.ringing()).toHaveLength(2)

  at.office.rings('sip:bob@desk').answers()
  await at.office.settle()

  expect(at.office.rings('sip:eva@desk').options.from.number).toBe('+420777000222')
})

test('round robin: each call begins with the next person, however long the others are idle', async () => {
  queueWith({ strategy: 'round-robin' })
  const order: string[] = []
  for (let call = 0; call < 4; call += 1) {
    const incoming = await at.office.aliceCalls()
    order.push(...ringing())
    at.office.ringing()[0]?.refuses(486)
    incoming.leg?.farEndHangsUp()
    await at.office.settle()
  }

  const [first, second] = order
  expect(order).toEqual([first, second, first, second])
  expect(first).not.toBe(second)
  expect(at.office.fact('call-offered')).toMatchObject({ reason: expect.stringContaining('in turn') })
})

test('fewest calls: who answered fewer today rings first, whoever is idle longer', async () => {
  queueWith({ strategy: 'fixed-order', order: [at.office.bob] })
  await spoken('sip:bob@desk')
  await spoken('sip:bob@desk')
  queueWith({ strategy: 'fewest-calls' })
  await spoken('sip:eva@desk')
  await at.office.aliceCalls()

  expect(ringing()).toEqual(['sip:eva@desk'])
  expect(at.office.fact('call-offered')).toMatchObject({ reason: 'fewest calls today (1)' })
})

test('the fixed order is tried from its first person each time', async () => {
  queueWith({ strategy: 'fixed-order', order: [at.office.bob, at.office.eva], ringMs: 10_000 })
  await at.office.aliceCalls()
  expect(at.office.fact('call-offered')).toMatchObject({ reason: 'number 1 of the fixed order' })
  expect(ringing()).toEqual(['sip:bob@desk'])
  await pass(10_000)

  expect(ringing()).toEqual(['sip:eva@desk'])
  expect(at.office.fact('call-offered')).toMatchObject({ reason: 'number 2 of the fixed order' })
})

test('who lets a call ring out is set to "No answer" and offered nothing, until they say they are ready', async () => {
  await at.office.aliceCalls()
  await pass(20_000)
  expect(statusOf(at.office.eva)).toBe('no-answer')
  expect(at.notes()).toContain('Set to "No answer": offered no calls until they are ready again.')
  at.office.rings('sip:bob@desk').refuses(486)
  await at.office.settle()
  await pass(60_000)
  for (const leg of at.office.ringing()) expect(leg.to).toBe('sip:bob@desk')
  expect(statusOf(at.office.eva)).toBe('no-answer')

  for (const leg of at.office.ringing()) leg.refuses(486)
  at.office.ready(at.office.eva)
  await pass(31_000)

  expect(at.office.sip.dialled.filter((leg) => leg.to === 'sip:eva@desk')).toHaveLength(2)
})

test('to decline a call, or to be on the phone elsewhere, is not "No answer"', async () => {
  await at.office.aliceCalls()
  at.office.rings('sip:eva@desk').refuses(603)
  await at.office.settle()
  at.office.rings('sip:bob@desk').refuses(486)
  await at.office.settle()

  expect([statusOf(at.office.eva), statusOf(at.office.bob)]).toEqual(['ready', 'ready'])
})

test('a caller who gives up while the phone rings sets nobody away', async () => {
  const incoming = await at.office.aliceCalls()
  await pass(15_000)
  incoming.leg?.farEndHangsUp()
  await at.office.settle()

  expect(statusOf(at.office.eva)).toBe('ready')
})

test('a ring that runs out while the SIP server is away sets nobody away', async () => {
  await at.office.aliceCalls()
  at.office.sip.up = false
  await pass(20_000)

  expect(statusOf(at.office.eva)).toBe('ready')
})

test('where two ignored rings are allowed, an answer in between starts the count anew', async () => {
  queueWith({ ignoredRings: 2, strategy: 'fixed-order', order: [at.office.eva] })
  const ignores = async () => {
    const incoming = await at.office.aliceCalls()
    await pass(20_000)
    incoming.leg?.farEndHangsUp()
    await at.office.settle()
  }
  await ignores()
  await spoken('sip:eva@desk')
  await ignores()
  expect(statusOf(at.office.eva)).toBe('ready')

  await ignores()

  expect(statusOf(at.office.eva)).toBe('no-answer')
})

test('with no limit nobody is set away', async () => {
  queueWith({ ignoredRings: 0 })
  await at.office.aliceCalls()
  await pass(20_000)

  expect(statusOf(at.office.eva)).toBe('ready')
})

test('who picks up any phone of theirs is there again: "No answer" ends by itself', async () => {
  const incoming = await at.office.aliceCalls()
  await pass(20_000)
  incoming.leg?.farEndHangsUp()
  await at.office.settle()
  expect(statusOf(at.office.eva)).toBe('no-answer')

  await at.office.evaDials('202')
  at.office.rings('sip:bob@desk').answers()
  await at.office.settle()

  expect(statusOf(at.office.eva)).toBe('ready')
})

test('a returning customer rings whoever spoke with them last, and the log says so', async () => {
  queueWith({ strategy: 'fixed-order', order: [at.office.bob] })
  await spoken('sip:bob@desk')
  queueWith({ strategy: 'fixed-order', order: [at.office.eva], lastAgentDays: 7 })
  await at.office.aliceCalls()

  expect(ringing()).toEqual(['sip:bob@desk'])
  expect(at.office.fact('call-offered')).toMatchObject({
    reason: expect.stringMatching(/^spoke with this customer last, on \d{4}-\d\d-\d\d$/),
  })
  at.office.rings('sip:bob@desk').refuses(603)
  await at.office.settle()
  expect(ringing()).toEqual(['sip:eva@desk'])
})

test('the last agent is waited for a moment, then the strategy decides; other customers do not wait', async () => {
  queueWith({ strategy: 'fixed-order', order: [at.office.bob] })
  await spoken('sip:bob@desk')
  queueWith({ lastAgentDays: 7, lastAgentWaitMs: 15_000 })
  const busy = at.office.readiness.engage(at.office.bob)
  await at.office.aliceCalls()
  expect(ringing()).toEqual([])
  expect(at.office.fact('call-queued')).toMatchObject({
    reason: 'waits up to 15 s for bob, who spoke with this customer last',
  })
  const other = await at.office.aliceCalls({ from: '+420777000222' })
  expect(at.office.rings('sip:eva@desk').options.from.number).toBe('+420777000222')
  other.leg?.farEndHangsUp()
  await at.office.settle()

  await pass(15_000)

  expect(at.office.rings('sip:eva@desk').options.from.number).toBe(alice)
  expect(at.notes()).toContain('bob spoke with this customer last, but is on another call.')
  busy[Symbol.dispose]()
})

test('a last agent who is not ready is not waited for, and talks too long ago do not count', async () => {
  queueWith({ strategy: 'fixed-order', order: [at.office.bob] })
  await spoken('sip:bob@desk')
  queueWith({ strategy: 'fixed-order', order: [at.office.eva], lastAgentDays: 1 })
  at.nobodyReady()
  at.office.ready(at.office.eva)
  const first = await at.office.aliceCalls()
  expect(ringing()).toEqual(['sip:eva@desk'])
  expect(at.notes()).toContain('bob spoke with this customer last, but is not ready.')
  first.leg?.farEndHangsUp()
  await at.office.settle()

  at.office.ready(at.office.bob)
  await pass(25 * 3600_000)
  await at.office.aliceCalls()
  expect(ringing()).toEqual(['sip:eva@desk'])
})

test('a withheld number has no last agent', async () => {
  queueWith({ strategy: 'fixed-order', order: [at.office.eva], lastAgentDays: 7 })
  await at.office.aliceCalls({ from: 'anonymous' })

  expect(ringing()).toEqual(['sip:eva@desk'])
})

test('all devices of a person ring together; the first answer stops the others as answered elsewhere', async () => {
  at.office.sip.contacts.set('eva-mobile', ['sip:eva@mobile'])
  await at.office.aliceCalls()
  const mobile = at.office.rings('sip:eva@mobile')

  at.office.rings('sip:eva@desk').answers()
  await at.office.settle()

  expect(mobile.cancelled).toBe('elsewhere')
})
