import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPlanOffice, type PlanOffice } from '#test/fakes/plan-office.ts'

let at: PlanOffice
beforeEach(async () => {
  at = await openPlanOffice()
})
afterEach(() => at.office.close())

const callback = () =>
  at.queue({ callbackKey: '5', announce: { position: true, wait: false, everyMs: 30_000 } })

test('callback: the caller confirms the number and keeps the place; a person is rung, then the customer', async () => {
  at.nobodyReady()
  at.plan([callback()])
  await at.office.aliceCalls()
  await at.office.clock.advance(1_000)
  await at.office.aliceCalls({ from: '+420777000222' })
  await at.press('5')
  expect(at.said()).toMatch(/^we-call-you-on number-4 .* confirm-or-enter$/)
  await at.press('1')
  expect(at.said()).toBe('callback-kept')
  await at.heard()
  expect(at.office.fact('call-ended')).toMatchObject({
    outcome: 'missed',
    sentence: expect.stringContaining('called back'),
  })

  at.office.ready(at.office.bob)
  await at.office.clock.advance(1_000)
  await at.office.settle()
  // alice came first, and goes first.
  const person = at.office.rings('sip:bob@desk')
  expect(person.options.from.number).toBe('+420777000111')
  person.answers()
  await at.office.settle()
  const customer = at.office.ringing().at(-1)
  expect(customer?.options.target).toMatchObject({ kind: 'trunk' })
  customer?.answers()
  await at.office.settle()

  expect(at.office.fact('call-answered')).toMatchObject({ userId: at.office.bob })
})

test('another number can be entered for the callback', async () => {
  at.nobodyReady()
  at.plan([callback()])
  await at.office.aliceCalls()
  await at.press('5')
  await at.press('2')
  expect(at.said()).toBe('enter-number')
  await at.press('777111222#')
  expect(at.said()).toMatch(/^we-call-you-on number-4 number-2 number-0 number-7 number-7 number-7 number-1 /)
  await at.press('1')
  await at.heard()

  const sentence = 'Asked to be called back on +420777111222; the place in line is kept.'
  expect(at.office.fact('call-ended')).toMatchObject({ sentence })
})

test('who confirms nothing stays in line, and is answered as anybody else', async () => {
  at.nobodyReady()
  at.plan([callback()])
  await at.office.aliceCalls()
  await at.press('5')
  at.office.ready(at.office.bob)
  await at.office.clock.advance(1_000)
  await at.office.settle()
  at.office.rings('sip:bob@desk').answers()
  await at.office.settle()

  expect(at.office.fact('call-answered')).toMatchObject({ userId: at.office.bob })
  expect(at.caller().hears).toBe(at.office.media.opened[1])
})

test('a customer who calls again and is spoken with is not called back', async () => {
  at.nobodyReady()
  at.plan([callback()])
  await at.office.aliceCalls()
  await at.press('5')
  await at.press('1')
  await at.heard()
  at.plan([{ kind: 'person', userId: at.office.eva, ringMs: 20_000, otherwise: [] }])
  const again = await at.office.aliceCalls()
  at.office.rings('sip:eva@desk').answers()
  await at.office.settle()
  again.leg?.farEndHangsUp()
  await at.office.settle()
  at.office.ready(at.office.bob)
  await at.office.clock.advance(2_000)
  await at.office.settle()

  expect(at.office.ringing()).toEqual([])
  at.office.expectQuiet()
})
