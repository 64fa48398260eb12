// Subscriptions, and requests that belong to no dialog, both ways.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from '#test/wait-until.ts'
import { FarEnd } from './far-end.ts'
import { openServerUnderTest, type ServerUnderTest, testsRealDrachtio } from './server-under-test.ts'
import {
  type App,
  type AppDialog,
  type AppRequest,
  type AppResponse,
  connectApp,
  finalResponse,
} from './srf-app.ts'

let server: ServerUnderTest
let app: App
let far: FarEnd
let onRequest: (req: AppRequest, res: AppResponse) => void

beforeAll(async () => {
  server = await openServerUnderTest()
  app = await connectApp(server.adminPort)
  for (const method of ['invite', 'subscribe', 'message', 'options', 'refer', 'publish', 'notify'])
    app.use(method, (req, res) => onRequest(req, res))
})
beforeEach(async () => {
  far = await FarEnd.open(server.udpPort)
  onRequest = (_req, res) => res.send(500)
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

describe('subscriptions', () => {
  test('to us: 202, NOTIFYs of the application, the last one ends it', async () => {
    const made = Promise.withResolvers<AppDialog>()
    onRequest = (req, res) =>
      app.createUAS(req, res, { headers: { Expires: '60' } }).then(made.resolve, made.reject)
    const call = far.newCall()
    far.request(call, 'SUBSCRIBE', { headers: [far.contact, 'Event: presence', 'Expires: 60'] })
    const accepted = await far.response(call, 202, 'SUBSCRIBE')
    const dialog = await made.promise
    const notify = (state: string) =>
      dialog.request({ method: 'NOTIFY', headers: { 'Subscription-State': state, Event: 'presence' } })
    const active = notify('active;expires=60')
    far.reply(await far.next('NOTIFY'), 200)
    await active
    const last = notify('terminated;reason=noresource')
    const terminated = await far.next(({ text }) => text.includes('terminated;reason'))
    far.reply(terminated, 200)
    await last

    expect(accepted.header('Contact')).toContain(`127.0.0.1:${server.udpPort}`)
    expect(terminated.header('To')).toBe(call.local)
  })

  // drachtio-server 0.9.10 answers the last NOTIFY itself, with 500, and dies when the application answers it.
  test.skipIf(testsRealDrachtio)(
    'of the application: NOTIFYs reach its dialog, the last one ends it',
    async () => {
      const subscribing = app.createUAC(far.uri, {
        method: 'SUBSCRIBE',
        headers: { Event: 'presence', Expires: '60' },
      })
      const subscribe = await far.next('SUBSCRIBE')
      far.reply(subscribe, 202, { headers: [far.contact, 'Expires: 60'] })
      const dialog = await subscribing
      const states: string[] = []
      dialog.on('notify', (req, res) => {
        states.push(req.get('Subscription-State'))
        res.send(200)
      })
      const call = far.callFrom(subscribe)
      for (const state of ['active', 'terminated']) {
        far.request(call, 'NOTIFY', {
          headers: [far.contact, 'Event: presence', `Subscription-State: ${state}`],
        })
        await far.response(call, 200, 'NOTIFY')
      }

      expect(subscribe.header('Contact')).toContain(`127.0.0.1:${server.udpPort}`)
      expect(states).toEqual(['active', 'terminated'])
    },
  )

  test.skipIf(testsRealDrachtio)('a NOTIFY that overtakes the 202 is part of the subscription', async () => {
    onRequest = (_req, res) => res.send(200)
    const subscribing = app.createUAC(far.uri, { method: 'SUBSCRIBE', headers: { Event: 'presence' } })
    const subscribe = await far.next('SUBSCRIBE')
    const call = far.callFrom(subscribe)
    const notify = (state: string) =>
      far.request(call, 'NOTIFY', {
        headers: [far.contact, 'Event: presence', `Subscription-State: ${state}`],
      })
    notify('active')
    await far.response(call, 200, 'NOTIFY')
    far.reply(subscribe, 202)
    const dialog = await subscribing
    notify('terminated')
    await far.response(call, 200, 'NOTIFY')

    expect(dialog.sip.remoteTag).toBe('far-tag')
  })
})

describe('outside of dialogs', () => {
  test.each(['MESSAGE', 'OPTIONS', 'PUBLISH', 'REFER'])('%s of the far end', async (method) => {
    if (testsRealDrachtio && method === 'REFER') return
    onRequest = (req, res) => res.send(202, { headers: { 'X-Body': req.body } })
    const call = far.newCall()
    far.request(call, method, { body: 'hello' })
    const response = await far.response(call, 202, method)

    expect(response.header('X-Body')).toBe('hello')
  })

  test.each(['MESSAGE', 'OPTIONS', 'NOTIFY', 'REFER', 'INFO'])('%s of the application', async (method) => {
    const req = await app.request(far.uri, {
      method,
      headers: { 'Content-Type': 'text/plain', 'Refer-To': 'sip:x@example.com' },
      body: 'žluťoučký kůň 🐴',
    })
    const done = finalResponse(req)
    const sent = await far.next(method)
    far.reply(sent, 200, { headers: ['X-A: b'] })
    const response = await done

    expect(sent.body).toBe('žluťoučký kůň 🐴')
    expect(sent.startLine).toBe(`${method} ${far.uri} SIP/2.0`)
    expect(response.get('X-A')).toBe('b')
    expect(response.source_port).toBe(far.port)
  })

  test('a body without a type is refused unless it is SDP', async () => {
    const failed = app.request(far.uri, { method: 'MESSAGE', body: 'hello' })

    await expect(failed).rejects.toThrow('missing content-type')
  })
})
