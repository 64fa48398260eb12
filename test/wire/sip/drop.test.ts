import Srf from 'drachtio-srf'
import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { call, childOf } from '#sip/dynamic.ts'
import { startEmbeddedServer } from '#sip/embedded/server.ts'
import { openLink } from '#sip/srf-link.ts'
import { freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { farServer, sdp } from './far-server.ts'
import { testLog } from './sip-under-test.ts'

test('a dropped INVITE is forgotten by srf too, which would keep it for ever', async () => {
  const port = await freeSipPort('127.0.0.1')
  await using stack = new AsyncDisposableStack()
  const embedded = stack.use(
    await startEmbeddedServer({
      listen: [{ protocol: 'udp', address: '127.0.0.1', port }],
      admin: { address: '127.0.0.1', port: 0, secret: 's' },
      clock: systemClock,
      log: testLog,
    }),
  )
  const far = stack.use(await farServer())
  const srf = new Srf()
  stack.defer(() => srf.disconnect())
  let dropped = 0
  const link = openLink({
    srf,
    log: testLog,
    onBroken: () => {},
    onRequest: (request) => {
      request.drop()
      dropped += 1
    },
  })
  call(srf, 'use', (req: unknown, res: unknown) => link.receive(req, res))
  call(srf, 'use', 'invite', () => {})
  const connected = new Promise((resolve) => srf.on('connect', resolve))
  call(srf, 'connect', { host: '127.0.0.1', port: embedded.adminPort, secret: 's' })
  await connected

  const sending = far.server.send({ method: 'INVITE', uri: `sip:bob@127.0.0.1:${port}`, body: sdp() })
  await waitUntil('it was dropped', () => dropped === 1)

  const servers: unknown = Reflect.get(childOf(srf, 'app', 'client') ?? {}, 'mapServer')
  const [server]: unknown[] = servers instanceof Map ? [...servers.values()] : []
  expect(server).toMatchObject({ pendingNetworkInvites: new Map() })
  sending.cancel()
})
