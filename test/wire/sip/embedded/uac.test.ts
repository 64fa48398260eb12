// Calls an application on drachtio-srf makes to the network: createUAC, its failures, digest, CANCEL, reliable ringing.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { FarEnd, sdp } from './far-end.ts'
import { openServerUnderTest, type ServerUnderTest, testsRealDrachtio } from './server-under-test.ts'
import { type App, type AppDialog, type AppMessage, type AppRequest, connectApp } from './srf-app.ts'

let server: ServerUnderTest
let app: App
let far: FarEnd

beforeAll(async () => {
  server = await openServerUnderTest()
  app = await connectApp(server.adminPort)
})
beforeEach(async () => {
  far = await FarEnd.open(server.udpPort)
})
afterEach(async () => {
  await server.expectIdle()
  await waitUntil('drachtio-srf to be idle', () => app.idle)
  await far[Symbol.asyncDispose]()
})
afterAll(async () => {
  await server.expectNothingLeft()
  app.disconnect()
  await server[Symbol.asyncDispose]()
})

function dial(options: object = {}, progress: object = {}): Promise<AppDialog> {
  return app.createUAC(far.uri, { localSdp: sdp('app'), ...options }, progress)
}

/** The error createUAC ends with. */
async function failure(dialling: Promise<AppDialog>): Promise<{ status?: number; res?: AppMessage }> {
  return dialling.then(
    () => expect.unreachable('the call was answered'),
    (err) => err,
  )
}

async function end(dialog: AppDialog) {
  const done = dialog.destroy()
  far.reply(await far.next('BYE'), 200)
  await done
}

test('a call is dialled, answered, acknowledged and ended by the application', async () => {
  const dialling = dial({ headers: { Subject: 'hello', 'x-id': '7' } })
  const invite = await far.next('INVITE')
  far.reply(invite, 180)
  far.reply(invite, 200, { body: sdp() })
  const dialog = await dialling
  const ack = await far.next('ACK')

  expect(invite.startLine).toBe(`INVITE ${far.uri} SIP/2.0`)
  expect(invite.header('From')).toMatch(new RegExp(`^<sip:127.0.0.1:${server.udpPort}>;tag=`))
  expect(invite.header('Contact')).toBe(`<sip:127.0.0.1:${server.udpPort}>`)
  expect(invite.header('To')).toBe(`<${far.uri}>`)
  expect(invite.header('Max-Forwards')).toBe('70')
  expect(invite.header('Content-Type')).toBe('application/sdp')
  expect(invite.header('Via')).toMatch(new RegExp(`^SIP/2.0/UDP 127.0.0.1:${server.udpPort};`))
  expect(invite.header('Subject')).toBe('hello')
  expect(invite.header('X-Id')).toBe('7')
  expect(invite.body).toBe(sdp('app'))
  expect(ack.startLine).toBe(`ACK ${far.uri} SIP/2.0`)
  expect(ack.cseq).toBe(invite.cseq.replace('INVITE', 'ACK'))
  expect(ack.header('To')).toBe(`<${far.uri}>;tag=far-tag`)
  expect(dialog.id).toBe(`${invite.header('Call-ID')};from-tag=${dialog.sip.localTag}`)
  expect(dialog.remote.sdp).toBe(sdp())
  await end(dialog)
})

test('a call is ended by the far end', async () => {
  const dialling = dial()
  const invite = await far.next('INVITE')
  far.reply(invite, 200, { body: sdp() })
  const dialog = await dialling
  const destroyed = new Promise((resolve) => dialog.on('destroy', resolve))
  await far.next('ACK')
  const call = far.callFrom(invite)
  far.request(call, 'BYE')
  await far.response(call, 200, 'BYE')

  await destroyed
})

test('@localhost in From, Contact and P-Asserted-Identity becomes our address', async () => {
  const headers = {
    From: '"Bob" <sip:1001@localhost>',
    Contact: '<sip:1001@localhost>',
    'P-Asserted-Identity': '<sip:1001@localhost>',
    To: '<sip:2002@example.com>',
    'Call-ID': 'chosen-by-app',
  }
  const failed = failure(dial({ headers }))
  const invite = await far.next('INVITE')
  far.reply(invite, 486)
  await failed
  await far.next('ACK')

  const us = `127.0.0.1:${server.udpPort}`
  expect(invite.header('From')).toMatch(new RegExp(`^"?Bob"? <sip:1001@${us}>;tag=`))
  expect(invite.header('Contact')).toBe(`<sip:1001@${us}>`)
  expect(invite.header('P-Asserted-Identity')).toBe(`<sip:1001@${us}>`)
  expect(invite.header('To')).toBe('<sip:2002@example.com>')
  expect(invite.header('Call-ID')).toBe('chosen-by-app')
})

test.each([302, 404, 486, 503, 603])('%i ends the call, is acknowledged and told', async (status) => {
  const failed = failure(dial())
  const invite = await far.next('INVITE')
  far.reply(invite, status, { reason: 'No Luck', headers: ['X-Why: because'] })
  const ack = await far.next('ACK')
  const err = await failed

  expect(err).toMatchObject({ status, reason: 'No Luck' })
  expect(err.res?.get('X-Why')).toBe('because')
  expect(ack.header('Via')).toBe(invite.header('Via'))
})

test('a next hop of the application overrules the Request-URI', async () => {
  const proxy = `sip:127.0.0.1:${far.port};transport=udp`
  const failed = failure(app.createUAC('sip:bob@nowhere.invalid', { localSdp: sdp('app'), proxy }))
  const invite = await far.next('INVITE')
  far.reply(invite, 486)
  await failed
  await far.next('ACK')

  expect(invite.startLine).toBe('INVITE sip:bob@nowhere.invalid SIP/2.0')
  expect(invite.header('Route')).toBeUndefined()
})

test('provisional responses reach the application', async () => {
  const seen: number[] = []
  const failed = failure(dial({}, { cbProvisional: (res: AppMessage) => seen.push(res.status) }))
  const invite = await far.next('INVITE')
  for (const status of [100, 180, 183]) far.reply(invite, status)
  far.reply(invite, 486)
  await failed
  await far.next('ACK')

  expect(seen).toEqual([180, 183])
})

describe('CANCEL by the application', () => {
  function cancelled(progress: (req: AppRequest) => void, cancelHeaders: object = {}) {
    const cbRequest = (_err: unknown, req: AppRequest) => progress(req)
    return { failed: failure(dial({}, { cbRequest })), headers: cancelHeaders }
  }

  test('before any response is held back until 100 has come (RFC 3261 §9.1)', async () => {
    const { failed } = cancelled((req) => req.cancel({ headers: { Reason: 'SIP;cause=200' } }))
    const invite = await far.next('INVITE')
    await new Promise((resolve) => setTimeout(resolve, 3 * server.t1Ms))
    const early = far.count('CANCEL')
    far.reply(invite, 100)
    const cancel = await far.next('CANCEL')
    far.reply(cancel, 200)
    far.reply(invite, 487)
    await far.next('ACK')

    expect(early).toBe(0)
    expect((await failed).status).toBe(487)
    expect(cancel.header('Via')).toBe(invite.header('Via'))
    expect(cancel.header('Reason')).toBe('SIP;cause=200')
    expect(cancel.cseq).toBe(invite.cseq.replace('INVITE', 'CANCEL'))
  })

  test('while ringing', async () => {
    const requested = Promise.withResolvers<AppRequest>()
    const { failed } = cancelled(requested.resolve)
    const invite = await far.next('INVITE')
    far.reply(invite, 180)
    const answered = new Promise<AppRequest | undefined>((resolve) =>
      requested.promise.then((req) => req.cancel({}, (_err, sent) => resolve(sent))),
    )
    far.reply(await far.next('CANCEL'), 200)
    far.reply(invite, 487)
    await far.next('ACK')

    expect((await failed).status).toBe(487)
    expect((await answered)?.method).toBe('CANCEL')
  })

  test('that crosses a 200: the call is acknowledged and hung up at once', async () => {
    const requested = Promise.withResolvers<AppRequest>()
    const dialling = dial({}, { cbRequest: (_err: unknown, req: AppRequest) => requested.resolve(req) })
    const invite = await far.next('INVITE')
    far.reply(invite, 180)
    const req = await requested.promise
    req.cancel()
    far.reply(await far.next('CANCEL'), 200)
    far.reply(invite, 200, { body: sdp() })
    const dialog = await dialling
    const reason = new Promise<string>((resolve) => dialog.on('destroy', (_bye, text) => resolve(text)))
    await far.next('ACK')
    far.reply(await far.next('BYE'), 200)

    expect(await reason).toBe('ACK-BYE due to cancel race condition')
  })
})

describe('reliable provisional responses (RFC 3262)', () => {
  test('are acknowledged by PRACK once, even when they are repeated', async () => {
    const provisional: number[] = []
    const dialling = dial(
      { headers: { Supported: '100rel' } },
      { cbProvisional: (res: AppMessage) => provisional.push(res.status) },
    )
    const invite = await far.next('INVITE')
    const reliable = { headers: [far.contact, 'Require: 100rel', 'RSeq: 41'], body: sdp('early') }
    far.reply(invite, 183, reliable)
    far.reply(invite, 183, reliable)
    const prack = await far.next('PRACK')
    far.reply(prack, 200)
    far.reply(invite, 200, { body: sdp() })
    const dialog = await dialling
    await far.next('ACK')

    expect(prack.header('RAck')).toBe(`41 ${invite.cseq}`)
    expect(prack.header('To')).toContain('tag=far-tag')
    // drachtio-server shows the repeated one to the application as well; it must not (RFC 3262 §4).
    if (!testsRealDrachtio) expect(provisional.filter((status) => status === 183)).toHaveLength(1)
    if (!testsRealDrachtio) expect(far.count('PRACK')).toBe(1)
    await end(dialog)
  })
})

test('UPDATE of the called side while it rings is answered by drachtio-srf', async () => {
  const dialling = dial()
  const invite = await far.next('INVITE')
  far.reply(invite, 183, { body: sdp('early') })
  const call = far.callFrom(invite)
  // The application must have seen the early dialog first.
  await new Promise((resolve) => setTimeout(resolve, 50))
  far.request(call, 'UPDATE', { body: sdp('update') })
  const ok = await far.response(call, 200, 'UPDATE')
  far.reply(invite, 200, { body: sdp() })
  const dialog = await dialling
  await far.next('ACK')

  expect(ok.body).toBe(sdp('app'))
  await end(dialog)
})

test('late offer: the answer travels in the ACK', async () => {
  const dialling: Promise<unknown> = app.createUAC(far.uri, { noAck: true })
  const invite = await far.next('INVITE')
  far.reply(invite, 200, { body: sdp('offer') })
  const open = await dialling
  const { ack } = open as unknown as { ack(sdp: string): Promise<AppDialog> }
  const dialog = await ack(sdp('answer'))
  const sent = await far.next('ACK')

  expect(invite.body).toBe('')
  expect(sent.body).toBe(sdp('answer'))
  expect(sent.header('Content-Type')).toBe('application/sdp')
  await end(dialog)
})

describe('losses', () => {
  test('a repeated 200 gets the ACK again', async () => {
    const dialling = dial()
    const invite = await far.next('INVITE')
    far.reply(invite, 200, { body: sdp() })
    const dialog = await dialling
    await far.next('ACK')
    far.reply(invite, 200, { body: sdp() })
    await waitUntil('a second ACK', () => far.count('ACK') >= 2)

    await end(dialog)
  })

  test('an INVITE is repeated until something comes back', async () => {
    const failed = failure(dial())
    const invite = await far.next('INVITE')
    await waitUntil('three INVITEs', () => far.count('INVITE') >= 3)
    far.reply(invite, 486)
    await far.next('ACK')

    expect((await failed).status).toBe(486)
  })

  test('silence ends with 408', async () => {
    const failed = failure(dial())

    expect((await failed).status).toBe(408)
  })

  test('an INVITE is not sent to ourselves', async () => {
    const failed = app.createUAC(`sip:bob@127.0.0.1:${server.udpPort}`, { localSdp: sdp() })

    await expect(failed).rejects.toThrow('can not send request to myself')
  })
})

test.skipIf(testsRealDrachtio)('a second fork that answers too is acknowledged and hung up', async () => {
  const dialling = dial()
  const invite = await far.next('INVITE')
  far.reply(invite, 180, { tag: 'fork-1' })
  far.reply(invite, 180, { tag: 'fork-2' })
  far.reply(invite, 200, { body: sdp(), tag: 'fork-1' })
  const dialog = await dialling
  await far.next('ACK')
  far.reply(invite, 200, { body: sdp(), tag: 'fork-2' })
  const ack = await far.next('ACK')
  const bye = await far.next('BYE')
  far.reply(bye, 200)

  expect(dialog.sip.remoteTag).toBe('fork-1')
  expect(ack.header('To')).toContain('fork-2')
  expect(bye.header('To')).toContain('fork-2')
  await end(dialog)
})

test('a route set of proxies is followed in order', async () => {
  const dialling = dial()
  const invite = await far.next('INVITE')
  const [near, distant] = [`<sip:127.0.0.1:${far.port};lr;n=1>`, '<sip:distant.example.com;lr>']
  far.reply(invite, 200, {
    body: sdp(),
    headers: [`Record-Route: ${distant}`, `Record-Route: ${near}`, 'Contact: <sip:far@192.0.2.1:5060>'],
  })
  const dialog = await dialling
  const ack = await far.next('ACK')

  expect(ack.startLine).toBe('ACK sip:far@192.0.2.1:5060 SIP/2.0')
  expect(ack.all('Route')).toEqual([near, distant])
  await end(dialog)
})
