import { afterEach, beforeEach, expect, test } from 'vitest'
import { consentsOfCall } from '#calls/recording/consent-store.ts'
import { createRecordingRule, recordingRuleInput } from '#calls/recording/recording-rule.ts'
import { recordingsOfCall } from '#calls/recording-store.ts'
import type { FakeMediaLeg } from '#test/fakes/media.ts'
import { type Office, openOffice } from '#test/fakes/office.ts'
import { waitUntil } from '#test/wait-until.ts'

let office: Office
beforeEach(async () => {
  office = await openOffice()
})
afterEach(() => office.close())

const rule = (input: object) =>
  createRecordingRule(
    office.tenant.db,
    recordingRuleInput.parse({ name: 'Sales', act: 'record', ...input }),
    1,
  )
const live = () => office.calls.liveCalls(office.tenant)[0]
const stateIs = (state: string) =>
  waitUntil(`the recording is ${state}`, () => live()?.recordingState === state)
const notes = () => office.facts().flatMap((fact) => (fact.kind === 'call-noted' ? [fact.body.sentence] : []))
const legs = (): readonly FakeMediaLeg[] => office.media.opened
const said = (leg: FakeMediaLeg | undefined) =>
  leg?.playing?.kind === 'files' ? leg.playing.paths.map((path) => path.replace(/^.*\/|\.wav$/g, '')) : []
const press = async (leg: FakeMediaLeg | undefined, keys: string) => {
  for (const digit of keys) leg?.events.emit({ kind: 'digit', digit, durationMs: 100 })
  await office.settle()
}
const rows = () => recordingsOfCall(office.tenant.db, String(office.fact('call-started').callId))
const consents = () => consentsOfCall(office.tenant.db, String(office.fact('call-started').callId))

/** alice calls and eva's phone is answered; whether they hear each other yet is for the rule to say. */
async function answered() {
  const incoming = await office.aliceCalls()
  const callee = office.rings('sip:eva@desk').answers()
  await office.settle()
  return { caller: incoming.leg, callee }
}

test('the rule that decided stands in the log', async () => {
  rule({ userId: office.eva, act: 'never', name: 'Eva never' })
  await office.talk({ recording: true })

  expect(notes()).toContain('Not recorded, by the rule “Eva never”.')
  expect(live()?.recordingState).toBe('off')
  expect(rows()).toEqual([])
})

test('a recording is paused and goes on, and what was left out is noted with who did it', async () => {
  rule({})
  const { callId, caller } = await office.talk()
  await waitUntil('the recording', () => live()?.recording === true)
  await office.clock.advance(5_000)

  office.calls.steerRecording(office.tenant, callId, office.eva, 'pause')
  await stateIs('paused')
  expect(live()?.recording).toBe(false)
  await office.clock.advance(3_000)
  office.calls.steerRecording(office.tenant, callId, office.eva, 'resume')
  await stateIs('recording')
  caller.farEndHangsUp()
  await waitUntil('the file', () => office.story().includes('recording-ready'))

  expect(rows()).toMatchObject([{ rule: 'Sales', pauses: [{ atMs: 5_000, ms: 3_000, userId: office.eva }] }])
  expect(notes()).toEqual(expect.arrayContaining(['Paused the recording', 'Resumed the recording']))
})

test('a pause ends by itself after the time of the rule', async () => {
  rule({ resumeMs: 60_000 })
  const { callId } = await office.talk()
  await waitUntil('the recording', () => live()?.recording === true)

  office.calls.steerRecording(office.tenant, callId, office.eva, 'pause')
  await office.clock.advance(59_000)
  expect(live()?.recordingState).toBe('paused')
  await office.clock.advance(1_000)

  expect(live()?.recordingState).toBe('recording')
  expect(notes()).toContain('The recording goes on by itself')
})

test('a call that ends while it is paused notes the pause', async () => {
  rule({ resumeMs: 60_000 })
  const { callId, caller } = await office.talk()
  await waitUntil('the recording', () => live()?.recording === true)

  office.calls.steerRecording(office.tenant, callId, office.eva, 'pause')
  await office.clock.advance(2_000)
  caller.farEndHangsUp()
  await waitUntil('the file', () => office.story().includes('recording-ready'))

  expect(rows()[0]?.pauses).toMatchObject([{ ms: 2_000 }])
})

test('on demand nothing is recorded until the person asks for it', async () => {
  rule({ act: 'on-demand' })
  const { callId } = await office.talk()
  await office.settle()
  expect(live()?.recordingState).toBe('available')
  expect(rows()).toEqual([])

  office.calls.steerRecording(office.tenant, callId, office.eva, 'start')

  await waitUntil('the recording', () => live()?.recording === true)
})

test('*1 on the phone of the person pauses and resumes; a lone 1, or one long after the star, does not', async () => {
  rule({})
  await office.talk()
  await waitUntil('the recording', () => live()?.recording === true)
  const [, eva] = legs()

  await press(eva, '1')
  await press(eva, '*')
  await office.clock.advance(3_000)
  await press(eva, '1')
  expect(live()?.recordingState).toBe('recording')
  await press(eva, '*1')
  expect(live()?.recordingState).toBe('paused')
  await press(eva, '*1')
  expect(live()?.recordingState).toBe('recording')
})

test('the customer cannot pause the recording', async () => {
  rule({})
  await office.talk()
  await waitUntil('the recording', () => live()?.recording === true)

  await press(legs()[0], '*1')

  expect(live()?.recordingState).toBe('recording')
})

test('somebody who is not on the call cannot steer its recording', async () => {
  rule({})
  const { callId } = await office.talk()
  await waitUntil('the recording', () => live()?.recording === true)

  expect(() => office.calls.steerRecording(office.tenant, callId, office.bob, 'pause')).toThrow(
    'not on this call',
  )
})

test('what no rule is about cannot be recorded, nor resumed', async () => {
  const { callId } = await office.talk()

  for (const act of ['start', 'pause', 'resume'] as const)
    expect(() => office.calls.steerRecording(office.tenant, callId, office.eva, act)).toThrow(
      'No recording rule',
    )
})

test('announced: both sides hear it before they hear each other, and it is kept as evidence', async () => {
  rule({ consent: 'announce' })
  await answered()
  await stateIs('asking')
  const [alice, eva] = legs()
  expect([said(alice), said(eva)]).toEqual([['call-is-recorded'], ['call-is-recorded']])
  expect(rows()).toEqual([])

  alice?.played()
  await waitUntil('the recording', () => live()?.recording === true)

  expect(consents()).toMatchObject([{ mode: 'announce', given: true, key: undefined, rule: 'Sales' }])
})

test('press 1: recorded once the customer pressed it', async () => {
  rule({ consent: 'press-one' })
  await answered()
  await stateIs('asking')

  await press(legs()[0], '1')
  await waitUntil('the recording', () => live()?.recording === true)

  expect(consents()).toMatchObject([{ mode: 'press-one', given: true, key: '1' }])
})

test.each([
  ['another key', '2'],
  ['no key', undefined],
])('press 1: with %s the call goes on unrecorded, and that is kept too', async (_, key) => {
  rule({ consent: 'press-one' })
  await answered()
  await stateIs('asking')

  if (key === undefined) {
    legs()[0]?.played()
    await office.settle()
    await office.clock.advance(5_000)
  } else await press(legs()[0], key)
  await stateIs('off')
  await office.settle()

  expect(live()).toMatchObject({ state: 'talking', recording: false })
  expect(consents()).toMatchObject([{ given: false, key }])
  expect(notes().join(' ')).toContain('did not agree')
  expect(rows()).toEqual([])
})

test('a caller who hangs up while being asked leaves nothing behind', async () => {
  rule({ consent: 'press-one' })
  const { caller } = await answered()
  await stateIs('asking')

  caller?.farEndHangsUp()
  await waitUntil('the end', () => office.story().includes('call-ended'))

  expect(rows()).toEqual([])
  expect(consents()).toEqual([])
})

test('on demand with consent: the customer is asked when the person asks for the recording', async () => {
  rule({ act: 'on-demand', consent: 'press-one' })
  const { callId } = await office.talk()
  office.calls.steerRecording(office.tenant, callId, office.eva, 'start')
  await stateIs('asking')

  await press(legs()[0], '1')

  await waitUntil('the recording', () => live()?.recording === true)
})

test('a call out is recorded by the number it shows', async () => {
  rule({ number: '+420222333444', direction: 'out' })
  const incoming = await office.evaDials('+420604111222')
  office.ringing()[0]?.answers()
  await office.settle()

  await waitUntil('the recording', () => live()?.recording === true)
  incoming.leg?.farEndHangsUp()
})

test('colleagues among themselves are not recorded', async () => {
  rule({})
  await office.evaDials('202')
  office.rings('sip:bob@desk').answers()
  await office.settle()

  expect(live()).toMatchObject({ state: 'talking', recording: false, recordingState: undefined })
})

test('after a transfer the one recording goes on, and who has the call now can pause it', async () => {
  rule({ userId: office.eva })
  const { callId } = await office.talk()
  await waitUntil('the recording', () => live()?.recording === true)

  office.calls.transfer.blind(office.tenant, callId, {
    userId: office.eva,
    to: { kind: 'person', userId: office.bob },
  })
  await office.settle()
  office.rings('sip:bob@desk').answers()
  await waitUntil('bob has it', () => live()?.state === 'talking' && live()?.userId === office.bob)

  expect(live()?.recordingState).toBe('recording')
  expect(rows()).toHaveLength(1)
  await press(legs().at(-1), '*1')
  expect(live()?.recordingState).toBe('paused')
})

test('what a phone asks somebody outside while its customer is on hold is not recorded', async () => {
  rule({})
  const { callId } = await office.talk()
  await waitUntil('the recording', () => live()?.recording === true)
  office.calls.hold(office.tenant, callId, office.eva)
  await office.settle()

  await office.evaDials('+420604111222')
  office.ringing()[0]?.answers()
  await office.settle()

  expect(office.calls.liveCalls(office.tenant).map(({ recordingState }) => recordingState)).toEqual([
    'recording',
    undefined,
  ])
  expect(notes()).toContain('Not recorded: a consultation never is.')
})
