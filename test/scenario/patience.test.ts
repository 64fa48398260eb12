// What takes its time: nobody picks up, nobody acknowledges, two re-INVITEs meet. Each has its own program; all wait together.
import { describe, expect, test } from 'vitest'
import { sipServerIsDrachtio } from '#test/engines.ts'
import { hearsMusic } from '#test/hearing.ts'
import { liveCall, onlyTaskOf, openOffice, ourNumber } from '#test/office.ts'

describe.concurrent('patience', { timeout: 180_000 }, () => {
  test('a phone nobody picks up is cancelled, and the caller hears music on', async () => {
    await using office = await openOffice()
    const { carrier, phone } = office
    await phone.awaits('callee-rings-is-cancelled')
    await carrier.calls('caller-calls-obeys', { caller: '+420600000501', called: ourNumber })
    await phone.edge.saw('program', 'CANCEL', { timeoutMs: 60_000 })
    await phone.done()
    await hearsMusic(carrier.sound, [])
    await carrier.tell('HANGUP')
    await carrier.done()

    const { log, missed } = await onlyTaskOf(office, '+420600000501', 'open')
    expect(missed).toBe(true)
    expect(log.map((item) => item.what)).toContain('Did not take it: no answer')
    await office.quiet()
  })

  test('a customer who does not pick up: the carrier is cancelled, the phone is told 480', async () => {
    await using office = await openOffice()
    const { carrier, phone } = office
    await carrier.awaits('callee-rings-is-cancelled', {}, { timeoutS: 120 })
    await phone.calls('phone-calls-is-refused', { called: '+420600000502' }, { expect: 480, timeoutS: 120 })
    await Promise.all([carrier.done(), phone.done()])

    expect(await onlyTaskOf(office, '+420600000502', 'open')).toMatchObject({ note: 'no answer' })
    await office.quiet()
  })

  test('an answer that is never acknowledged ends the call with BYE (RFC 3261 §13.3.1.4)', async () => {
    await using office = await openOffice()
    const { carrier } = office
    carrier.edge.lose('sipp', 'ACK', 1_000)
    await carrier.calls(
      'caller-calls-obeys',
      { caller: '+420600000503', called: ourNumber },
      { timeoutS: 120 },
    )
    await carrier.edge.saw('program', 'BYE', { timeoutMs: 90_000 })
    await carrier.done()

    expect(carrier.edge.count('program', '200 INVITE')).toBeGreaterThan(5)
    await onlyTaskOf(office, '+420600000503', 'open')
    await office.quiet()
  })

  // drachtio refreshes without a word to us: theirs is all we see, and is taken (docs/engines.md).
  const ours491 = sipServerIsDrachtio ? 0 : 1
  const rule = `of two re-INVITEs that meet ours gets 491 and theirs ${sipServerIsDrachtio ? '200' : '491'}`
  test(`${rule}, and the next one is taken (RFC 3261 §14)`, async () => {
    await using office = await openOffice()
    const { carrier, phone } = office
    await phone.awaits('callee-meets-reinvite-with-reinvite', {}, { timeoutS: 120 })
    await carrier.calls(
      'caller-calls-obeys',
      { caller: '+420600000504', called: ourNumber },
      { timeoutS: 120 },
    )
    await liveCall(office, 'talking')
    // The phone asked for a refresh of the session by us: it comes after some 40 s.
    await phone.edge.saw('sipp', '491', { timeoutMs: 90_000 })
    await hearsMusic(carrier.sound, [])
    await carrier.tell('HANGUP')
    await Promise.all([carrier.done(), phone.done()])

    expect([phone.edge.count('program', '491'), phone.edge.count('sipp', '491')]).toEqual([ours491, 1])
    await office.quiet()
  })
})
