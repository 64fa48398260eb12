// A SIP server that hangs, and one that does not know a dialog any more.
import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import type { Dialog } from '#sip/sip-server.ts'
import { waitUntil } from '#test/wait-until.ts'
import { weakWay } from '#test/weak-way.ts'
import { farServer, sdp } from './far-server.ts'
import { testLog } from './sip-under-test.ts'

test('a server that hangs with its connection open is given up within 20 s, and used again when it answers', async () => {
  await using far = await farServer()
  await using way = await weakWay(far.adminPort)
  const options = { host: '127.0.0.1', port: way.port, secret: 'far' }
  await using server = connectDrachtio({ ...options, clock: systemClock, log: testLog })
  await waitUntil('up', () => server.up)
  way.freeze(true)
  await waitUntil('given up', () => !server.up, 25_000)
  expect(server.listening).toEqual([])
  way.freeze(false)

  await waitUntil('up again', () => server.up, 15_000)
  expect(server.listening.map(({ port }) => port)).toContain(far.port)
})

test('a request in a dialog the server has ended is a fault with a code, and harms nothing', async () => {
  await using alice = await farServer()
  await using far = await farServer()
  let theirs: Dialog | undefined
  far.script.set('INVITE', async (request) => {
    theirs = await request.accept({ body: sdp() })
    theirs.onRequest = (one) => one.reply(200)
  })
  const invite = { method: 'INVITE', uri: `sip:bob@127.0.0.1:${far.port}`, body: sdp() }
  const { dialog } = await alice.server.send(invite).final
  if (!dialog) throw new Error('no dialog')
  dialog.onRequest = (one) => one.reply(200)
  await waitUntil('both have it', () => theirs !== undefined)
  expect((await dialog.request({ method: 'BYE' }).final).answer.status).toBe(200)

  await expect(dialog.request({ method: 'BYE' }).final).rejects.toMatchObject({ code: 'sip.unsent' })
  await expect(dialog.request({ method: 'INVITE', body: sdp(2) }).final).rejects.toMatchObject({
    code: 'sip.unsent',
  })
  expect(
    (await alice.server.send({ method: 'OPTIONS', uri: `sip:127.0.0.1:${far.port}` }).final).answer.status,
  ).toBe(200)
})
