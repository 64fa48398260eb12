// Calls that come from the network to an application on drachtio-srf: createUAS and all that can happen to it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { FarEnd, sdp } from './far-end.ts'
import { openServerUnderTest, type ServerUnderTest, testsRealDrachtio } from './server-under-test.ts'
import { type App, type AppDialog, type AppRequest, type AppResponse, connectApp } from './srf-app.ts'

let server: ServerUnderTest
let app: App
let far: FarEnd
let onInvite: (req: AppRequest, res: AppResponse) => void

beforeAll(async () => {
  server = await openServerUnderTest()
  app = await connectApp(server.adminPort)
  app.use('invite', (req, res) => onInvite(req, res))
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

async function answer(req: AppRequest, res: AppResponse): Promise<AppDialog> {
  return app.createUAS(req, res, { localSdp: sdp('app') })
}

/** A call from the far end that the application has answered. */
async function establish() {
  const answered = Promise.withResolvers<AppDialog>()
  onInvite = (req, res) => answer(req, res).then(answered.resolve, answered.reject)
  const call = far.newCall()
  far.request(call, 'INVITE', { body: sdp() })
  const ok = await far.response(call, 200)
  const dialog = await answered.promise
  const acked = new Promise<AppRequest>((resolve) => dialog.on('ack', (req) => resolve(req)))
  far.request(call, 'ACK')
  await acked
  return { call, dialog, ok }
}

async function hangUp(call: Awaited<ReturnType<typeof establish>>['call']) {
  far.request(call, 'BYE')
  await far.response(call, 200, 'BYE')
}

test('a call is answered, acknowledged and ended by the caller', async () => {
  const { call, dialog, ok } = await establish()

  expect(ok.body).toBe(sdp('app'))
  expect(ok.header('Contact')).toContain(`127.0.0.1:${server.udpPort}`)
  expect(dialog.id).toBe(`${call.callId};from-tag=${/tag=(.*)/.exec(call.local)?.[1]}`)
  expect(dialog.remote.sdp).toBe(sdp())
  const destroyed = new Promise<string>((resolve) => dialog.on('destroy', (_bye, reason) => resolve(reason)))
  await hangUp(call)
  expect(await destroyed).toBe('normal release')
})

test('a call is ended by the application', async () => {
  const { dialog, call } = await establish()

  const done = dialog.destroy()
  const bye = await far.next('BYE')
  far.reply(bye, 200)
  await done

  expect(bye.startLine).toBe(`BYE ${far.uri} SIP/2.0`)
  expect(bye.header('Call-ID')).toBe(call.callId)
  expect(bye.header('From')).toBe(call.remote)
  expect(bye.header('To')).toBe(call.local)
})

test('the application sees where a request came from', async () => {
  const seen = Promise.withResolvers<AppRequest>()
  onInvite = (req, res) => {
    res.send(486)
    seen.resolve(req)
  }
  const call = far.newCall()
  const branch = far.request(call, 'INVITE', { headers: [far.contact, 'X-Custom: one', 'X-Custom: two'] })
  await far.response(call, 486)
  far.request(call, 'ACK', { branch })
  const req = await seen.promise

  expect(req).toMatchObject({ source: 'network', source_address: '127.0.0.1', source_port: far.port })
  expect(req).toMatchObject({ protocol: 'udp', method: 'INVITE', uri: `sip:bob@127.0.0.1:${server.udpPort}` })
  expect(req.receivedOn).toBe(`127.0.0.1:${server.udpPort}`)
  expect(req.get('X-Custom')).toBe('one,two')
})

test('180 with a tag of the application and headers of its own', async () => {
  onInvite = (_req, res) => {
    res.send(180, { headers: { To: '<sip:bob@example.com>;tag=chosen', 'x-mood': 'good', Subject: 'hello' } })
    res.send(486, { headers: { 'Retry-After': '5' } })
  }
  const call = far.newCall()
  const branch = far.request(call, 'INVITE')
  const ringing = await far.response(call, 180)
  const busy = await far.response(call, 486)
  far.request(call, 'ACK', { branch })

  expect(ringing.header('To')).toContain(';tag=chosen')
  expect(ringing.header('X-Mood')).toBe('good')
  expect(ringing.header('Subject')).toBe('hello')
  expect(busy.header('To')).toContain(';tag=chosen')
  expect(busy.header('Retry-After')).toBe('5')
})

test('early media travels in 183', async () => {
  onInvite = (req, res) => {
    res.send(183, { body: sdp('early') })
    setTimeout(() => answer(req, res), 30)
  }
  const call = far.newCall()
  far.request(call, 'INVITE', { body: sdp() })

  const early = await far.response(call, 183)
  await far.response(call, 200)
  far.request(call, 'ACK')
  await hangUp(call)

  expect(early.body).toBe(sdp('early'))
  expect(early.header('Content-Type')).toBe('application/sdp')
})

describe('CANCEL', () => {
  test('before the application said anything: 487, and its answer comes too late', async () => {
    const cancelled = Promise.withResolvers<unknown>()
    onInvite = (req, res) =>
      req.on('cancel', () => {
        res.send(487, {}, (err) => cancelled.resolve(err))
      })
    const call = far.newCall()
    const branch = far.request(call, 'INVITE')
    await far.response(call, 100)
    far.request(call, 'CANCEL', { branch })
    await far.response(call, 200, 'CANCEL')
    await far.response(call, 487)
    far.request(call, 'ACK', { branch })

    expect(await cancelled.promise).toBe('Response not sent due to unknown transaction')
  })

  test('while ringing: 487, and createUAS fails with 487', async () => {
    const failed = Promise.withResolvers<unknown>()
    onInvite = (req, res) => {
      res.send(180)
      req.on('cancel', () => answer(req, res).catch(failed.resolve))
    }
    const call = far.newCall()
    const branch = far.request(call, 'INVITE')
    await far.response(call, 180)
    far.request(call, 'CANCEL', { branch })
    await far.response(call, 200, 'CANCEL')
    await far.response(call, 487)
    far.request(call, 'ACK', { branch })

    expect(await failed.promise).toBeDefined()
  })

  test.skipIf(testsRealDrachtio)('that crosses our 200 leaves the call up (RFC 3261 §9.2)', async () => {
    const answered = Promise.withResolvers<AppDialog>()
    onInvite = (req, res) => answer(req, res).then(answered.resolve, answered.reject)
    const call = far.newCall()
    const branch = far.request(call, 'INVITE', { body: sdp() })
    await far.next('200 INVITE')
    far.request(call, 'CANCEL', { branch })
    await far.response(call, 200, 'CANCEL')
    const again = await far
      .next((message) => message.status === 200 && message.cseq.endsWith('INVITE'), 200)
      .catch(() => undefined)
    expect(again).toBeUndefined()
    call.remote =
      far.received.find(({ cseq, status }) => status === 200 && cseq === '1 INVITE')?.header('To') ?? ''
    far.request(call, 'ACK')
    const dialog = await answered.promise

    expect(dialog.connected).toBe(true)
    await hangUp(call)
  })

  test('for an unknown call is answered with 481', async () => {
    const call = far.newCall()
    call.cseq = 1
    far.request(call, 'CANCEL')

    await far.response(call, 481, 'CANCEL')
  })
})

describe('losses', () => {
  test('a lost 200 is sent again until the ACK', async () => {
    onInvite = (req, res) => void answer(req, res)
    const call = far.newCall()
    far.request(call, 'INVITE', { body: sdp() })
    await far.response(call, 200)
    await waitUntil('three 200', () => far.count('200 INVITE') >= 3)
    far.request(call, 'ACK')
    await hangUp(call)
  })

  test('a repeated INVITE reaches the application once', async () => {
    let invites = 0
    onInvite = (req, res) => {
      invites += 1
      setTimeout(() => answer(req, res), 400)
    }
    const call = far.newCall()
    const branch = far.request(call, 'INVITE', { body: sdp() })
    await far.response(call, 100)
    call.cseq -= 1
    far.request(call, 'INVITE', { body: sdp(), branch })
    await far.response(call, 200)
    far.request(call, 'ACK')
    await hangUp(call)

    expect(invites).toBe(1)
  })

  test.skipIf(testsRealDrachtio)('no ACK at all: BYE, and the application is told why', async () => {
    const ended = Promise.withResolvers<string>()
    onInvite = (req, res) =>
      void answer(req, res).then((dialog) => dialog.on('destroy', (_bye, reason) => ended.resolve(reason)))
    const call = far.newCall()
    far.request(call, 'INVITE', { body: sdp() })
    await far.response(call, 200)
    const bye = await far.next('BYE', 70 * server.t1Ms)
    far.reply(bye, 200)

    expect(await ended.promise).toBe('ACK timeout')
    expect(bye.header('Reason')).toContain('ACK timeout')
  })

  test('a lost BYE is sent again', async () => {
    const { dialog } = await establish()
    const done = dialog.destroy()
    const bye = await far.next('BYE')
    await waitUntil('a second BYE', () => far.count('BYE') >= 2)
    far.reply(bye, 200)

    await done
  })
})

describe('who answers', () => {
  test('503 when no application wants the method', async () => {
    const call = far.newCall()
    far.request(call, 'MESSAGE')

    await far.response(call, 503, 'MESSAGE')
  })

  test('481 to BYE and INVITE of a dialog nobody knows', async () => {
    const call = far.newCall()
    call.remote += ';tag=nobody'
    far.request(call, 'BYE')
    await far.response(call, 481, 'BYE')
    const branch = far.request(call, 'INVITE')
    await far.response(call, 481)
    far.request(call, 'ACK', { branch })
  })

  test.skipIf(testsRealDrachtio)('400 to an INVITE without Contact', async () => {
    onInvite = () => expect.unreachable()
    const call = far.newCall()
    const branch = far.request(call, 'INVITE', { headers: [] })
    await far.response(call, 400)
    far.request(call, 'ACK', { branch })
  })
})
