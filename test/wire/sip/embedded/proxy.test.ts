// proxyRequest of drachtio-srf: one far end calls, others are the targets; the server stands between them.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { FarEnd, type FarMessage, sdp } from './far-end.ts'
import { openServerUnderTest, type ServerUnderTest, testsRealDrachtio } from './server-under-test.ts'
import { type App, type AppRequest, connectApp, type ProxyResults } from './srf-app.ts'

let server: ServerUnderTest
let app: App
let alice: FarEnd
let bob: FarEnd
let eva: FarEnd
let onInvite: (req: AppRequest) => void

beforeAll(async () => {
  server = await openServerUnderTest()
  app = await connectApp(server.adminPort)
  app.use('invite', (req) => onInvite(req))
  app.use('register', (req) => onInvite(req))
})
beforeEach(async () => {
  alice = await FarEnd.open(server.udpPort)
  bob = await FarEnd.open(server.udpPort)
  eva = await FarEnd.open(server.udpPort)
})
afterEach(async () => {
  await server.expectIdle()
  await waitUntil('drachtio-srf to be idle', () => app.idle)
  for (const far of [alice, bob, eva]) await far[Symbol.asyncDispose]()
})
afterAll(async () => {
  await server.expectNothingLeft()
  app.disconnect()
  await server[Symbol.asyncDispose]()
})

/** Alice calls; the application proxies to the targets. */
function start(targets: readonly FarEnd[], options: object = {}) {
  const done = Promise.withResolvers<ProxyResults>()
  onInvite = (req) =>
    app
      .proxyRequest(
        req,
        targets.map((target) => target.uri),
        options,
      )
      .then(done.resolve, done.reject)
  const call = alice.newCall()
  const branch = alice.request(call, 'INVITE', { body: sdp() })
  return { call, branch, done: done.promise }
}

test('responses travel back, the ACK goes straight to the target', async () => {
  const { call, done } = start([bob])
  const invite = await bob.next('INVITE')
  bob.reply(invite, 180)
  await alice.response(call, 180)
  bob.reply(invite, 200, { body: sdp('bob') })
  const ok = await alice.response(call, 200)

  expect(await done).toMatchObject({ connected: true, finalStatus: 200 })
  expect(invite.startLine).toBe(`INVITE ${bob.uri} SIP/2.0`)
  expect(invite.header('Max-Forwards')).toBe('69')
  expect(invite.header('From')).toBe(call.local)
  expect(invite.all('Via')).toHaveLength(2)
  expect(invite.all('Record-Route')).toEqual([])
  expect(ok.all('Via')).toHaveLength(1)
  expect(ok.header('Contact')).toBe(`<${bob.uri}>`)
  expect(ok.body).toBe(sdp('bob'))
})

test('a repeated 200 is passed on again', async () => {
  const { call } = start([bob])
  const invite = await bob.next('INVITE')
  bob.reply(invite, 200, { body: sdp('bob') })
  await alice.response(call, 200)
  const before = alice.count('200 INVITE')
  bob.reply(invite, 200, { body: sdp('bob') })
  await new Promise((resolve) => setTimeout(resolve, 2 * server.t1Ms))

  expect(alice.count('200 INVITE')).toBe(before + 1)
})

test('with remainInDialog ACK, re-INVITE, INFO and BYE pass through us', async () => {
  const { call, done } = start([bob], { remainInDialog: true })
  const invite = await bob.next('INVITE')
  bob.reply(invite, 200, { body: sdp('bob') })
  await alice.response(call, 200)
  alice.request(call, 'ACK')
  const ack = await bob.next('ACK')
  await done

  expect(invite.all('Record-Route')).toEqual([`<sip:127.0.0.1:${server.udpPort};lr>`])
  expect(call.routes).toEqual([`<sip:127.0.0.1:${server.udpPort};lr>`])
  expect(ack.startLine).toBe(`ACK ${bob.uri} SIP/2.0`)
  expect(ack.all('Route')).toEqual([])
  expect(ack.all('Via')).toHaveLength(2)

  alice.request(call, 'INVITE', { body: sdp() })
  bob.reply(await bob.next('INVITE'), 200, { body: sdp('bob') })
  await alice.response(call, 200)
  alice.request(call, 'ACK')
  await bob.next('ACK')

  const back = bob.callFrom(invite)
  bob.request(back, 'INFO')
  alice.reply(await alice.next('INFO'), 200)
  await bob.response(back, 200, 'INFO')
  bob.request(back, 'BYE')
  alice.reply(await alice.next('BYE'), 200)
  await bob.response(back, 200, 'BYE')
})

test('a failure is passed on and told to the application', async () => {
  const { call, branch, done } = start([bob])
  bob.reply(await bob.next('INVITE'), 486, { headers: ['X-Why: lunch'] })
  const busy = await alice.response(call, 486)
  alice.request(call, 'ACK', { branch })
  await bob.next('ACK')

  expect(await done).toMatchObject({ connected: false, finalStatus: 486 })
  expect(busy.header('X-Why')).toBe('lunch')
})

describe('several targets', () => {
  test('one after another: the second is tried when the first fails', async () => {
    const { call, done } = start([bob, eva])
    bob.reply(await bob.next('INVITE'), 486)
    await bob.next('ACK')
    eva.reply(await eva.next('INVITE'), 200, { body: sdp('eva') })
    await alice.response(call, 200)
    const results = await done

    expect(results.connected).toBe(true)
    expect(results.responses.flatMap(({ msgs }) => msgs.map(({ status }) => status))).toEqual([486, 200])
  })

  test('all at once: the first answer wins, the other is cancelled', async () => {
    const { call, done } = start([bob, eva], { forking: 'simultaneous' })
    const [atBob, atEva] = [await bob.next('INVITE'), await eva.next('INVITE')]
    bob.reply(atBob, 180, { tag: 'b' })
    eva.reply(atEva, 180, { tag: 'e' })
    await alice.response(call, 180)
    eva.reply(atEva, 200, { body: sdp('eva'), tag: 'e' })
    await alice.response(call, 200)
    bob.reply(await bob.next('CANCEL'), 200)
    bob.reply(atBob, 487, { tag: 'b' })
    await bob.next('ACK')

    expect(await done).toMatchObject({ connected: true, finalStatus: 200 })
  })

  test('of several failures the best is reported (RFC 3261 §16.7)', async () => {
    const { call, branch, done } = start([bob, eva], { forking: 'simultaneous' })
    bob.reply(await bob.next('INVITE'), 503)
    await bob.next('ACK')
    eva.reply(await eva.next('INVITE'), 404)
    await eva.next('ACK')
    await alice.response(call, 404)
    alice.request(call, 'ACK', { branch })

    expect((await done).connected).toBe(false)
  })

  test.skipIf(testsRealDrachtio)('a target nobody can reach counts as 503', async () => {
    onInvite = (req) =>
      void app.proxyRequest(req, ['sip:x@127.0.0.1;transport=ws', bob.uri], { forking: 'simultaneous' })
    const call = alice.newCall()
    const branch = alice.request(call, 'INVITE', { body: sdp() })
    bob.reply(await bob.next('INVITE'), 500)
    await bob.next('ACK')
    const failed = await alice.response(call, 503)
    alice.request(call, 'ACK', { branch })

    expect(failed.all('Via')).toHaveLength(1)
  })

  test.skipIf(testsRealDrachtio)('when no target can be reached the caller hears 500', async () => {
    onInvite = (req) => void app.proxyRequest(req, 'sip:x@127.0.0.1;transport=ws').catch(() => {})
    const call = alice.newCall()
    const branch = alice.request(call, 'INVITE', { body: sdp() })
    await alice.response(call, 500)
    alice.request(call, 'ACK', { branch })
  })

  test('a target that says nothing in provisionalTimeout is given up', async () => {
    const { call, done } = start([bob, eva], { provisionalTimeout: '300ms' })
    await bob.next('INVITE')
    eva.reply(await eva.next('INVITE'), 200, { body: sdp('eva') })
    await alice.response(call, 200)

    expect((await done).connected).toBe(true)
  })

  test.skipIf(testsRealDrachtio)('a target that only rings is given up after finalTimeout', async () => {
    const { call, done } = start([bob, eva], { finalTimeout: '500ms' })
    const atBob = await bob.next('INVITE')
    bob.reply(atBob, 180)
    bob.reply(await bob.next('CANCEL'), 200)
    bob.reply(atBob, 487)
    await bob.next('ACK')
    eva.reply(await eva.next('INVITE'), 200, { body: sdp('eva') })
    await alice.response(call, 200)

    expect((await done).connected).toBe(true)
  })
})

test('redirects are followed when asked', async () => {
  const { call, done } = start([bob], { followRedirects: true })
  bob.reply(await bob.next('INVITE'), 302, { headers: [eva.contact] })
  await bob.next('ACK')
  eva.reply(await eva.next('INVITE'), 200, { body: sdp('eva') })
  await alice.response(call, 200)

  expect((await done).connected).toBe(true)
})

test('CANCEL of the caller reaches the target', async () => {
  const { call, branch, done } = start([bob])
  const invite = await bob.next('INVITE')
  bob.reply(invite, 180)
  await alice.response(call, 180)
  alice.request(call, 'CANCEL', { branch })
  await alice.response(call, 200, 'CANCEL')
  bob.reply(await bob.next('CANCEL'), 200)
  bob.reply(invite, 487)
  await bob.next('ACK')
  await alice.response(call, 487)
  alice.request(call, 'ACK', { branch })

  expect((await done).connected).toBe(false)
})

test('PRACK of a proxied call finds its target', async () => {
  const { call, done } = start([bob], { remainInDialog: true })
  const invite = await bob.next('INVITE')
  bob.reply(invite, 183, { headers: [bob.contact, 'Require: 100rel', 'RSeq: 7'], body: sdp('early') })
  const early = await alice.response(call, 183)
  alice.request(call, 'PRACK', { headers: [`RAck: ${early.header('RSeq')} 1 INVITE`] })
  const prack = await bob.next('PRACK')
  bob.reply(prack, 200)
  await alice.response(call, 200, 'PRACK')
  bob.reply(invite, 200)
  await alice.response(call, 200)
  alice.request(call, 'ACK')
  await bob.next('ACK')
  await done
  alice.request(call, 'BYE')
  bob.reply(await bob.next('BYE'), 200)
  await alice.response(call, 200, 'BYE')

  expect(prack.header('RAck')).toBe('7 1 INVITE')
})

test('REGISTER gets our Path (RFC 3327)', async () => {
  const { done } = startRegister()
  const register = await bob.next('REGISTER')
  bob.reply(register, 200)
  await done.promise

  expect(pathOf(register)).toEqual([`<sip:127.0.0.1:${server.udpPort};lr>`])
  expect(register.header('Require')).toBe('path')
})

test('a request without hops left is refused with 483', async () => {
  onInvite = (req) => void app.proxyRequest(req, bob.uri).catch(() => {})
  const call = alice.newCall()
  call.cseq = 1
  alice.send(
    `INVITE ${call.uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${alice.port};branch=z9hG4bKhops${alice.port}`,
    'Max-Forwards: 0',
    `From: ${call.local}`,
    `To: ${call.remote}`,
    `Call-ID: ${call.callId}`,
    'CSeq: 1 INVITE',
    alice.contact,
    'Content-Length: 0',
  )
  await alice.response(call, 483)
  alice.request(call, 'ACK', { branch: `z9hG4bKhops${alice.port}` })

  expect(bob.received).toEqual([])
})

function startRegister() {
  const done = Promise.withResolvers<ProxyResults>()
  onInvite = (req) => app.proxyRequest(req, bob.uri, { remainInDialog: true }).then(done.resolve, done.reject)
  const call = alice.newCall(`sip:127.0.0.1:${server.udpPort}`)
  alice.request(call, 'REGISTER')
  return { done, call }
}

function pathOf(message: FarMessage): string[] {
  return message.all('Path')
}
