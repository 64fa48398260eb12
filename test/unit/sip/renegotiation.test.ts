import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import type { AuthOutcome } from '#sip/authenticated.ts'
import type { LegEvent } from '#sip/leg.ts'
import { Renegotiation } from '#sip/renegotiation.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { fakeRequest } from './fake-request.ts'

const outcome = (status: number, body = ''): AuthOutcome => ({
  answer: {
    status,
    reason: '',
    body,
    header: () => undefined,
    source: { protocol: 'udp', address: '192.0.2.1', port: 5060 },
  },
  dialog: undefined,
  sent: { callId: 'c', cseq: 1, from: '' },
  authenticated: false,
})

function talking() {
  const clock = fakeClock()
  const events: LegEvent[] = []
  const sent: { offer: string; answer: (outcome: AuthOutcome) => void }[] = []
  const dead: string[] = []
  const renegotiation = new Renegotiation({
    clock,
    log: silentLog,
    ownsCallId: true,
    localSdp: 'first',
    send: (offer) => new Promise((answer) => sent.push({ offer, answer })),
    onDead: (why) => dead.push(why),
    emit: (event) => events.push(event),
  })
  const settle = () => clock.advance(0)
  return { clock, events, sent, dead, renegotiation, settle }
}

const reply = {}

test('their re-INVITE gets 491 while ours is out (RFC 3261 §14.2)', async () => {
  const { renegotiation, sent, settle, events } = talking()
  const ours = renegotiation.offer('ours')
  await settle()
  const theirs = fakeRequest({ body: 'theirs' })

  renegotiation.receive(theirs, reply)

  expect(theirs.replies.map((one) => one.status)).toEqual([491])
  expect(events).toEqual([])
  sent[0]?.answer(outcome(200, 'answer'))
  expect(await ours).toBe('answer')
})

test('a second re-INVITE of theirs gets 500 with Retry-After while the first is open (RFC 3261 §14.2)', () => {
  const { renegotiation } = talking()
  renegotiation.receive(fakeRequest({ body: 'one' }), reply)
  const second = fakeRequest({ body: 'two', cseq: 2 })

  renegotiation.receive(second, reply)

  expect(second.replies[0]?.status).toBe(500)
  expect(Number(second.replies[0]?.options.headers?.['Retry-After'])).toBeLessThanOrEqual(10)
})

test('ours waits until theirs is acknowledged', async () => {
  const { renegotiation, events, sent, settle } = talking()
  const theirs = fakeRequest({ body: 'theirs', cseq: 7 })
  renegotiation.receive(theirs, reply)
  void renegotiation.offer('ours')
  const [event] = events
  if (event?.kind !== 'renegotiate') throw new Error('no event')
  const accepted = event.accept('our answer')
  await settle()
  expect(sent).toHaveLength(0)

  expect(renegotiation.acknowledged(fakeRequest({ method: 'ACK', cseq: 7 }))).toBe(true)

  expect(await accepted).toEqual({ answer: undefined })
  await settle()
  expect(sent.map((one) => one.offer)).toEqual(['ours'])
})

test('an offerless re-INVITE carries our offer out and its answer in the ACK', async () => {
  const { renegotiation, events } = talking()
  renegotiation.receive(fakeRequest({ body: '', cseq: 7 }), reply)
  const [event] = events
  if (event?.kind !== 'renegotiate') throw new Error('no event')
  expect(event.offer).toBeUndefined()

  const accepted = event.accept('our offer')
  renegotiation.acknowledged(fakeRequest({ method: 'ACK', cseq: 7, body: 'their answer' }))

  expect(await accepted).toEqual({ answer: 'their answer' })
  expect(renegotiation.localSdp).toBe('our offer')
})

test('an offer that call control forgets is refused for it', async () => {
  const { renegotiation, clock } = talking()
  const theirs = fakeRequest({ body: 'theirs' })
  renegotiation.receive(theirs, reply)

  await clock.advance(10_000)

  expect(theirs.replies.map((one) => one.status)).toEqual([500])
  expect(clock.waiting).toBe(0)
})

test('after 491 who made the Call-ID waits 2.1 to 4 s (RFC 3261 §14.1)', async () => {
  const { renegotiation, sent, clock, settle } = talking()
  const ours = renegotiation.offer('ours')
  await settle()
  sent[0]?.answer(outcome(491))
  await settle()
  await clock.advance(2_090)
  expect(sent).toHaveLength(1)

  await clock.advance(2_000)

  expect(sent).toHaveLength(2)
  sent[1]?.answer(outcome(200, 'yes'))
  expect(await ours).toBe('yes')
})

test('a refused offer leaves the way free for the next one', async () => {
  const { renegotiation, sent, settle } = talking()
  const first = renegotiation.offer('one')
  await settle()
  sent[0]?.answer(outcome(488))
  await expect(first).rejects.toMatchObject({ code: 'sip.renegotiate' })

  const second = renegotiation.offer('two')
  await settle()
  sent[1]?.answer(outcome(200, 'yes'))

  expect(await second).toBe('yes')
  expect(renegotiation.localSdp).toBe('two')
})

test('an offer that is never answered is given up after 10 s', async () => {
  const { renegotiation, clock, settle } = talking()
  const ours = renegotiation.offer('ours')
  ours.catch(() => {})
  await settle()

  await clock.advance(10_000)

  await expect(ours).rejects.toMatchObject({ code: 'sip.renegotiate' })
})

test('481 says that the far end is gone', async () => {
  const { renegotiation, sent, dead, settle } = talking()
  const ours = renegotiation.offer('ours')
  await settle()
  sent[0]?.answer(outcome(481))

  await expect(ours).rejects.toMatchObject({ code: 'sip.renegotiate' })
  expect(dead).toHaveLength(1)
})

test('the end of the call ends an offer that waits', async () => {
  const { renegotiation, clock, settle } = talking()
  const ours = renegotiation.offer('ours')
  ours.catch(() => {})
  await settle()

  renegotiation.end()

  await expect(ours).rejects.toMatchObject({ code: 'sip.renegotiate' })
  expect(clock.waiting).toBe(0)
})
