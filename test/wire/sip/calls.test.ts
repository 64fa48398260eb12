import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AnsweredLeg, DialProgress, IncomingLeg, LegEvent } from '#sip/leg.ts'
import type { Dialog, ReceivedRequest } from '#sip/sip-server.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type FarServer, farServer, sdp } from './far-server.ts'
import { type SipUnderTest, sipUnderTest } from './sip-under-test.ts'

let carrier: FarServer
let our: SipUnderTest
let trunkId: string

beforeEach(async () => {
  carrier = await farServer()
  our = await sipUnderTest()
  const trunk = our.sip.trunks.book.create(our.tenant.id, {
    provider: 'Acme Telecom',
    label: 'peer',
    kind: 'ip',
    host: '127.0.0.1',
    port: carrier.port,
    username: 'acme1',
    password: 'right',
  })
  trunkId = trunk.id
  await waitUntil('the trunk is green', () => our.sip.trunks.state(trunkId)?.light === 'green')
})

afterEach(async () => {
  await our[Symbol.asyncDispose]()
  await carrier[Symbol.asyncDispose]()
})

const invite = (to: string, headers: Record<string, string> = {}, body = sdp()) =>
  carrier.server.send({
    method: 'INVITE',
    uri: `sip:${to}@127.0.0.1:${our.port}`,
    headers: { From: '"Alice" <sip:+420111222333@acme.example>', ...headers },
    body,
  })

const nextCall = () =>
  new Promise<IncomingLeg>((resolve) => {
    our.sip.onIncoming = resolve
  })

/** A call that came in and is answered: our leg and the carrier's end. */
async function talking(headers: Record<string, string> = {}): Promise<{ leg: AnsweredLeg; far: Dialog }> {
  const incoming = nextCall()
  const sending = invite('+420222333444', headers)
  const leg = await (await incoming).answer(sdp(1))
  const { dialog } = await sending.final
  if (!dialog) throw new Error('no dialog')
  dialog.onRequest = (request) => request.reply(200)
  return { leg, far: dialog }
}

const eventsOf = (leg: AnsweredLeg): LegEvent[] => {
  const events: LegEvent[] = []
  leg.events.on((event) => events.push(event))
  return events
}

test('a call comes in, rings, is answered, and the far end hangs up', async () => {
  const incoming = nextCall()
  const rung: number[] = []
  const sending = carrier.server.send(
    {
      method: 'INVITE',
      uri: `sip:+420222333444@127.0.0.1:${our.port}`,
      headers: { From: '"Alice" <sip:+420111222333@acme.example>' },
      body: sdp(),
    },
    (answer) => rung.push(answer.status),
  )
  const leg = await incoming
  expect(leg).toMatchObject({
    dialled: '+420222333444',
    from: { user: '+420111222333', displayName: 'Alice' },
    origin: { kind: 'trunk', trunkId },
    offer: sdp(),
  })
  expect(our.sip.trunks.state(trunkId)?.callsInUse).toBe(1)
  leg.ring()
  await waitUntil('180', () => rung.includes(180))

  const answered = await leg.answer(sdp(7))
  const { answer, dialog } = await sending.final
  expect(answer.body).toBe(sdp(7))
  const events = eventsOf(answered)
  await dialog?.request({ method: 'BYE', headers: { Reason: 'Q.850;cause=16' } }).final

  await waitUntil('ended', () => events.length === 1)
  expect(answered.ended).toEqual({ by: 'far', reason: 'Q.850;cause=16' })
  await waitUntil('the trunk is free', () => our.sip.trunks.state(trunkId)?.callsInUse === 0)
})

test('hanging up from our side sends BYE with the reason', async () => {
  const { leg, far } = await talking()
  const byes: ReceivedRequest[] = []
  far.onRequest = (request) => {
    request.reply(200)
    if (request.method === 'BYE') byes.push(request)
  }

  await leg.hangUp('done')

  expect(byes.map((bye) => bye.header('Reason'))).toEqual(['Q.850;cause=16;text="done"'])
  expect(our.sip.liveLegs).toBe(0)
})

test('CANCEL while ringing abandons the leg, and a late answer leaves no dialog behind', async () => {
  const incoming = nextCall()
  const sending = invite('+420222333444')
  const leg = await incoming
  leg.ring()
  sending.cancel({ Reason: 'SIP;cause=487' })

  await waitUntil('abandoned', () => leg.abandoned.aborted)
  await expect(leg.answer(sdp())).rejects.toMatchObject({ code: 'sip.abandoned' })
  expect((await sending.final).answer.status).toBe(487)
  expect(our.sip.liveLegs).toBe(0)
})

test('a refused call gets our status', async () => {
  const incoming = nextCall()
  const sending = invite('+420222333444')
  ;(await incoming).reject(486)
  expect((await sending.final).answer.status).toBe(486)
})

test('a late offer carries our offer in the 200 and takes the answer from the ACK', async () => {
  // The far side's ACK of an INVITE without SDP carries none: that is refused, and nothing is left behind.
  const incoming = nextCall()
  const sending = carrier.server.send({ method: 'INVITE', uri: `sip:+420222333444@127.0.0.1:${our.port}` })
  const leg = await incoming
  expect(leg.offer).toBeUndefined()
  const answering = leg.answer(sdp(3))
  const { answer, dialog } = await sending.final
  if (dialog) dialog.onRequest = (request) => request.reply(200)
  expect(answer.body).toBe(sdp(3))
  await expect(answering).rejects.toMatchObject({ code: 'sip.abandoned' })
  await waitUntil('no leg is left', () => our.sip.liveLegs === 0)
})

test('a re-INVITE of the far end is answered once by call control', async () => {
  const { leg, far } = await talking()
  leg.events.on((event) => {
    if (event.kind === 'renegotiate') void event.accept(sdp(2, 'recvonly'))
  })

  const { answer } = await far.request({ method: 'INVITE', body: sdp(2, 'sendonly') }).final

  expect([answer.status, answer.body]).toEqual([200, sdp(2, 'recvonly')])
})

test('an UPDATE with an offer is answered too, one without only refreshes', async () => {
  const { leg, far } = await talking()
  leg.events.on((event) => {
    if (event.kind === 'renegotiate') void event.accept(sdp(5))
  })

  expect((await far.request({ method: 'UPDATE', body: sdp(4) }).final).answer.body).toBe(sdp(5))
  expect((await far.request({ method: 'UPDATE' }).final).answer.status).toBe(200)
})

test('our re-INVITE is refused, the next one works (the dialog is not stuck)', async () => {
  const { leg, far } = await talking()
  let refuse = true
  far.onRequest = (request) => {
    if (request.method !== 'INVITE') return request.reply(200)
    request.reply(refuse ? 488 : 200, refuse ? {} : { body: sdp(9) })
    refuse = false
  }

  await expect(leg.renegotiate(sdp(2))).rejects.toMatchObject({ code: 'sip.renegotiate' })
  await expect(leg.renegotiate(sdp(3))).resolves.toBe(sdp(9))
  expect(leg.ended).toBeUndefined()
})

test('glare: our re-INVITE comes again after 491 (RFC 3261 §14.1)', async () => {
  const { leg, far } = await talking()
  const offers: string[] = []
  far.onRequest = (request) => {
    if (request.method !== 'INVITE') return request.reply(200)
    offers.push(request.body)
    if (offers.length === 1) request.reply(491)
    else request.reply(200, { body: sdp(9) })
  }

  await expect(leg.renegotiate(sdp(2))).resolves.toBe(sdp(9))
  expect(offers).toEqual([sdp(2), sdp(2)])
})

test('a re-INVITE answered 481 ends the leg as lost', async () => {
  const { leg, far } = await talking()
  far.onRequest = (request) => request.reply(request.method === 'INVITE' ? 481 : 200)

  await expect(leg.renegotiate(sdp(2))).rejects.toMatchObject({ code: 'sip.renegotiate' })
  expect(leg.ended?.by).toBe('lost')
})

test('a re-INVITE that asks for credentials gets them', async () => {
  const { leg, far } = await talking()
  far.onRequest = (request) => {
    if (request.method !== 'INVITE') return request.reply(200)
    if (request.header('Proxy-Authorization')) request.reply(200, { body: sdp(6) })
    else
      request.reply(407, { headers: { 'Proxy-Authenticate': 'Digest realm="acme", nonce="n", qop="auth"' } })
  }

  await expect(leg.renegotiate(sdp(2))).resolves.toBe(sdp(6))
})

test('REFER is accepted and its progress told; digits by INFO are events; unknown methods are refused', async () => {
  const { leg, far } = await talking()
  const notified: string[] = []
  far.onRequest = (request) => {
    request.reply(200)
    if (request.method === 'NOTIFY')
      notified.push(`${request.header('Subscription-State')} ${request.body.trim()}`)
  }
  const digits: string[] = []
  leg.events.on((event) => {
    if (event.kind === 'digit') digits.push(event.digit)
    if (event.kind !== 'refer') return
    expect(event).toMatchObject({
      referTo: 'sip:bob@acme.example',
      replaces: { callId: 'x@y', toTag: '1', fromTag: '2' },
    })
    event.accept()
    void event.notify(100, 'Trying').then(() => event.notify(200, 'OK'))
  })

  const refer = await far.request({
    method: 'REFER',
    headers: { 'Refer-To': '<sip:bob@acme.example?Replaces=x%40y%3Bto-tag%3D1%3Bfrom-tag%3D2>' },
  }).final
  const info = await far.request({
    method: 'INFO',
    headers: { 'Content-Type': 'application/dtmf-relay' },
    body: 'Signal=5\r\nDuration=160\r\n',
  }).final
  const message = await far.request({
    method: 'MESSAGE',
    headers: { 'Content-Type': 'text/plain' },
    body: 'hi',
  }).final

  expect([refer.answer.status, info.answer.status, message.answer.status]).toEqual([202, 200, 405])
  await waitUntil('both NOTIFYs', () => notified.length === 2)
  expect(notified).toEqual([
    'active;expires=60 SIP/2.0 100 Trying',
    'terminated;reason=noresource SIP/2.0 200 OK',
  ])
  expect(digits).toEqual(['5'])
})

const dialOut = (more: { ringTimeoutMs?: number; sdp?: string } = {}) =>
  our.sip.dial({
    target: { kind: 'trunk', trunkId, number: '+420999888777' },
    from: { number: '+420222333444', displayName: 'Acme, Inc.' },
    sdp: sdp(),
    ringTimeoutMs: 5_000,
    ...more,
  })

test('a call goes out with credentials, rings, has early media, is answered', async () => {
  carrier.script.set('INVITE', async (request) => {
    if (!request.header('Proxy-Authorization'))
      return request.reply(407, { headers: { 'Proxy-Authenticate': 'Digest realm="acme", nonce="n"' } })
    request.reply(180)
    request.reply(183, { body: sdp(2) })
    const dialog = await request.accept({ body: sdp(3) })
    dialog.onRequest = (inside) => inside.reply(200)
  })
  const outgoing = dialOut()
  const progress: DialProgress[] = []
  outgoing.progress.on((one) => progress.push(one))

  const result = await outgoing.result

  if (result.kind !== 'answered') throw new Error(JSON.stringify(result))
  expect(result.leg.remoteSdp).toBe(sdp(3))
  expect(progress).toEqual([{ kind: 'ringing' }, { kind: 'early-media', sdp: sdp(2) }])
  const [first, second] = carrier.seen.filter((request) => request.method === 'INVITE')
  expect(second?.uri).toBe(`sip:+420999888777@127.0.0.1:${carrier.port}`)
  expect(second?.header('From')).toMatch(/^"Acme, Inc\." <sip:\+420222333444@127\.0\.0\.1>;tag=/)
  expect(second?.callId).toBe(first?.callId)
  await result.leg.hangUp()
})

test.each([
  [486, { kind: 'busy', status: 486 }],
  [603, { kind: 'declined', status: 603 }],
  [404, { kind: 'unreachable', status: 404 }],
  [503, { kind: 'trunkFault', status: 503 }],
  [302, { kind: 'rejected', status: 302 }],
])('an outgoing call answered %i is told by its meaning', async (status, why) => {
  carrier.script.set('INVITE', (request) => request.reply(status))
  expect(await dialOut().result).toMatchObject({ kind: 'no-answer', why })
})

test('nobody answers: the call is cancelled after the ring time', async () => {
  let invited: ReceivedRequest | undefined
  carrier.script.set('INVITE', (request) => {
    invited = request
    request.reply(180)
  })
  expect(await dialOut({ ringTimeoutMs: 300 }).result).toMatchObject({
    kind: 'no-answer',
    why: { kind: 'timeout' },
  })
  await waitUntil('CANCEL arrived', () => invited?.abandoned.aborted)
})

test('answered elsewhere: CANCEL says so', async () => {
  let invited: ReceivedRequest | undefined
  carrier.script.set('INVITE', (request) => {
    invited = request
    request.reply(180)
  })
  const outgoing = dialOut()
  await waitUntil('it rings', () => invited)
  outgoing.cancel('elsewhere')

  expect(await outgoing.result).toEqual({ kind: 'cancelled' })
  await waitUntil('CANCEL arrived', () => invited?.abandoned.aborted)
  expect(String(invited?.abandoned.reason)).toContain('Call completed elsewhere')
})

test('a 200 that crosses our CANCEL is acknowledged and ended', async () => {
  const inside: string[] = []
  const invited = new Promise<ReceivedRequest>((resolve) => carrier.script.set('INVITE', resolve))
  const outgoing = dialOut()
  const request = await invited
  request.reply(180)
  const accepting = request.accept({ body: sdp(3) })
  outgoing.cancel('caller-gone')
  const dialog = await accepting
  dialog.onRequest = (one) => {
    inside.push(one.method)
    one.reply(200)
  }

  expect(await outgoing.result).toEqual({ kind: 'cancelled' })
  await waitUntil('ACK and BYE', () => inside.includes('ACK') && inside.includes('BYE'))
  expect(our.sip.liveLegs).toBe(0)
})

test.each([
  { who: 'a trunk without a password', password: null, status: 403 },
  { who: 'a carrier that may prove itself by password', password: 'right', status: 407 },
])("a stranger's INVITE reaches no one: beside $who it gets $status", async ({ password, status }) => {
  await using stranger = await farServer()
  our.sip.trunks.book.update(trunkId, { password })
  let reached = false
  our.sip.onIncoming = () => {
    reached = true
  }

  const { answer } = await stranger.server.send({
    method: 'INVITE',
    uri: `sip:+420222333444@127.0.0.1:${our.port}`,
    body: sdp(),
  }).final

  expect([answer.status, reached]).toEqual([status, false])
})

test('session timers: what the caller asks for is agreed to, too short an interval is refused (RFC 4028)', async () => {
  const { answer } = await invite('+420222333444', { 'Session-Expires': '60', Supported: 'timer' }).final
  expect([answer.status, answer.header('Min-SE')]).toEqual([422, '90'])

  const incoming = nextCall()
  const sending = invite('+420222333444', { 'Session-Expires': '1800', Supported: 'timer' })
  const leg = await (await incoming).answer(sdp())
  const { answer: agreed, dialog } = await sending.final
  if (dialog) dialog.onRequest = (request) => request.reply(200)
  expect(agreed.header('Session-Expires')).toBe('1800;refresher=uac')
  await leg.hangUp()
})

test('a draining server refuses new calls with 503', async () => {
  our.sip.drain()
  expect((await invite('+420222333444').final).answer.status).toBe(503)
})
