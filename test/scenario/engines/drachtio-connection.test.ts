// The connection to drachtio breaks and drachtio knows nothing of it: its dialogs are ours again as far as it lets us.
import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { silentLog } from '#lib/log.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import type { Dialog } from '#sip/sip-server.ts'
import { startDrachtio } from '#test/drachtio.ts'
import { freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { weakWay } from '#test/weak-way.ts'
import { farServer, sdp } from '#test/wire/sip/far-server.ts'

/** A dialog of ours through drachtio, after the connection broke and came back. */
async function afterACut(use: (ours: Dialog, theirs: Dialog) => Promise<void>): Promise<void> {
  await using drachtio = await startDrachtio(await freeSipPort('127.0.0.1'))
  const { port, password: secret } = new URL(drachtio.url)
  await using way = await weakWay(Number(port))
  const options = { host: '127.0.0.1', port: way.port, secret, clock: systemClock, log: silentLog }
  await using server = connectDrachtio(options)
  await waitUntil('up', () => server.up)
  await using far = await farServer()
  let theirs: Dialog | undefined
  far.script.set('INVITE', async (request) => {
    theirs = await request.accept({ body: sdp() })
    theirs.onRequest = (one) => one.reply(200, one.method === 'INVITE' ? { body: sdp(2) } : {})
  })
  const invite = { method: 'INVITE', uri: `sip:alice@127.0.0.1:${far.port}`, body: sdp() }
  const { dialog: ours } = await server.send(invite).final
  await waitUntil('both have a dialog', () => theirs !== undefined)
  if (!ours || !theirs) throw new Error('no dialog')
  ours.onRequest = (request) => request.reply(200)
  const back = new Promise<void>((resolve) => {
    ours.onBack = resolve
  })
  way.cut()
  await back
  const { answer } = await ours.request({ method: 'INVITE', body: sdp() }).final
  expect([answer.status, answer.body]).toEqual([200, sdp(2)])
  await use(ours, theirs)
}

test('a dialog is taken up again after the connection broke, and ends by our BYE', () =>
  afterACut(async (ours) => {
    expect((await ours.request({ method: 'OPTIONS' }).final).answer.status).toBe(200)
    expect((await ours.request({ method: 'BYE' }).final).answer.status).toBe(200)
  }))

test('a far end that hangs up then gets 481: drachtio tells a new connection nothing of older dialogs', () =>
  afterACut(async (_ours, theirs) => {
    expect((await theirs.request({ method: 'BYE' }).final).answer.status).toBe(481)
  }))
