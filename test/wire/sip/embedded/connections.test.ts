// SIP over TCP: phones that can only be reached on the connection they opened, and connections that break.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { FarEnd, sdp } from './far-end.ts'
import { openServerUnderTest, type ServerUnderTest, testsRealDrachtio } from './server-under-test.ts'
import { type App, type AppDialog, type AppRequest, type AppResponse, connectApp } from './srf-app.ts'

let server: ServerUnderTest
let app: App
let onInvite: (req: AppRequest, res: AppResponse) => void

beforeAll(async () => {
  server = await openServerUnderTest()
  app = await connectApp(server.adminPort)
  app.use('invite', (req, res) => onInvite(req, res))
  app.use('register', (req, res) =>
    res.send(200, { headers: { Contact: `${req.get('Contact')};expires=60`, Expires: '60' } }),
  )
})
afterEach(async () => {
  await server.expectIdle()
  await waitUntil('drachtio-srf to be idle', () => app.idle)
})
afterAll(async () => {
  await server.expectNothingLeft()
  app.disconnect()
  await server[Symbol.asyncDispose]()
})

async function incoming(far: FarEnd) {
  const answered = Promise.withResolvers<AppDialog>()
  onInvite = (req, res) =>
    app.createUAS(req, res, { localSdp: sdp('app') }).then(answered.resolve, answered.reject)
  const call = far.newCall(`sip:bob@127.0.0.1:${server.tcpPort};transport=tcp`)
  far.request(call, 'INVITE', { body: sdp() })
  const ok = await far.response(call, 200)
  far.request(call, 'ACK')
  return { call, ok, dialog: await answered.promise }
}

test('a call over TCP is answered and ended on the connection it came by', async () => {
  await using far = await FarEnd.openTcp(server.tcpPort)
  const { ok, dialog } = await incoming(far)
  const done = dialog.destroy()
  const bye = await far.next('BYE')
  far.reply(bye, 200)
  await done

  expect(ok.header('Contact')).toBe(`<sip:127.0.0.1:${server.tcpPort};transport=tcp>`)
  expect(bye.header('Via')).toContain('SIP/2.0/TCP')
})

test('a registered phone is called on the connection it opened', async () => {
  await using phone = await FarEnd.openTcp(server.tcpPort)
  const registration = phone.newCall(`sip:127.0.0.1:${server.tcpPort}`)
  // A phone behind a NAT shows an address that nobody can reach.
  phone.request(registration, 'REGISTER', { headers: ['Contact: <sip:eva@192.0.2.9:5060;transport=tcp>'] })
  await phone.response(registration, 200, 'REGISTER')
  const dialling = app.createUAC('sip:eva@192.0.2.9:5060;transport=tcp', { localSdp: sdp('app') })
  const invite = await phone.next('INVITE')
  phone.reply(invite, 200, { body: sdp(), headers: ['Contact: <sip:eva@192.0.2.9:5060;transport=tcp>'] })
  const dialog = await dialling
  await phone.next('ACK')
  const done = dialog.destroy()
  phone.reply(await phone.next('BYE'), 200)
  await done

  expect(invite.startLine).toBe('INVITE sip:eva@192.0.2.9:5060;transport=tcp SIP/2.0')
})

test('the application calls over TCP', async () => {
  await using far = await FarEnd.listenTcp(server.tcpPort)
  const dialling = app.createUAC(far.uri, { localSdp: sdp('app') })
  const invite = await far.next('INVITE')
  far.reply(invite, 180)
  far.reply(invite, 200, { body: sdp() })
  const dialog = await dialling
  await far.next('ACK')
  const done = dialog.destroy()
  far.reply(await far.next('BYE'), 200)
  await done

  expect(invite.header('Via')).toContain(`SIP/2.0/TCP 127.0.0.1:${server.tcpPort}`)
  expect(invite.header('Contact')).toBe(`<sip:127.0.0.1:${server.tcpPort};transport=tcp>`)
})

test('nobody listens: the call fails with 503 (RFC 3261 §8.1.3.1)', async () => {
  const far = await FarEnd.listenTcp(server.tcpPort)
  const { uri } = far
  await far[Symbol.asyncDispose]()

  await expect(app.createUAC(uri, { localSdp: sdp() })).rejects.toMatchObject({ status: 503 })
})

test.skipIf(testsRealDrachtio)('a call whose connection broke is ended at its Contact', async () => {
  await using moved = await FarEnd.listenTcp(server.tcpPort)
  const far = await FarEnd.openTcp(server.tcpPort)
  const answered = Promise.withResolvers<AppDialog>()
  onInvite = (req, res) =>
    app.createUAS(req, res, { localSdp: sdp() }).then(answered.resolve, answered.reject)
  const call = far.newCall(`sip:bob@127.0.0.1:${server.tcpPort};transport=tcp`)
  far.request(call, 'INVITE', { body: sdp(), headers: [moved.contact] })
  await far.response(call, 200)
  far.request(call, 'ACK')
  const dialog = await answered.promise
  await new Promise((resolve) => dialog.on('ack', resolve))
  await far[Symbol.asyncDispose]()
  await new Promise((resolve) => setTimeout(resolve, 100))
  const done = dialog.destroy()
  moved.reply(await moved.next('BYE'), 200)

  await done
})
