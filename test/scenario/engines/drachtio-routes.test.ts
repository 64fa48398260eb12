// A call through proxies that stay in the path: the drachtio that takes it up sends it the same way.
import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import type { Dialog, ReceivedRequest } from '#sip/sip-server.ts'
import { startDrachtio } from '#test/drachtio.ts'
import { freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { farServer, sdp } from '#test/wire/sip/far-server.ts'

test('a dialog with a route set is taken up along its routes by a drachtio that was restarted', async () => {
  await using drachtio = await startDrachtio(await freeSipPort('127.0.0.1'))
  const { hostname: host, port, password: secret } = new URL(drachtio.url)
  const options = { host, port: Number(port), secret, clock: systemClock, log: silentLog }
  await using server = connectDrachtio(options)
  await waitUntil('up', () => server.up)
  await using far = await farServer()
  const route = `<sip:127.0.0.1:${far.port};lr>`
  let theirs: Dialog | undefined
  const heard: ReceivedRequest[] = []
  far.script.set('INVITE', async (request) => {
    // A Contact nobody could reach: only the route leads there.
    const headers = { 'Record-Route': route, Contact: '<sip:alice@192.0.2.77:5060>' }
    theirs = await request.accept({ body: sdp(), headers })
    theirs.onRequest = (one) => {
      heard.push(one)
      one.reply(200, one.method === 'INVITE' ? { body: sdp(2) } : {})
    }
  })
  const invite = { method: 'INVITE', uri: `sip:alice@127.0.0.1:${far.port}`, body: sdp() }
  const { dialog: ours } = await server.send(invite).final
  await waitUntil('both have a dialog', () => theirs !== undefined)
  if (!ours) throw new Error('no dialog')
  ours.onRequest = (request) => request.reply(200)
  const back = new Promise<void>((resolve) => {
    ours.onBack = resolve
  })
  await drachtio.kill()
  await drachtio.start()
  await back

  const { answer } = await ours.request({ method: 'INVITE', body: sdp() }).final
  expect([answer.status, answer.body]).toEqual([200, sdp(2)])
  const taken = heard.find(({ method }) => method === 'INVITE')
  expect(taken?.uri).toBe('sip:alice@192.0.2.77:5060')
  expect((await ours.request({ method: 'BYE' }).final).answer.status).toBe(200)
})
