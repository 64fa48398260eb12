import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import { startEmbeddedServer } from '#sip/embedded/server.ts'
import type { Dialog, ServerNews } from '#sip/sip-server.ts'
import { freePort } from '#test/free-port.ts'
import { freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { farServer, sdp } from './far-server.ts'
import { testLog } from './sip-under-test.ts'

const base = { clock: systemClock, log: testLog }

const startServer = (adminPort: number, sipPort: number, secret = 's') =>
  startEmbeddedServer({
    ...base,
    listen: [{ protocol: 'udp', address: '127.0.0.1', port: sipPort }],
    admin: { address: '127.0.0.1', port: adminPort, secret },
  })

test('a server that goes away fails what is pending, loses its dialogs, and is found again when it is back', async () => {
  const [adminPort, sipPort] = [await freePort(), await freeSipPort('127.0.0.1')]
  await using far = await farServer()
  far.script.set('OPTIONS', () => {})
  far.script.set('INVITE', (request) => void request.accept({ body: sdp() }).catch(() => {}))
  const first = await startServer(adminPort, sipPort)
  await using server = connectDrachtio({ ...base, host: '127.0.0.1', port: adminPort, secret: 's' })
  const news: ServerNews['kind'][] = []
  server.news.on((one) => news.push(one.kind))
  await waitUntil('up', () => server.up)
  const target = `127.0.0.1:${far.port}`
  const { dialog } = await server.send({ method: 'INVITE', uri: `sip:bob@${target}`, body: sdp() }).final
  const lost = whenLost(dialog)
  const pending = server.send({ method: 'OPTIONS', uri: `sip:${target}` })
  await waitUntil('OPTIONS is out', () => far.count('OPTIONS') === 1)

  await first[Symbol.asyncDispose]()

  await expect(pending.final).rejects.toMatchObject({ code: 'sip.unsent' })
  await lost
  expect(server.up).toBe(false)
  await expect(server.send({ method: 'OPTIONS', uri: `sip:${target}` }).final).rejects.toMatchObject({
    code: 'sip.unsent',
  })
  await using _second = await startServer(adminPort, sipPort)
  await waitUntil('up again', () => server.up)
  expect(news).toEqual(['up', 'down', 'up'])
})

test('a server that is not there yet is waited for', async () => {
  const [adminPort, sipPort] = [await freePort(), await freeSipPort('127.0.0.1')]
  await using server = connectDrachtio({ ...base, host: '127.0.0.1', port: adminPort, secret: 's' })
  expect(server.up).toBe(false)

  await using _late = await startServer(adminPort, sipPort)

  await waitUntil('up', () => server.up)
  expect(server.listening).toEqual([{ protocol: 'udp', address: '127.0.0.1', port: sipPort }])
})

test('a server with another secret stays down until it has ours', async () => {
  const [adminPort, sipPort] = [await freePort(), await freeSipPort('127.0.0.1')]
  const other = await startServer(adminPort, sipPort, 'other')
  let refusals = 0
  const error = () => {
    refusals += 1
  }
  const log: Log = { ...testLog, error, with: () => log }
  await using server = connectDrachtio({ ...base, log, host: '127.0.0.1', port: adminPort, secret: 's' })
  await waitUntil('it was refused twice', () => refusals >= 2)
  expect(server.up).toBe(false)
  await other[Symbol.asyncDispose]()

  await using _ours = await startServer(adminPort, sipPort)

  await waitUntil('up', () => server.up, 10_000)
})

function whenLost(dialog: Dialog | undefined): Promise<void> {
  if (!dialog) throw new Error('no dialog')
  return new Promise((resolve) => {
    dialog.onLost = resolve
  })
}
