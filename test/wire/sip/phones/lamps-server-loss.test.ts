// Lamps when the SIP server was away: nobody's stays as it was.
import { expect, test } from 'vitest'
import { readConfig } from '#config/config.ts'
import { systemClock } from '#lib/clock.ts'
import { Events } from '#lib/events.ts'
import { startEmbeddedServer } from '#sip/embedded/server.ts'
import { startSip } from '#sip/signalling.ts'
import { freePort } from '#test/free-port.ts'
import { lampPhone } from '#test/lamp-phone.ts'
import { testStore } from '#test/temp-folder.ts'
import { freeSipPort } from '#test/udp-ports.ts'
import { waitUntil } from '#test/wait-until.ts'
import { testLog } from '../sip-under-test.ts'

test('a server that comes back tells each phone to subscribe again, and then knows it', async () => {
  const [adminPort, port] = [await freePort(), await freeSipPort('127.0.0.1')]
  const base = { clock: systemClock, log: testLog }
  const startServer = () =>
    startEmbeddedServer({
      ...base,
      listen: [{ protocol: 'udp', address: '127.0.0.1', port }],
      admin: { address: '127.0.0.1', port: adminPort, secret: 's' },
    })
  using kept = testStore()
  const first = await startServer()
  const SIP_SERVER = `drachtio://:s@127.0.0.1:${adminPort}`
  const config = readConfig({ DATA_FOLDER: kept.store.dataFolder, SIP_SERVER })
  await using sip = await startSip({ ...base, config, store: kept.store })
  const changes = new Events<{ readonly tenantId: string }>(testLog)
  sip.showLamps({
    lamps: { callsAt: () => [], changes },
    messages: { waitingFor: () => undefined, changes },
  })
  const { phone, secret } = sip.phones.book.create(kept.tenant.id, { label: 'desk' })
  await using lamps = await lampPhone({ port, username: phone.username, secret })
  const lamp = await lamps.subscribe('21')
  await lamps.hears(lamp, 1)

  await first[Symbol.asyncDispose]()
  await waitUntil('our side noticed', () => !sip.up)
  // The old one may have said so with its last breath; one that is killed has none.
  lamps.told.length = 0
  await using _second = await startServer()

  const over = await waitUntil(
    'the phone is told',
    () =>
      lamps.told.find(
        (told) => told.callId === lamp.callId && told.header('Subscription-State')?.startsWith('terminated'),
      ),
    15_000,
  )
  expect(over.header('Subscription-State')).toBe('terminated;reason=deactivated')
  await waitUntil('nobody subscribes', () => sip.subscriptions === 0)
  expect(sip.up).toBe(true)
  await lamps.hears(await lamps.subscribe('21'), 1)
})
