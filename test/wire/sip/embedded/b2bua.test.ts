// createB2BUA of drachtio-srf: two calls tied together, one from the network and one to it.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { FarEnd, sdp } from './far-end.ts'
import { openServerUnderTest, type ServerUnderTest } from './server-under-test.ts'
import { type App, type AppDialog, connectApp } from './srf-app.ts'

let server: ServerUnderTest
let app: App
let alice: FarEnd
let bob: FarEnd
let tied: PromiseWithResolvers<{ uas: AppDialog; uac: AppDialog }>
let options: object

beforeAll(async () => {
  server = await openServerUnderTest()
  app = await connectApp(server.adminPort)
  app.use('invite', (req, res) => {
    app.createB2BUA(req, res, bob.uri, options).then(tied.resolve, tied.reject)
  })
})
beforeEach(async () => {
  alice = await FarEnd.open(server.udpPort)
  bob = await FarEnd.open(server.udpPort)
  tied = Promise.withResolvers()
  tied.promise.catch(() => {})
  options = {}
})
afterEach(async () => {
  await server.expectIdle()
  await waitUntil('drachtio-srf to be idle', () => app.idle)
  await alice[Symbol.asyncDispose]()
  await bob[Symbol.asyncDispose]()
})
afterAll(async () => {
  await server.expectNothingLeft()
  app.disconnect()
  await server[Symbol.asyncDispose]()
})

async function tie() {
  const call = alice.newCall()
  alice.request(call, 'INVITE', { body: sdp('alice') })
  const invite = await bob.next('INVITE')
  bob.reply(invite, 180)
  await alice.response(call, 180)
  bob.reply(invite, 200, { body: sdp('bob') })
  await bob.next('ACK')
  const ok = await alice.response(call, 200)
  alice.request(call, 'ACK')
  const { uas, uac } = await tied.promise
  for (const dialog of [uas, uac]) dialog.on('destroy', () => (dialog === uas ? uac : uas).destroy())
  return { call, invite, ok, uas, uac }
}

test('the offer goes through, the answer comes back, a hang-up ends both', async () => {
  const { call, invite, ok } = await tie()

  expect(invite.body).toBe(sdp('alice'))
  expect(ok.body).toBe(sdp('bob'))
  expect(invite.header('Call-ID')).not.toBe(call.callId)
  alice.request(call, 'BYE')
  await alice.response(call, 200, 'BYE')
  bob.reply(await bob.next('BYE'), 200)
})

test('the called side hangs up', async () => {
  const { invite } = await tie()
  const back = bob.callFrom(invite)
  bob.request(back, 'BYE')
  await bob.response(back, 200, 'BYE')

  alice.reply(await alice.next('BYE'), 200)
})

test('a re-INVITE is handed through and back', async () => {
  const { call, uas, uac } = await tie()
  uas.on('modify', (req, res) => {
    uac.modify(req.body).then((answer) => res.send(200, { body: answer }))
  })
  alice.request(call, 'INVITE', { body: sdp('alice-2') })
  const again = await bob.next(({ body }) => body === sdp('alice-2'))
  bob.reply(again, 200, { body: sdp('bob-2') })
  const ok = await alice.response(call, 200)
  alice.request(call, 'ACK')
  await bob.next('ACK')

  expect(ok.body).toBe(sdp('bob-2'))
  alice.request(call, 'BYE')
  await alice.response(call, 200, 'BYE')
  bob.reply(await bob.next('BYE'), 200)
})

test('busy there is busy here', async () => {
  const call = alice.newCall()
  const branch = alice.request(call, 'INVITE', { body: sdp('alice') })
  bob.reply(await bob.next('INVITE'), 486)
  await bob.next('ACK')
  await alice.response(call, 486)
  alice.request(call, 'ACK', { branch })

  await expect(tied.promise).rejects.toMatchObject({ status: 486 })
})

test('the caller gives up: CANCEL there, 487 here', async () => {
  const call = alice.newCall()
  const branch = alice.request(call, 'INVITE', { body: sdp('alice') })
  const invite = await bob.next('INVITE')
  bob.reply(invite, 180)
  await alice.response(call, 180)
  alice.request(call, 'CANCEL', { branch, headers: ['Reason: SIP;cause=200'] })
  await alice.response(call, 487)
  alice.request(call, 'ACK', { branch })
  const cancel = await bob.next('CANCEL')
  bob.reply(cancel, 200)
  bob.reply(invite, 487)
  await bob.next('ACK')

  expect(cancel.header('Reason')).toBe('SIP;cause=200')
  await expect(tied.promise).rejects.toMatchObject({ status: 487 })
})

test('headers travel when they are asked to', async () => {
  options = {
    proxyRequestHeaders: ['X-Ticket', 'User-Agent'],
    proxyResponseHeaders: ['X-Queue'],
    headers: { 'X-Extra': '1' },
  }
  const call = alice.newCall()
  const branch = alice.request(call, 'INVITE', {
    body: sdp('alice'),
    headers: [alice.contact, 'X-Ticket: 42', 'User-Agent: phone'],
  })
  const invite = await bob.next('INVITE')
  bob.reply(invite, 486, { headers: ['X-Queue: sales'] })
  await bob.next('ACK')
  const busy = await alice.response(call, 486)
  alice.request(call, 'ACK', { branch })
  await tied.promise.catch(() => {})

  expect(invite.header('X-Ticket')).toBe('42')
  expect(invite.header('User-Agent')).toBe('phone')
  expect(invite.header('X-Extra')).toBe('1')
  expect(invite.header('From')).toContain(`sip:alice@127.0.0.1:${server.udpPort}`)
  expect(busy.header('X-Queue')).toBe('sales')
})

test('late offer: the offer comes in the 200, the answer in the ACK', async () => {
  const call = alice.newCall()
  alice.request(call, 'INVITE')
  const invite = await bob.next('INVITE')
  bob.reply(invite, 200, { body: sdp('bob') })
  const ok = await alice.response(call, 200)
  alice.request(call, 'ACK', { body: sdp('alice') })
  const ack = await bob.next('ACK')
  const { uas, uac } = await tied.promise
  uas.on('destroy', () => uac.destroy())

  expect(invite.body).toBe('')
  expect(ok.body).toBe(sdp('bob'))
  expect(ack.body).toBe(sdp('alice'))
  alice.request(call, 'BYE')
  await alice.response(call, 200, 'BYE')
  bob.reply(await bob.next('BYE'), 200)
})
