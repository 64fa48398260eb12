import { afterEach, beforeEach, expect, test } from 'vitest'
import { queueOnly, saveNumberPlan } from '#calls/number-plan.ts'
import { saveHours } from '#calls/plan/opening-hours.ts'
import { type PlanSteps, plainQueue, type QueueStep } from '#calls/plan/plan-step.ts'
import { recordingsOfCall } from '#calls/recording-store.ts'
import { createSkill } from '#people/skill.ts'
import { setStatus } from '#people/status.ts'
import type { FakeMediaLeg } from '#test/fakes/media.ts'
import { type Office, openOffice, ourNumber } from '#test/fakes/office.ts'
import { waitUntil } from '#test/wait-until.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

const voicemail = {
  kind: 'voicemail',
  greeting: null,
  skills: [],
  mailTo: ['bob@acme.example'],
  maxMs: 60_000,
} as const

function plan(
  open: PlanSteps,
  rest: { closed?: PlanSteps; hoursId?: string; recording?: boolean } = {},
): void {
  const { recording = false, ...branches } = rest
  const made = { ...queueOnly([]), open, ...branches }
  saveNumberPlan(office.tenant.db, { number: ourNumber, label: '', recording, plan: made })
}

function queue(change: Partial<QueueStep> = {}): QueueStep {
  return { ...plainQueue([office.skillId]), ...change }
}

/** The caller's, as the first opened. */
function caller(): FakeMediaLeg {
  const [leg] = office.media.opened
  if (!leg) throw new Error('nobody called')
  return leg
}

/** The names of the prompts that are said now. */
function said(): string {
  const { playing } = caller()
  if (playing?.kind !== 'files') return playing?.kind ?? 'nothing'
  return playing.paths.map((path) => path.replace(/^.*\/|\.wav$/g, '')).join(' ')
}

async function press(keys: string): Promise<void> {
  for (const digit of keys) caller().events.emit({ kind: 'digit', digit, durationMs: 100 })
  await office.settle()
}

/** What is said comes to its end. */
async function heard(): Promise<void> {
  caller().played()
  await office.settle()
}

function notes(): readonly string[] {
  return office.facts().flatMap((fact) => (fact.kind === 'call-noted' ? [fact.body.sentence] : []))
}

/** The tone has sounded and the message is being written: files take their own time. */
async function messageBegins(leg: FakeMediaLeg = caller()): Promise<void> {
  const before = office.facts().filter(({ kind }) => kind === 'recording-started').length
  for (const _sound of ['greeting', 'tone']) {
    leg.played()
    await office.settle()
  }
  const count = () => office.facts().filter(({ kind }) => kind === 'recording-started').length
  await waitUntil('the message is recorded', () => count() > before)
  await office.settle()
}

async function saidIs(prompt: string): Promise<void> {
  await waitUntil(`${prompt} is said`, () => said() === prompt)
}

async function callEnded(times = 1): Promise<void> {
  const count = () => office.facts().filter(({ kind }) => kind === 'call-ended').length
  await waitUntil('the call has ended', () => count() === times && office.media.legs.size === 0)
  await office.settle()
}

function nobodyReady(): void {
  for (const id of [office.eva, office.bob])
    setStatus(office.tenant.db, { userId: id, statusId: 'offline', now: office.clock.now() })
}

test('a greeting is said before the queue, and only then a phone rings', async () => {
  plan([{ kind: 'announce', sound: 'welcome' }, queue()])
  await office.aliceCalls()
  expect(said()).toBe('welcome')
  expect(office.ringing()).toEqual([])

  await heard()

  expect(caller().hears).toBe('music')
  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:eva@desk'])
})

test('a caller who hangs up in the greeting is missed, and nothing is left of the call', async () => {
  plan([{ kind: 'announce', sound: 'welcome' }, queue()])
  const incoming = await office.aliceCalls()
  incoming.leg?.farEndHangsUp()
  await office.settle()

  expect(office.fact('call-ended')).toMatchObject({ outcome: 'missed', endedBy: 'caller' })
  office.expectQuiet()
})

const menu = (support: string) =>
  ({
    kind: 'menu',
    sound: 'welcome',
    options: [
      { key: '1', label: 'Sales', steps: [queue()] },
      { key: '2', label: 'Support', steps: [{ ...plainQueue([support]) }] },
    ],
    timeoutMs: 5_000,
    times: 2,
    extensions: true,
    otherwise: [{ kind: 'hangup', sound: 'goodbye' }],
  }) as const

test('a key chooses, also while the menu still speaks, and the log says which', async () => {
  const support = createSkill(office.tenant.db, { name: 'support' }, office.clock.now()).id
  plan([menu(support)])
  await office.aliceCalls()
  expect(said()).toBe('welcome')

  await press('2')
  await office.clock.advance(2_000)
  await office.settle()

  expect(notes()).toEqual(['Pressed 2: Support.'])
  expect(office.fact('call-queued')).toMatchObject({ skills: [support], reason: 'nobody here has the skill' })
})

test('a wrong key is told, and the menu is said again', async () => {
  plan([menu('none')])
  await office.aliceCalls()
  await heard()
  await press('9')
  await office.clock.advance(2_000)
  await office.settle()
  expect(said()).toBe('wrong-key')

  await heard()

  expect(said()).toBe('welcome')
  expect(notes()).toEqual(['Pressed 9: not a choice of the menu.'])
})

test('who presses nothing hears the menu again, and then what comes instead', async () => {
  plan([menu('none')])
  await office.aliceCalls()
  await heard()
  await office.clock.advance(5_000)
  await office.settle()
  expect(said()).toBe('welcome')
  await heard()
  await office.clock.advance(5_000)
  await office.settle()
  expect(said()).toBe('goodbye')

  await heard()

  expect(office.fact('call-ended')).toMatchObject({ outcome: 'missed', endedBy: 'system' })
  expect(notes()[0]).toBe('No key was pressed: the menu is told again.')
})

test('an extension may be dialled in the menu; its person rings, and is talked to', async () => {
  plan([menu('none')])
  await office.aliceCalls()
  await press('202')
  await office.clock.advance(2_000)
  await office.settle()
  expect(notes()).toEqual(['Dialled the extension 202: bob.'])
  expect(caller().playing?.kind).toBe('tone')

  office.rings('sip:bob@desk').answers()
  await office.settle()

  expect(office.fact('call-answered')).toMatchObject({ userId: office.bob })
})

test('a person who does not answer leads to what comes instead', async () => {
  plan([
    {
      kind: 'person',
      userId: office.bob,
      ringMs: 10_000,
      otherwise: [{ kind: 'announce', sound: 'not-available' }],
    },
  ])
  await office.aliceCalls()
  await office.clock.advance(10_000)
  await office.settle()

  expect(said()).toBe('not-available')
  expect(notes()).toEqual(['bob was not reached: no answer.'])
})

test('another number is dialled, its ringing heard, and both talk; the row keeps the number that was called', async () => {
  plan([{ kind: 'number', number: '+420777888999', ringMs: 20_000, otherwise: [] }])
  await office.aliceCalls()
  const outside = office.ringing()[0]
  expect(outside?.options.target).toMatchObject({ kind: 'trunk' })
  outside?.answers()
  await office.settle()

  expect(caller().hears).toBe(office.media.opened[1])
  expect(office.fact('call-answered')).not.toHaveProperty('userId')
  expect(office.calls.liveCalls(office.tenant)[0]).toMatchObject({ number: ourNumber, state: 'talking' })
})

test('a number that does not answer in time leads on to the next step', async () => {
  plan([{ kind: 'number', number: '+420777888999', ringMs: 10_000, otherwise: [] }, voicemail])
  await office.aliceCalls()
  await office.clock.advance(10_000)
  await office.settle()

  expect(said()).toBe('leave-a-message')
  expect(notes().at(-1)).toBe('+420777888999 was not reached: no answer.')
})

test('outside of the hours the closed branch is met, and the log names the rule', async () => {
  const hours = { name: 'Office', timeZone: null, weekly: [], holidays: [] }
  const { id } = saveHours(office.tenant.db, hours, { now: 1 })
  plan([queue()], { closed: [{ kind: 'hangup', sound: 'closed' }], hoursId: id })
  await office.aliceCalls()

  expect(said()).toBe('closed')
  expect(notes()[0]).toMatch(/^Office: .* is closed, it is /)
  expect(office.sip.dialled).toEqual([])
})

test('a plan at its end says goodbye and hangs up', async () => {
  plan([{ kind: 'announce', sound: 'closed' }])
  const incoming = await office.aliceCalls()
  await heard()
  expect(said()).toBe('goodbye')
  await heard()

  expect(incoming.leg?.ended?.by).toBe('us')
})

test('a sound that was deleted is passed over', async () => {
  plan([{ kind: 'announce', sound: 'no-such-sound' }, queue()])
  await office.aliceCalls()

  expect(caller().hears).toBe('music')
})

test('the place is announced, music goes on around it, and never more often than wished', async () => {
  nobodyReady()
  plan([queue({ announce: { position: true, wait: true, everyMs: 30_000 } })])
  await office.aliceCalls()
  expect(caller().hears).toBe('music')
  await office.clock.advance(8_000)
  await office.settle()
  expect(said()).toBe('you-are-number number-1 in-the-queue')
  await heard()
  expect(caller().hears).toBe('music')

  await office.clock.advance(29_000)
  await office.settle()
  expect(caller().hears).toBe('music')
  await office.clock.advance(1_000)
  await office.settle()

  expect(said()).toBe('you-are-number number-1 in-the-queue')
  expect(notes()).toEqual(['Announced: number 1 in the queue.', 'Announced: number 1 in the queue.'])
})

test('nothing is announced while a phone rings for the caller', async () => {
  plan([queue({ announce: { position: true, wait: false, everyMs: 30_000 } })])
  await office.aliceCalls()
  await office.clock.advance(15_000)
  await office.settle()

  expect(caller().hears).toBe('music')
  expect(notes()).toEqual([])
})

test('after the longest wait the overflow is met, and no phone rings for the call any more', async () => {
  nobodyReady()
  plan([queue({ maxWaitMs: 60_000, overflow: [voicemail] })])
  await office.aliceCalls()
  await office.clock.advance(60_000)
  await office.settle()

  expect(said()).toBe('leave-a-message')
  expect(notes()).toContain('Left the queue: waited 60 s.')
  office.ready(office.bob)
  await office.clock.advance(5_000)
  await office.settle()
  expect(office.sip.dialled).toEqual([])
})

test('a phone that rings at the end of the longest wait may still be answered', async () => {
  plan([queue({ maxWaitMs: 10_000, overflow: [voicemail] })])
  await office.aliceCalls()
  await office.clock.advance(15_000)
  await office.settle()
  office.rings('sip:eva@desk').answers()
  await office.settle()

  expect(office.story()).toContain('call-answered')
})

test('a full queue sends the next caller straight to the overflow', async () => {
  nobodyReady()
  plan([queue({ maxAhead: 0, overflow: [{ kind: 'announce', sound: 'nobody' }] })])
  await office.aliceCalls()
  await office.aliceCalls({ from: '+420777000222' })

  expect(notes()).toEqual(['Left the queue: the queue is full: 1 are waiting.'])
})

test('a skill nobody has: shown at once, and the overflow applies', async () => {
  const skill = createSkill(office.tenant.db, { name: 'french' }, office.clock.now()).id
  plan([queue({ skills: [skill], overflow: [queue()] })])
  await office.aliceCalls()

  expect(notes()).toEqual(['Left the queue: nobody here has the skill.'])
  expect(office.ringing().map((leg) => leg.to)).toEqual(['sip:eva@desk'])
})

test('where the queue wants somebody ready, an empty team is an overflow', async () => {
  nobodyReady()
  plan([queue({ onlyWhenReady: true, overflow: [voicemail] })])
  await office.aliceCalls()

  expect(said()).toBe('leave-a-message')
})

test('a caller who overflows to another skill keeps the place of when they came', async () => {
  nobodyReady()
  plan([queue({ maxWaitMs: 30_000, overflow: [queue({ skills: [] })] })])
  await office.aliceCalls()
  await office.clock.advance(10_000)
  plan([queue({ skills: [] })])
  await office.aliceCalls({ from: '+420777000222' })
  await office.clock.advance(25_000)
  await office.settle()

  office.ready(office.bob)
  await office.clock.advance(1_000)
  await office.settle()

  expect(office.rings('sip:bob@desk').options.from.number).toBe('+420777000111')
})

test('voicemail: the greeting, a tone, then the message until hash; it is flagged, and the call stays a message', async () => {
  plan([voicemail])
  await office.aliceCalls()
  expect(said()).toBe('leave-a-message')
  await heard()
  expect(caller().playing).toMatchObject({ kind: 'tone', hz: [1000] })
  await messageBegins()
  await office.clock.advance(5_000)
  await press('#')
  await saidIs('message-kept')
  await heard()
  await callEnded()

  expect(office.fact('recording-ready')).toMatchObject({ voicemail: { mailTo: ['bob@acme.example'] } })
  expect(office.fact('call-ended')).toMatchObject({
    outcome: 'voicemail',
    sentence: 'The caller left a message.',
  })
  const [call] = office.facts()
  const [row] = recordingsOfCall(office.tenant.db, call?.body.callId ?? '')
  expect(row).toMatchObject({ state: 'ready', voicemail: { mailTo: ['bob@acme.example'] } })
})

test('who hangs up after speaking has left a message; who hangs up at the tone has not', async () => {
  plan([voicemail])
  const spoke = await office.aliceCalls()
  await messageBegins()
  await office.clock.advance(4_000)
  spoke.leg?.farEndHangsUp()
  await callEnded()
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'voicemail', endedBy: 'caller' })

  const silent = await office.aliceCalls({ from: '+420777000222' })
  await messageBegins(office.media.opened[1])
  silent.leg?.farEndHangsUp()
  await callEnded(2)

  expect(office.fact('call-ended')).toMatchObject({ outcome: 'missed' })
  expect(office.facts().filter((fact) => fact.kind === 'recording-ready')).toHaveLength(1)
})

test('silence ends a message, and one of silence only is not kept', async () => {
  plan([voicemail])
  await office.aliceCalls()
  await messageBegins()
  expect(caller().quietMs).toBe(6_000)
  await office.clock.advance(6_000)
  caller().events.emit({ kind: 'quiet', ms: 6_000 })
  await saidIs('goodbye')
  await heard()
  await callEnded()

  expect(office.fact('call-ended')).toMatchObject({ outcome: 'missed' })
  expect(office.story()).not.toContain('recording-ready')
})

test('a message is cut at its longest', async () => {
  plan([{ ...voicemail, maxMs: 20_000 }])
  await office.aliceCalls()
  await messageBegins()
  await office.clock.advance(20_000)
  await saidIs('message-kept')

  expect(notes()).toContain('The message ended: it was as long as it may be.')
})

const callback = () => queue({ callbackKey: '5', announce: { position: true, wait: false, everyMs: 30_000 } })

test('callback: the caller confirms the number and keeps the place; a person is rung, then the customer', async () => {
  nobodyReady()
  plan([callback()])
  await office.aliceCalls()
  await office.clock.advance(1_000)
  await office.aliceCalls({ from: '+420777000222' })
  await press('5')
  expect(said()).toMatch(/^we-call-you-on number-4 .* confirm-or-enter$/)
  await press('1')
  expect(said()).toBe('callback-kept')
  await heard()
  expect(office.fact('call-ended')).toMatchObject({
    outcome: 'missed',
    sentence: expect.stringContaining('called back'),
  })

  office.ready(office.bob)
  await office.clock.advance(1_000)
  await office.settle()
  // alice came first, and goes first.
  const person = office.rings('sip:bob@desk')
  expect(person.options.from.number).toBe('+420777000111')
  person.answers()
  await office.settle()
  const customer = office.ringing().at(-1)
  expect(customer?.options.target).toMatchObject({ kind: 'trunk' })
  customer?.answers()
  await office.settle()

  expect(office.fact('call-answered')).toMatchObject({ userId: office.bob })
})

test('another number can be entered for the callback', async () => {
  nobodyReady()
  plan([callback()])
  await office.aliceCalls()
  await press('5')
  await press('2')
  expect(said()).toBe('enter-number')
  await press('777111222#')
  expect(said()).toMatch(/^we-call-you-on number-4 number-2 number-0 number-7 number-7 number-7 number-1 /)
  await press('1')
  await heard()

  expect(notes()).toContain('Asked to be called back on +420777111222; the place in line is kept.')
})

test('who confirms nothing stays in line, and is answered as anybody else', async () => {
  nobodyReady()
  plan([callback()])
  await office.aliceCalls()
  await press('5')
  office.ready(office.bob)
  await office.clock.advance(1_000)
  await office.settle()
  office.rings('sip:bob@desk').answers()
  await office.settle()

  expect(office.fact('call-answered')).toMatchObject({ userId: office.bob })
  expect(caller().hears).toBe(office.media.opened[1])
})

test('a customer who calls again and is spoken with is not called back', async () => {
  nobodyReady()
  plan([callback()])
  await office.aliceCalls()
  await press('5')
  await press('1')
  await heard()
  plan([{ kind: 'person', userId: office.eva, ringMs: 20_000, otherwise: [] }])
  const again = await office.aliceCalls()
  office.rings('sip:eva@desk').answers()
  await office.settle()
  again.leg?.farEndHangsUp()
  await office.settle()
  office.ready(office.bob)
  await office.clock.advance(2_000)
  await office.settle()

  expect(office.ringing()).toEqual([])
  office.expectQuiet()
})
