import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSkill } from '#people/skill.ts'
import { openPlanOffice, type PlanOffice, voicemail } from '#test/fakes/plan-office.ts'

let at: PlanOffice
beforeEach(async () => {
  at = await openPlanOffice()
})
afterEach(() => at.office.close())

test('the place is announced, music goes on around it, and never more often than wished', async () => {
  at.nobodyReady()
  at.plan([at.queue({ announce: { position: true, wait: true, everyMs: 30_000 } })])
  await at.office.aliceCalls()
  expect(at.caller().hears).toBe('music')
  await at.office.clock.advance(8_000)
  await at.office.settle()
  expect(at.said()).toBe('you-are-number number-1 in-the-queue')
  await at.heard()
  expect(at.caller().hears).toBe('music')

  await at.office.clock.advance(29_000)
  await at.office.settle()
  expect(at.caller().hears).toBe('music')
  await at.office.clock.advance(1_000)
  await at.office.settle()

  expect(at.said()).toBe('you-are-number number-1 in-the-queue')
  expect(at.notes()).toEqual(['Announced: number 1 in the queue.', 'Announced: number 1 in the queue.'])
})

test('nothing is announced while a phone rings for the caller', async () => {
  at.plan([at.queue({ announce: { position: true, wait: false, everyMs: 30_000 } })])
  await at.office.aliceCalls()
  await at.office.clock.advance(15_000)
  await at.office.settle()

  expect(at.caller().hears).toBe('music')
  expect(at.notes()).toEqual([])
})

test('after the longest wait the overflow is met, and no phone rings for the call any more', async () => {
  at.nobodyReady()
  at.plan([at.queue({ maxWaitMs: 60_000, overflow: [voicemail] })])
  await at.office.aliceCalls()
  await at.office.clock.advance(60_000)
  await at.office.settle()

  expect(at.said()).toBe('leave-a-message')
  expect(at.notes()).toContain('Left the queue: waited 60 s.')
  at.office.ready(at.office.bob)
  await at.office.clock.advance(5_000)
  await at.office.settle()
  expect(at.office.sip.dialled).toEqual([])
})

test('a phone that rings at the end of the longest wait may still be answered', async () => {
  at.plan([at.queue({ maxWaitMs: 10_000, overflow: [voicemail] })])
  await at.office.aliceCalls()
  await at.office.clock.advance(15_000)
  await at.office.settle()
  at.office.rings('sip:eva@desk').answers()
  await at.office.settle()

  expect(at.office.story()).toContain('call-answered')
})

test('a full queue sends the next caller straight to the overflow', async () => {
  at.nobodyReady()
  at.plan([at.queue({ maxAhead: 0, overflow: [{ kind: 'announce', sound: 'nobody' }] })])
  await at.office.aliceCalls()
  await at.office.aliceCalls({ from: '+420777000222' })

  expect(at.notes()).toEqual(['Left the queue: the queue is full: 1 are waiting.'])
})

test('a skill nobody has: shown at once, and the overflow applies', async () => {
  const skill = createSkill(at.office.tenant.db, { name: 'french' }, at.office.clock.now()).id
  at.plan([at.queue({ skills: [skill], overflow: [at.queue()] })])
  await at.office.aliceCalls()

  expect(at.notes()).toEqual(['Left the queue: nobody here has the skill.'])
  expect(at.office.ringing().map((leg) => leg.to)).toEqual(['sip:eva@desk'])
})

test('where the queue wants somebody ready, an empty team is an overflow', async () => {
  at.nobodyReady()
  at.plan([at.queue({ onlyWhenReady: true, overflow: [voicemail] })])
  await at.office.aliceCalls()

  expect(at.said()).toBe('leave-a-message')
})

test('a caller who overflows to another skill keeps the place of when they came', async () => {
  at.nobodyReady()
  at.plan([at.queue({ maxWaitMs: 30_000, overflow: [at.queue({ skills: [] })] })])
  await at.office.aliceCalls()
  await at.office.clock.advance(10_000)
  at.plan([at.queue({ skills: [] })])
  await at.office.aliceCalls({ from: '+420777000222' })
  await at.office.clock.advance(25_000)
  await at.office.settle()

  at.office.ready(at.office.bob)
  await at.office.clock.advance(1_000)
  await at.office.settle()

  expect(at.office.rings('sip:bob@desk').options.from.number).toBe('+420777000111')
})
