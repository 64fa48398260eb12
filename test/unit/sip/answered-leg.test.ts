import { expect, test } from 'vitest'
import { CordboardError } from '#lib/errors.ts'
import { silentLog } from '#lib/log.ts'
import { DialogLeg } from '#sip/answered-leg.ts'
import type { LegEvent } from '#sip/leg.ts'
import type { Dialog, Outcome, OutgoingRequest } from '#sip/sip-server.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { fakeRequest } from './fake-request.ts'

function answered(role: 'uac' | 'uas' = 'uas') {
  const clock = fakeClock()
  const sent: { request: Omit<OutgoingRequest, 'uri' | 'proxy'>; settle: (outcome: Outcome) => void }[] = []
  let forgotten = false
  const dialog: Dialog = {
    callId: 'c',
    localTag: 'l',
    remoteTag: 'r',
    onRequest: undefined,
    onLost: undefined,
    onBack: undefined,
    request: (request) => {
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      sent.push({ request, settle: resolve })
      return { final: promise, cancel: () => {} }
    },
    forget: () => {
      forgotten = true
    },
  }
  const leg = new DialogLeg({
    dialog,
    role,
    localSdp: 'ours',
    remoteSdp: 'theirs',
    remoteTarget: 'sip:far@192.0.2.10',
    credentials: undefined,
    clock,
    log: silentLog,
  })
  const methods = () => sent.map(({ request }) => request.method)
  return { clock, dialog, leg, sent, methods, forgotten: () => forgotten }
}

const ok: Outcome = {
  answer: {
    status: 200,
    reason: 'OK',
    body: '',
    header: () => undefined,
    source: { protocol: 'udp', address: '192.0.2.10', port: 5060 },
  },
  dialog: undefined,
  sent: { callId: 'c', cseq: 1, from: '' },
}

test('who answered waits for the ACK before BYE (RFC 3261 §15)', async () => {
  const { clock, dialog, leg, methods, sent, forgotten } = answered()
  const ending = leg.hangUp('done')
  expect(leg.ended).toEqual({ by: 'us', reason: 'done' })
  await clock.advance(1_000)
  expect(methods()).toEqual([])

  dialog.onRequest?.(fakeRequest({ method: 'ACK' }))
  await clock.advance(0)
  expect(methods()).toEqual(['BYE'])
  sent[0]?.settle(ok)
  await ending

  expect(forgotten()).toBe(true)
  expect(clock.waiting).toBe(0)
})

test('an ACK that never comes ends the leg as lost, with a BYE', async () => {
  const { clock, leg, methods } = answered()
  await clock.advance(34_000)

  expect(leg.ended).toMatchObject({ by: 'lost' })
  expect(methods()).toEqual(['BYE'])
  await clock.advance(5_000)
  expect(clock.waiting).toBe(0)
})

test('who called hangs up at once, and does not wait for ever for the answer to its BYE', async () => {
  const { clock, leg, methods, forgotten } = answered('uac')
  const ending = leg.hangUp()
  await clock.advance(0)
  expect(methods()).toEqual(['BYE'])
  await clock.advance(5_000)
  await ending

  expect(forgotten()).toBe(true)
})

test('hanging up twice sends one BYE', async () => {
  const { clock, leg, methods } = answered('uac')
  void leg.hangUp()
  void leg.hangUp()
  await clock.advance(5_000)

  expect(methods()).toEqual(['BYE'])
})

test('a BYE the server made up (no ACK, session expired) means lost', () => {
  const { dialog, leg, forgotten } = answered('uac')
  dialog.onRequest?.(
    fakeRequest({ method: 'BYE', fromServer: true, headers: { Reason: 'SIP;text="ACK timeout"' } }),
  )

  expect(leg.ended).toEqual({ by: 'lost', reason: 'SIP;text="ACK timeout"' })
  expect(forgotten()).toBe(true)
})

test('the end of the SIP server is told, and nothing is sent', async () => {
  const { clock, dialog, leg, methods } = answered('uac')
  dialog.onLost?.()
  await clock.advance(60_000)

  expect(leg.ended?.by).toBe('lost')
  expect(methods()).toEqual([])
})

test('a SIP server that is back is told what was agreed on; a far end that refuses is lost, and told so', async () => {
  const { clock, dialog, leg, sent, methods } = answered('uac')
  dialog.onBack?.()
  await clock.advance(0)
  expect(sent[0]?.request).toMatchObject({ method: 'INVITE', body: 'ours' })
  sent[0]?.settle(ok)
  await clock.advance(0)
  expect(leg.ended).toBeUndefined()

  dialog.onBack?.()
  await clock.advance(0)
  sent[1]?.settle({ ...ok, answer: { ...ok.answer, status: 488 } })
  await clock.advance(0)
  expect(leg.ended?.by).toBe('lost')
  expect(methods()).toEqual(['INVITE', 'INVITE', 'BYE'])
})

test('events before the first listener are kept for it', async () => {
  const { dialog, leg } = answered('uac')
  dialog.onRequest?.(
    fakeRequest({ method: 'INFO', body: 'Signal=1', headers: { 'Content-Type': 'application/dtmf-relay' } }),
  )
  dialog.onRequest?.(fakeRequest({ method: 'BYE' }))
  const events: LegEvent['kind'][] = []
  leg.events.on((event) => events.push(event.kind))
  await Promise.resolve()

  expect(events).toEqual(['digit', 'ended'])
})

test('nothing is answered 200 with nothing behind it', () => {
  const { dialog } = answered('uac')
  const answerTo = (method: string, headers: Record<string, string> = {}, body = '') => {
    const request = fakeRequest({ method, headers, body })
    dialog.onRequest?.(request)
    return request.replies[0]?.status
  }

  expect(answerTo('NOTIFY', { Event: 'refer' })).toBe(481)
  expect(answerTo('SUBSCRIBE', { Event: 'presence' })).toBe(489)
  expect(answerTo('MESSAGE', { 'Content-Type': 'text/plain' }, 'hi')).toBe(405)
  expect(answerTo('REFER', { 'Refer-To': '<sip:' })).toBe(400)
  expect(answerTo('INFO', { 'Content-Type': 'application/media_control+xml' }, '<x/>')).toBe(415)
  expect(answerTo('UPDATE', { 'Session-Expires': '30', Supported: 'timer' })).toBe(422)
  expect(answerTo('OPTIONS')).toBe(200)
})

test('a request of ours that the server refuses is a fault with a code', async () => {
  const { dialog, leg, clock } = answered('uac')
  dialog.request = () => ({
    final: Promise.reject(new CordboardError('sip.unsent', 'no')),
    cancel: () => {},
  })

  await expect(leg.renegotiate('offer')).rejects.toMatchObject({ code: 'sip.renegotiate' })
  expect(clock.waiting).toBe(0)
})
