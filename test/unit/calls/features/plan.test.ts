import { afterEach, beforeEach, expect, test } from 'vitest'
import { saveHours } from '#calls/plan/opening-hours.ts'
import { plainQueue } from '#calls/plan/plan-step.ts'
import { createSkill } from '#people/skill.ts'
import { openPlanOffice, ourNumber, type PlanOffice, voicemail } from '#test/fakes/plan-office.ts'

let at: PlanOffice
beforeEach(async () => {
  at = await openPlanOffice()
})
afterEach(() => at.office.close())

test('a greeting is said before the queue, and only then a phone rings', async () => {
  at.plan([{ kind: 'announce', sound: 'welcome' }, at.queue()])
  await at.office.aliceCalls()
  expect(at.said()).toBe('welcome')
  expect(at.office.ringing()).toEqual([])

  await at.heard()

  expect(at.caller().hears).toBe('music')
  expect(at.office.ringing().map((leg) => leg.to)).toEqual(['sip:eva@desk'])
})

test('a caller who hangs up in the greeting is missed, and nothing is left of the call', async () => {
  at.plan([{ kind: 'announce', sound: 'welcome' }, at.queue()])
  const incoming = await at.office.aliceCalls()
  incoming.leg?.farEndHangsUp()
  await at.office.settle()

  expect(at.office.fact('call-ended')).toMatchObject({ outcome: 'missed', endedBy: 'caller' })
  at.office.expectQuiet()
})

const menu = (support: string) =>
  ({
    kind: 'menu',
    sound: 'welcome',
    options: [
      { key: '1', label: 'Sales', steps: [at.queue()] },
      { key: '2', label: 'Support', steps: [{ ...plainQueue([support]) }] },
    ],
    timeoutMs: 5_000,
    times: 2,
    extensions: true,
    otherwise: [{ kind: 'hangup', sound: 'goodbye' }],
  }) as const

test('a key chooses, also while the menu still speaks, and the log says which', async () => {
  const support = createSkill(at.office.tenant.db, { name: 'support' }, at.office.clock.now()).id
  at.plan([menu(support)])
  await at.office.aliceCalls()
  expect(at.said()).toBe('welcome')

  await at.press('2')
  await at.office.clock.advance(2_000)
  await at.office.settle()

  expect(at.notes()).toEqual(['Pressed 2: Support.'])
  expect(at.office.fact('call-queued')).toMatchObject({
    skills: [support],
    reason: 'nobody here has the skill',
  })
})

test('a wrong key is told, and the menu is said again', async () => {
  at.plan([menu('none')])
  await at.office.aliceCalls()
  await at.heard()
  await at.press('9')
  await at.office.clock.advance(2_000)
  await at.office.settle()
  expect(at.said()).toBe('wrong-key')

  await at.heard()

  expect(at.said()).toBe('welcome')
  expect(at.notes()).toEqual(['Pressed 9: not a choice of the menu.'])
})

test('who presses nothing hears the menu again, and then what comes instead', async () => {
  at.plan([menu('none')])
  await at.office.aliceCalls()
  await at.heard()
  await at.office.clock.advance(5_000)
  await at.office.settle()
  expect(at.said()).toBe('welcome')
  await at.heard()
  await at.office.clock.advance(5_000)
  await at.office.settle()
  expect(at.said()).toBe('goodbye')

  await at.heard()

  expect(at.office.fact('call-ended')).toMatchObject({ outcome: 'missed', endedBy: 'system' })
  expect(at.notes()[0]).toBe('No key was pressed: the menu is told again.')
})

test('an extension may be dialled in the menu; its person rings, and is talked to', async () => {
  at.plan([menu('none')])
  await at.office.aliceCalls()
  await at.press('202')
  await at.office.clock.advance(2_000)
  await at.office.settle()
  expect(at.notes()).toEqual(['Dialled the extension 202: bob.'])
  expect(at.caller().playing?.kind).toBe('tone')

  at.office.rings('sip:bob@desk').answers()
  await at.office.settle()

  expect(at.office.fact('call-answered')).toMatchObject({ userId: at.office.bob })
})

test('a person who does not answer leads to what comes instead', async () => {
  at.plan([
    {
      kind: 'person',
      userId: at.office.bob,
      ringMs: 10_000,
      otherwise: [{ kind: 'announce', sound: 'not-available' }],
    },
  ])
  await at.office.aliceCalls()
  await at.office.clock.advance(10_000)
  await at.office.settle()

  expect(at.said()).toBe('not-available')
  expect(at.notes()).toEqual(['bob was not reached: no answer.'])
})

test('another number is dialled, its ringing heard, and both talk; the row keeps the number that was called', async () => {
  at.plan([{ kind: 'number', number: '+420777888999', ringMs: 20_000, otherwise: [] }])
  await at.office.aliceCalls()
  const outside = at.office.ringing()[0]
  expect(outside?.options.target).toMatchObject({ kind: 'trunk' })
  outside?.answers()
  await at.office.settle()

  expect(at.caller().hears).toBe(at.office.media.opened[1])
  expect(at.office.fact('call-answered')).not.toHaveProperty('userId')
  expect(at.office.calls.liveCalls(at.office.tenant)[0]).toMatchObject({
    number: ourNumber,
    state: 'talking',
  })
})

test('a number that does not answer in time leads on to the next step', async () => {
  at.plan([{ kind: 'number', number: '+420777888999', ringMs: 10_000, otherwise: [] }, voicemail])
  await at.office.aliceCalls()
  await at.office.clock.advance(10_000)
  await at.office.settle()

  expect(at.said()).toBe('leave-a-message')
  expect(at.notes().at(-1)).toBe('+420777888999 was not reached: no answer.')
})

test('outside of the hours the closed branch is met, and the log names the rule', async () => {
  const hours = { name: 'Office', timeZone: null, weekly: [], holidays: [] }
  const { id } = saveHours(at.office.tenant.db, hours, { now: 1 })
  at.plan([at.queue()], { closed: [{ kind: 'hangup', sound: 'closed' }], hoursId: id })
  await at.office.aliceCalls()

  expect(at.said()).toBe('closed')
  expect(at.notes()[0]).toMatch(/^Office: .* is closed, it is /)
  expect(at.office.sip.dialled).toEqual([])
})

test('a plan at its end says goodbye and hangs up', async () => {
  at.plan([{ kind: 'announce', sound: 'closed' }])
  const incoming = await at.office.aliceCalls()
  await at.heard()
  expect(at.said()).toBe('goodbye')
  await at.heard()

  expect(incoming.leg?.ended?.by).toBe('us')
})

test('a sound that was deleted is passed over', async () => {
  at.plan([{ kind: 'announce', sound: 'no-such-sound' }, at.queue()])
  await at.office.aliceCalls()

  expect(at.caller().hears).toBe('music')
})
