// Session timers (RFC 4028), with the clock moved by hand: who refreshes, who hangs up when nobody did.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { type EmbeddedServer, startEmbeddedServer } from '#sip/embedded/server.ts'
import { type FakeClock, fakeClock } from '#test/fake-clock.ts'
import { waitUntil } from '#test/wait-until.ts'
import { FarEnd, sdp } from './far-end.ts'
import { type App, type AppDialog, connectApp } from './srf-app.ts'

let clock: FakeClock
let server: EmbeddedServer
let app: App
let far: FarEnd
let answerHeaders: object

beforeEach(async () => {
  clock = fakeClock()
  server = await startEmbeddedServer({
    listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }],
    admin: { address: '127.0.0.1', port: 0, secret: 'test-secret' },
    clock,
    log: silentLog,
  })
  app = await connectApp(server.adminPort)
  far = await FarEnd.open(server.listening[0]?.port ?? 0)
  answerHeaders = {}
})
afterEach(async () => {
  app.disconnect()
  await far[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

async function incoming(headers: readonly string[]) {
  const made = Promise.withResolvers<AppDialog>()
  app.use('invite', (req, res) =>
    app.createUAS(req, res, { localSdp: sdp('app'), headers: answerHeaders }).then(made.resolve, made.reject),
  )
  await new Promise((resolve) => setTimeout(resolve, 30))
  const call = far.newCall()
  far.request(call, 'INVITE', { body: sdp(), headers: [far.contact, 'Supported: timer', ...headers] })
  const ok = await far.response(call, 200)
  const dialog = await made.promise
  const acked = new Promise((resolve) => dialog.on('ack', resolve))
  far.request(call, 'ACK')
  await acked
  return { call, ok, dialog }
}

async function outgoing(headers: readonly string[]) {
  const dialling = app.createUAC(far.uri, { localSdp: sdp('app'), headers: { 'Session-Expires': '90' } })
  const invite = await far.next('INVITE')
  far.reply(invite, 200, { body: sdp(), headers: [far.contact, ...headers] })
  const dialog = await dialling
  await far.next('ACK')
  return { invite, dialog }
}

function reasonOf(dialog: AppDialog): Promise<string> {
  return new Promise((resolve) => dialog.on('destroy', (_bye, reason) => resolve(reason)))
}

test('the caller refreshes: its promise is repeated in our 200, and its silence ends the call', async () => {
  const { ok, dialog } = await incoming(['Session-Expires: 120;refresher=uac'])
  const reason = reasonOf(dialog)
  await clock.advance(80_000)
  expect(far.count('BYE')).toBe(0)
  await clock.advance(10_000)
  far.reply(await far.next('BYE'), 200)

  expect(ok.header('Session-Expires')).toBe('120;refresher=uac')
  expect(ok.header('Require')).toBe('timer')
  expect(await reason).toBe('Session timer expired')
})

test('a refresh of the caller keeps the call', async () => {
  const { call } = await incoming(['Session-Expires: 120;refresher=uac'])
  await clock.advance(60_000)
  far.request(call, 'INVITE', {
    body: sdp(),
    headers: [far.contact, 'Supported: timer', 'Session-Expires: 120;refresher=uac'],
  })
  const again = await far.response(call, 200)
  far.request(call, 'ACK')
  await clock.advance(60_000)

  expect(again.header('Session-Expires')).toBe('120;refresher=uac')
  expect(far.count('BYE')).toBe(0)
})

test('we refresh when the caller left it to us', async () => {
  const { dialog } = await incoming(['Session-Expires: 120;refresher=uas'])
  await clock.advance(60_000)
  const refresh = await far.next('INVITE')
  far.reply(refresh, 200, { body: sdp(), headers: [far.contact, 'Session-Expires: 120;refresher=uac'] })
  const ack = await far.next('ACK')
  await clock.advance(60_000)
  far.reply(await far.next('INVITE'), 481)
  const reason = reasonOf(dialog)
  await far.next('BYE')

  expect(refresh.body).toBe(sdp('app'))
  expect(refresh.header('Session-Expires')).toBe('120;refresher=uac')
  expect(ack.cseq).toBe(refresh.cseq.replace('INVITE', 'ACK'))
  expect(await reason).toBe('Session timer expired')
})

test('a refresh of ours that is refused with 491 comes again within 4 s (RFC 3261 §14.1)', async () => {
  await outgoing(['Require: timer', 'Session-Expires: 90;refresher=uac'])
  await clock.advance(45_000)
  const refresh = await far.next('INVITE')
  far.reply(refresh, 491)
  await far.next('ACK')
  await clock.advance(2_000)
  const early = far.received.filter((message) => message.method === 'INVITE')
  await clock.advance(2_000)
  const again = await far.next('INVITE')
  far.reply(again, 200, { body: sdp(), headers: [far.contact, 'Session-Expires: 90;refresher=uac'] })
  await far.next('ACK')

  expect(early.map((message) => message.cseq)).not.toContain(again.cseq)
  expect(again.header('Session-Expires')).toBe('90;refresher=uac')
})

test('what the application changes during our refresh waits for its end', async () => {
  const { dialog } = await incoming(['Session-Expires: 120;refresher=uas'])
  await clock.advance(60_000)
  const refresh = await far.next('INVITE')
  const changing = dialog.modify(sdp('held'))
  await new Promise((resolve) => setTimeout(resolve, 30))
  const early = far.received.filter(({ body }) => body === sdp('held'))
  far.reply(refresh, 200, { body: sdp() })
  far.reply(await far.next(({ body }) => body === sdp('held')), 200, { body: sdp('far-held') })

  expect(early).toEqual([])
  expect(await changing).toBe(sdp('far-held'))
})

test('without a word on who refreshes there is no timer', async () => {
  const { ok } = await incoming(['Session-Expires: 120'])
  await clock.advance(600_000)

  expect(ok.header('Session-Expires')).toBeUndefined()
  expect(far.count('BYE') + far.count('INVITE')).toBe(0)
})

test('the application may set the timer itself', async () => {
  answerHeaders = { 'Session-Expires': '200;refresher=uas' }
  const { ok } = await incoming([])
  await clock.advance(100_000)

  await far.next('INVITE')
  expect(ok.header('Session-Expires')).toBe('200;refresher=uas')
})

test('in our calls we refresh unless the called side does', async () => {
  await outgoing(['Session-Expires: 90;refresher=uac'])
  await clock.advance(45_000)

  const refresh = await far.next(({ method, text }) => method === 'INVITE' && text.includes('Min-SE'))
  expect(refresh.header('To')).toContain('far-tag')
})

test('in our calls the called side may refresh', async () => {
  const { dialog } = await outgoing(['Session-Expires: 90;refresher=uas'])
  const reason = reasonOf(dialog)
  await clock.advance(61_000)
  await far.next('BYE')

  expect(await reason).toBe('Session timer expired')
})

test('an interval under 90 s is refused with 422', async () => {
  const { call } = await incoming([])
  const branch = far.request(call, 'INVITE', { body: sdp(), headers: [far.contact, 'Session-Expires: 30'] })
  const refusal = await far.response(call, 422)
  far.request(call, 'ACK', { branch })

  expect(refusal.header('Min-SE')).toBe('90')
})

test('a hang-up stops the timer', async () => {
  const { call } = await incoming(['Session-Expires: 120;refresher=uac'])
  far.request(call, 'BYE')
  await far.response(call, 200, 'BYE')
  await clock.advance(200_000)
  await waitUntil(
    'nothing is left',
    () => server.live.serverTransactions + server.live.clientTransactions === 0,
  )

  expect(far.count('BYE')).toBe(0)
  expect(server.live).toMatchObject({ dialogs: 0, pending: 0 })
})

test('an INVITE the application never answers gets 408 after 64 s', async () => {
  app.use('invite', () => {})
  await new Promise((resolve) => setTimeout(resolve, 30))
  const call = far.newCall()
  const branch = far.request(call, 'INVITE')
  await waitUntil('the INVITE waits', () => server.live.pending === 1)
  await clock.advance(200)
  await far.response(call, 100)
  await clock.advance(64_000)
  await far.response(call, 408)
  far.request(call, 'ACK', { branch })

  expect(server.live.pending).toBe(0)
})

test('a call that rings for ever is ended within the hour, and the application hears of it', async () => {
  const cancelled = Promise.withResolvers<void>()
  app.use('invite', (req, res) => {
    req.on('cancel', () => cancelled.resolve())
    res.send(180)
  })
  await new Promise((resolve) => setTimeout(resolve, 30))
  const call = far.newCall()
  far.request(call, 'INVITE')
  await far.response(call, 180)
  await clock.advance(3_600_000)
  await far.response(call, 408)
  await cancelled.promise

  expect(server.live).toMatchObject({ dialogs: 0, pending: 0 })
})
