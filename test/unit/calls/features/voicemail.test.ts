import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordingsOfCall } from '#calls/recording-store.ts'
import { openPlanOffice, type PlanOffice, voicemail } from '#test/fakes/plan-office.ts'

let at: PlanOffice
beforeEach(async () => {
  at = await openPlanOffice()
})
afterEach(() => at.office.close())

test('voicemail: the greeting, a tone, then the message until hash; it is flagged, and the call stays a message', async () => {
  at.plan([voicemail])
  await at.office.aliceCalls()
  expect(at.said()).toBe('leave-a-message')
  await at.heard()
  expect(at.caller().playing).toMatchObject({ kind: 'tone', hz: [1000] })
  await at.messageBegins()
  await at.office.clock.advance(5_000)
  await at.press('#')
  await at.saidIs('message-kept')
  await at.heard()
  await at.callEnded()

  expect(at.office.fact('recording-ready')).toMatchObject({ voicemail: { mailTo: ['bob@acme.example'] } })
  expect(at.office.fact('call-ended')).toMatchObject({
    outcome: 'voicemail',
    sentence: 'The caller left a message.',
  })
  const [call] = at.office.facts()
  const [row] = recordingsOfCall(at.office.tenant.db, call?.body.callId ?? '')
  expect(row).toMatchObject({ state: 'ready', voicemail: { mailTo: ['bob@acme.example'] } })
})

test('who hangs up after speaking has left a message; who hangs up at the tone has not', async () => {
  at.plan([voicemail])
  const spoke = await at.office.aliceCalls()
  await at.messageBegins()
  await at.office.clock.advance(4_000)
  spoke.leg?.farEndHangsUp()
  await at.callEnded()
  expect(at.office.fact('call-ended')).toMatchObject({ outcome: 'voicemail', endedBy: 'caller' })

  const silent = await at.office.aliceCalls({ from: '+420777000222' })
  await at.messageBegins(at.office.media.opened[1])
  silent.leg?.farEndHangsUp()
  await at.callEnded(2)

  expect(at.office.fact('call-ended')).toMatchObject({ outcome: 'missed' })
  expect(at.office.facts().filter((fact) => fact.kind === 'recording-ready')).toHaveLength(1)
})

test('silence ends a message, and one of silence only is not kept', async () => {
  at.plan([voicemail])
  await at.office.aliceCalls()
  await at.messageBegins()
  expect(at.caller().quietMs).toBe(6_000)
  await at.office.clock.advance(6_000)
  at.caller().events.emit({ kind: 'quiet', ms: 6_000 })
  await at.saidIs('goodbye')
  await at.heard()
  await at.callEnded()

  expect(at.office.fact('call-ended')).toMatchObject({ outcome: 'missed' })
  expect(at.office.story()).not.toContain('recording-ready')
})

test('a message is cut at its longest', async () => {
  at.plan([{ ...voicemail, maxMs: 20_000 }])
  await at.office.aliceCalls()
  await at.messageBegins()
  await at.office.clock.advance(20_000)
  await at.saidIs('message-kept')

  expect(at.notes()).toContain('The message ended: it was as long as it may be.')
})
