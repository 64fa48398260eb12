import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Office, openOffice, type Talking } from '#test/fakes/office.ts'

let office: Office
let talking: Talking
beforeEach(async () => {
  office = await openOffice()
  talking = await office.talk()
})
afterEach(() => office.close())

const caller = () => office.media.opened[0]
const person = () => office.media.opened[1]
const hold = () => office.calls.hold(office.tenant, talking.callId, office.eva)
const resume = () => office.calls.resume(office.tenant, talking.callId, office.eva)
const state = () => office.calls.liveCalls(office.tenant)[0]?.state

test('hold from the desk: the customer hears music, the person nothing; resume joins them again', async () => {
  hold()
  await office.settle()
  expect(caller()?.hears).toBe('music')
  expect(person()?.hears).toBeUndefined()
  expect(state()).toBe('held')

  await office.clock.advance(7_000)
  resume()
  await office.settle()

  expect(caller()?.hears).toBe(person())
  expect(person()?.hears).toBe(caller())
  expect(office.fact('call-held')).toMatchObject({ userId: office.eva, by: 'desk' })
  expect(office.fact('call-resumed')).toMatchObject({ userId: office.eva, heldMs: 7_000 })
})

test.each([['a=sendonly'], ['a=inactive']])(
  'hold from the phone by %s plays music to the customer until it resumes',
  async (direction) => {
    const answer = await talking.callee.reinvite(`offer ${direction}`)
    await office.settle()
    expect(answer).toBe(`answer to offer ${direction}`)
    expect(caller()?.hears).toBe('music')
    expect(office.fact('call-held')).toMatchObject({ userId: office.eva, by: 'phone' })

    await talking.callee.reinvite('offer a=sendrecv')
    await office.settle()

    expect(caller()?.hears).toBe(person())
    expect(office.story()).toMatch(/call-held call-resumed$/)
  },
)

test('a re-INVITE for another reason is answered and changes nothing', async () => {
  expect(await talking.callee.reinvite('offer new port')).toBe('answer to offer new port')
  await office.settle()

  expect(caller()?.hears).toBe(person())
  expect(office.story()).toMatch(/call-answered$/)
})

test('an offerless re-INVITE is answered with an offer of ours, sendrecv', async () => {
  expect(await talking.callee.reinvite(undefined)).toBe('offer sendrecv')
  await office.settle()

  expect(person()?.remoteSdp).toBe('answer')
})

test('an offer we cannot take is refused with 488 and the talk goes on', async () => {
  expect(await talking.callee.reinvite('no-codec')).toBe(488)
  await office.settle()

  expect(caller()?.hears).toBe(person())
})

test('a renegotiation of one side never passes to the other', async () => {
  const before = caller()?.remoteSdp

  await talking.callee.reinvite('offer a=sendonly')
  await office.settle()

  expect(caller()?.remoteSdp).toBe(before)
})

test('the outside holds us: our person hears what the carrier sends, the call is not on hold', async () => {
  await talking.caller.reinvite('offer a=sendonly')
  await office.settle()

  expect(state()).toBe('talking')
  expect(person()?.hears).toBe(caller())
})

test('hold while the far end holds, then resume: both are joined again', async () => {
  await talking.caller.reinvite('offer a=sendonly')
  hold()
  await office.settle()
  expect(caller()?.hears).toBe('music')

  await talking.caller.reinvite('offer a=sendrecv')
  resume()
  await office.settle()

  expect(caller()?.hears).toBe(person())
})

test('a second hold changes nothing and is no second fact', async () => {
  hold()
  hold()
  await talking.callee.reinvite('offer a=sendonly')
  await office.settle()

  expect(office.story().match(/call-held/g)).toHaveLength(1)
})

test('a call the phone holds cannot be resumed from the desk: the sentence says where', async () => {
  await talking.callee.reinvite('offer a=sendonly')
  await office.settle()

  expect(resume).toThrow(expect.objectContaining({ code: 'calls.held-by-phone' }))
  expect(caller()?.hears).toBe('music')
})

test('resume on the phone ends a hold by the desk as well', async () => {
  hold()
  await talking.callee.reinvite('offer a=sendonly')
  await talking.callee.reinvite('offer a=sendrecv')
  await office.settle()

  expect(state()).toBe('talking')
  expect(caller()?.hears).toBe(person())
})

test('hold and resume pressed faster than the engine works end as pressed last', async () => {
  hold()
  resume()
  hold()
  await office.settle()
  expect(caller()?.hears).toBe('music')

  resume()
  hold()
  resume()
  await office.settle()
  expect(caller()?.hears).toBe(person())
})

test('hang-up during hold ends the call; time on hold is no talk', async () => {
  await office.clock.advance(10_000)
  hold()
  await office.clock.advance(5_000)

  talking.caller.farEndHangsUp()
  await office.settle()

  expect(talking.callee.ended?.by).toBe('us')
  expect(office.fact('call-ended')).toMatchObject({ outcome: 'answered', endedBy: 'caller', talkMs: 10_000 })
  office.expectQuiet()
})

test('hang-up while hold is being set up leaves nothing behind', async () => {
  hold()
  talking.caller.farEndHangsUp()
  await office.settle()

  office.expectQuiet()
})

test('a hold that the engine fails to undo ends the call with a reason', async () => {
  hold()
  await office.settle()
  office.media.bridgeFails = true

  resume()
  await office.settle()

  expect(office.fact('call-ended')).toMatchObject({ outcome: 'answered', endedBy: 'system' })
  office.expectQuiet()
})

test('a phone on hold may be silent; a silent talk is ended', async () => {
  await talking.callee.reinvite('offer a=sendonly')
  await office.settle()
  person()?.events.emit({ kind: 'media-timeout', silentMs: 30_000 })
  await office.settle()
  expect(state()).toBe('held')

  caller()?.events.emit({ kind: 'media-timeout', silentMs: 30_000 })
  await office.settle()
  expect(office.fact('call-ended')).toMatchObject({ endedBy: 'system', outcome: 'answered' })
})

test('somebody else can neither hold nor resume nor hang up the call', () => {
  const notYours = expect.objectContaining({ code: 'calls.not-yours' })
  const { tenant, calls, bob } = office

  expect(() => calls.hold(tenant, talking.callId, bob)).toThrow(notYours)
  expect(() => calls.resume(tenant, talking.callId, bob)).toThrow(notYours)
  expect(() => calls.hangUp(tenant, talking.callId, bob)).toThrow(notYours)
})

test('a leader may hang up any call', async () => {
  office.calls.hangUp(office.tenant, talking.callId, office.bob, { anyCall: true })
  await office.settle()

  expect(office.fact('call-ended')).toMatchObject({ endedBy: 'desk', outcome: 'answered' })
})

test('the desk hangs up: both sides hear of it and both legs close', async () => {
  office.calls.hangUp(office.tenant, talking.callId, office.eva)
  await office.settle()

  expect([talking.caller.ended?.by, talking.callee.ended?.by]).toEqual(['us', 'us'])
  expect(office.fact('call-ended')).toMatchObject({ endedBy: 'desk', sentence: 'Hung up at the desk.' })
  office.expectQuiet()
})

test('the person hangs up: endedBy is the callee', async () => {
  talking.callee.farEndHangsUp()
  await office.settle()

  expect(talking.caller.ended?.by).toBe('us')
  expect(office.fact('call-ended')).toMatchObject({ endedBy: 'callee' })
})

test('a lost connection ends the call as the system, with what was lost', async () => {
  talking.callee.farEndHangsUp('lost', 'session expired')
  await office.settle()

  expect(office.fact('call-ended')).toMatchObject({
    endedBy: 'system',
    sentence: 'The connection to the callee was lost: session expired.',
  })
})

test('a leg that the engine closes ends the call', async () => {
  caller()?.events.emit({ kind: 'closed', reason: 'engine' })
  await office.settle()

  expect(office.fact('call-ended')).toMatchObject({ endedBy: 'system' })
  office.expectQuiet()
})

test('an engine that gives no quality does not keep the call open', async () => {
  const mute = caller()
  if (mute) mute.quality = () => new Promise(() => {})

  talking.caller.farEndHangsUp()
  await office.settle()
  await office.clock.advance(500)
  await office.settle()

  expect(office.fact('call-ended')).toMatchObject({ quality: { mos: 4.4 } })
  office.expectQuiet()
})

test('a key sent by SIP INFO is passed to the other side', async () => {
  talking.callee.events.emit({ kind: 'digit', digit: '5', durationMs: 160 })
  await office.settle()

  expect(caller()?.digits).toEqual(['5'])
})
