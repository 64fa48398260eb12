import { afterEach, beforeEach, expect, test } from 'vitest'
import { saveNumberPlan } from '#calls/number-plan.ts'
import { createSkill, setSkillsOfUser } from '#people/skill.ts'
import { setStatus } from '#people/status.ts'
import { userId } from '#people/user.ts'
import { alice, type Office, openOffice, ourNumber } from '#test/fakes/office.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

test('the caller is answered, hears music while the longest idle person rings, and then that person', async () => {
  const incoming = await office.aliceCalls()

  const [caller, person] = office.media.opened
  expect(incoming.answerSdp).toBe(caller?.localSdp)
  expect(caller?.hears).toBe('music')
  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:eva@desk'])
  office.rings('sip:eva@desk').answers()
  await office.settle()

  expect(caller?.hears).toBe(person)
  expect(person?.hears).toBe(caller)
  expect(office.story()).toBe('call-started call-queued call-offered call-answered')
  expect(office.fact('call-offered')).toMatchObject({
    userId: office.eva,
    reason: expect.stringMatching(/^longest idle/),
  })
})

test('the row stands before the caller is answered', async () => {
  office.media.room = 0

  const incoming = await office.aliceCalls()

  expect(incoming.leg).toBeUndefined()
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'failed', endedBy: 'system' })
})

test('without a free media leg the caller gets 503 with Retry-After', async () => {
  office.media.room = 0

  const incoming = await office.aliceCalls()

  expect(incoming.rejected).toMatchObject({ status: 503, headers: { 'Retry-After': '10' } })
})

test('a call to a number nobody has is refused with 404 and leaves no story', async () => {
  const incoming = await office.aliceCalls({ dialled: '+420999999999' })

  expect(incoming.rejected?.status).toBe(404)
  expect(office.story()).toBe('')
})

test('an offer without a codec of ours is refused with 488', async () => {
  const incoming = await office.aliceCalls({ offer: 'no-codec' })

  expect(incoming.rejected?.status).toBe(488)
})

test('a call without an offer gets ours in the 200 and is joined by the answer in the ACK', async () => {
  const incoming = await office.aliceCalls({ offer: undefined })

  expect(incoming.answerSdp).toBe('local m1')
  expect(office.media.opened[0]?.remoteSdp).toBe('late answer')
})

test('a late answer that cannot be used ends the call, and nothing is refused twice', async () => {
  const incoming = await office.aliceCalls({ offer: undefined, ackSdp: 'no-codec' })

  expect(incoming.leg?.byeReason).toContain('488')
  expect(incoming.rejected).toBeUndefined()
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'failed' })
  office.expectQuiet()
})

test('with nobody free the caller hears music, is told why, and is one missed call in the end', async () => {
  for (const id of [office.eva, office.bob])
    setStatus(office.tenant.db, { userId: id, statusId: 'offline', now: office.clock.now() })

  const incoming = await office.aliceCalls()
  expect(office.media.opened[0]?.hears).toBe('music')
  expect(office.fact('call-queued')).toMatchObject({ reason: 'nobody with the skill is ready', position: 1 })
  await office.clock.advance(30_000)
  incoming.leg?.farEndHangsUp()
  await office.settle()

  expect(office.story()).toBe('call-started call-queued call-ended')
  expect(office.fact('call-ended')).toMatchObject({
    outcome: 'missed',
    endedBy: 'caller',
    talkMs: 0,
    waitMs: 30_000,
  })
})

test('nobody answers in time: the next person rings, the first one stops ringing', async () => {
  await office.aliceCalls()
  const first = office.rings('sip:eva@desk')

  await office.clock.advance(20_000)
  await office.settle()

  expect(first.cancelled).toBe('timeout')
  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
  expect(office.fact('call-offer-ended')).toMatchObject({ userId: office.eva, why: 'no answer' })
})

test('a busy phone passes the call to the next person at once', async () => {
  await office.aliceCalls()

  office.rings('sip:eva@desk').refuses(486)
  await office.settle()

  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
  expect(office.fact('call-offer-ended')).toMatchObject({ why: 'busy' })
})

test('when everybody was tried the round begins again after a pause that grows, never in a tight loop', async () => {
  await office.aliceCalls()
  const refuseAll = async () => {
    for (let left = office.ringing(); left.length > 0; left = office.ringing()) {
      for (const leg of left) leg.refuses(486)
      await office.settle()
    }
  }
  await refuseAll()
  expect(office.sip.dialled).toHaveLength(2)
  expect(office.fact('call-queued')).toMatchObject({ reason: 'everybody who is free was tried' })

  await office.clock.advance(4_900)
  expect(office.sip.dialled).toHaveLength(2)
  for (let second = 0; second < 120; second += 1) {
    await office.clock.advance(1_000)
    await refuseAll()
  }

  // Two minutes: rounds of two people after pauses of 5, 10, 20 and then 30 s.
  expect(office.sip.dialled.length).toBeGreaterThanOrEqual(10)
  expect(office.sip.dialled.length).toBeLessThanOrEqual(14)
})

test('a person who gets free is offered the call at once', async () => {
  const busy = [office.readiness.engage(office.eva), office.readiness.engage(office.bob)]
  await office.aliceCalls()
  expect(office.fact('call-queued')).toMatchObject({ reason: 'everybody with the skill is on a call' })

  busy[1]?.[Symbol.dispose]()
  await office.settle()

  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
  busy[0]?.[Symbol.dispose]()
})

test('a person whose phone registers is offered the call at once', async () => {
  office.sip.contacts.clear()
  await office.aliceCalls()
  expect(office.fact('call-queued')).toMatchObject({ reason: 'nobody who is ready has a phone connected' })

  office.sip.contacts.set('bob-desk', ['sip:bob@desk'])
  office.phoneChanges.emit({})
  await office.settle()

  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
})

test('a person who sets the status to ready is offered the call within a second', async () => {
  for (const id of [office.eva, office.bob])
    setStatus(office.tenant.db, { userId: id, statusId: 'offline', now: office.clock.now() })
  await office.aliceCalls()

  office.ready(office.bob)
  await office.clock.advance(1_000)
  await office.settle()

  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
})

test('a caller who hangs up while phones ring cancels them and is missed once', async () => {
  const incoming = await office.aliceCalls()
  const ringing = office.rings('sip:eva@desk')

  incoming.leg?.farEndHangsUp()
  await office.settle()

  expect(ringing.cancelled).toBe('caller-gone')
  expect(office.story()).toBe('call-started call-queued call-offered call-offer-ended call-ended')
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'missed' })
  office.expectQuiet()
})

test('a phone that answers just as the caller hangs up is hung up too', async () => {
  const incoming = await office.aliceCalls()
  const ringing = office.rings('sip:eva@desk')
  ringing.deaf = true

  const answered = ringing.answers()
  incoming.leg?.farEndHangsUp()
  await office.settle()

  expect(answered.ended?.by).toBe('us')
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'missed' })
  office.expectQuiet()
})

test('a caller who cancels before our answer is missed, and no phone rings', async () => {
  const incoming = office.sip.comesIn({
    origin: { kind: 'trunk', trunkId: 'trunk-1' },
    dialled: ourNumber,
    from: alice,
  })
  incoming.cancel()
  await office.settle()

  expect(incoming.leg).toBeUndefined()
  expect(incoming.rejected).toBeUndefined()
  expect(office.sip.dialled).toEqual([])
  expect(office.story()).toBe('call-started call-ended')
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'missed', endedBy: 'caller' })
  office.expectQuiet()
})

test('first come, first served: the free person goes to the caller who waits longest', async () => {
  const busy = [office.readiness.engage(office.eva), office.readiness.engage(office.bob)]
  await office.aliceCalls()
  await office.aliceCalls({ from: '+420777000222' })
  expect(office.fact('call-queued')).toMatchObject({ position: 2 })

  busy[0]?.[Symbol.dispose]()
  await office.settle()

  expect(office.rings('sip:eva@desk').options.from.number).toBe(alice)
  busy[1]?.[Symbol.dispose]()
  await office.settle()
  expect(office.rings('sip:bob@desk').options.from.number).toBe('+420777000222')
})

test('a later call passes one ahead that waits for another skill', async () => {
  const now = office.clock.now()
  const support = createSkill(office.tenant.db, { name: 'support' }, now)
  saveNumberPlan(office.tenant.db, { number: ourNumber, label: '', skills: [support.id], recording: false })
  await office.aliceCalls()
  expect(office.fact('call-queued')).toMatchObject({ reason: 'nobody here has the skill' })
  saveNumberPlan(office.tenant.db, {
    number: ourNumber,
    label: '',
    skills: [office.skillId],
    recording: false,
  })

  await office.aliceCalls({ from: '+420777000222' })
  expect(office.rings('sip:eva@desk').options.from.number).toBe('+420777000222')

  setSkillsOfUser(office.tenant.db, userId.parse(office.bob), [support.id], now)
  await office.clock.advance(1_000)
  await office.settle()
  expect(office.rings('sip:bob@desk').options.from.number).toBe(alice)
})

test('one call at a time: a person who is rung or talks is offered no other', async () => {
  await office.talk()
  await office.aliceCalls({ from: '+420777000222' })
  await office.aliceCalls({ from: '+420777000333' })

  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:bob@desk'])
})

test('with sound for the caller alone nobody can be rung; the caller waits and the reason is told', async () => {
  office.media.room = 1

  await office.aliceCalls()

  expect(office.sip.dialled).toEqual([])
  expect(office.fact('call-offer-ended')).toMatchObject({ why: 'All ports are in use.' })
  expect(office.media.opened[0]?.hears).toBe('music')
  await office.clock.advance(5_000)
  office.media.room = 10
  await office.clock.advance(10_000)
  await office.settle()
  expect(office.ringing()).toHaveLength(1)
})

test('an outgoing leg that never comes to a result is given up, and its late answer hung up', async () => {
  await office.aliceCalls()
  const stuck = office.rings('sip:eva@desk')
  stuck.deaf = true

  await office.clock.advance(26_000)
  await office.settle()
  expect(office.rings('sip:bob@desk')).toBeDefined()
  const late = stuck.answers()
  await office.settle()

  expect(late.ended?.by).toBe('us')
})

test('a caller whose line goes silent is hung up with a reason', async () => {
  const incoming = await office.aliceCalls()

  office.media.opened[0]?.events.emit({ kind: 'media-timeout', silentMs: 30_000 })
  await office.settle()

  expect(incoming.leg?.byeReason).toContain('media timeout')
  expect(office.fact('call-ended')).toMatchObject({
    outcome: 'missed',
    endedBy: 'system',
    sentence: 'No sound came from the caller for 30 s.',
  })
})

test('the caller is shown by the name of the contact the number belongs to, a withheld number by none', async () => {
  await office.aliceCalls({ from: 'anonymous', displayName: 'Anonymous' })

  expect(office.fact('call-started')).toMatchObject({ party: {} })
  expect(office.rings('sip:eva@desk').options.from).toEqual({ number: 'anonymous' })
})
