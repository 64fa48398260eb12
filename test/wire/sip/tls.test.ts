// Trunks and phones over TLS, from the first handshake to the last BYE, with the certificate we make for ourselves.
import { expect, test } from 'vitest'
import { readConfig } from '#config/config.ts'
import { systemClock } from '#lib/clock.ts'
import { sendAuthenticated } from '#sip/authenticated.ts'
import { connectDrachtio } from '#sip/drachtio.ts'
import { startEmbeddedServer } from '#sip/embedded/server.ts'
import type { IncomingLeg } from '#sip/leg.ts'
import { startSip } from '#sip/signalling.ts'
import type { ReceivedRequest } from '#sip/sip-server.ts'
import { openStore } from '#store/store.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'
import { certificates } from './embedded/certificates.ts'
import { sdp } from './far-server.ts'
import { testLog } from './sip-under-test.ts'

/** Our signalling on TLS alone, and a far end on TLS whose certificate names 127.0.0.1. */
async function both() {
  const open = new AsyncDisposableStack()
  const made = open.use(certificates())
  const files = await made.make('127.0.0.1')
  const base = { clock: systemClock, log: testLog }
  const embedded = open.use(
    await startEmbeddedServer({
      ...base,
      listen: [{ protocol: 'tls', address: '127.0.0.1', port: 0 }],
      tls: { ...files, verifies: () => false },
      admin: { address: '127.0.0.1', port: 0, secret: 'far' },
    }),
  )
  const far = open.use(
    connectDrachtio({ ...base, host: '127.0.0.1', port: embedded.adminPort, secret: 'far' }),
  )
  const seen: ReceivedRequest[] = []
  const script = new Map<string, (request: ReceivedRequest) => void>()
  far.onRequest = (request) => {
    seen.push(request)
    const act = script.get(request.method)
    if (act) act(request)
    else request.reply(200)
  }
  await waitUntil('the far end is up', () => far.up)
  const folder = open.use(tempFolder())
  const config = readConfig({
    DATA_FOLDER: folder.path,
    SIP_ADDRESS: '127.0.0.1',
    SIP_TRANSPORTS: 'tls',
    SIP_TLS_PORT: '0',
    SIP_TLS_CA: files.certFile,
  })
  const store = open.use(openStore({ ...base, dataFolder: folder.path }))
  const tenant = store.createTenant({ name: 'acme', country: 'CZ', timeZone: 'Europe/Prague' })
  const sip = open.use(await startSip({ ...base, config, store }))
  const port = sip.listening.find((at) => at.protocol === 'tls')?.port ?? 0
  const farPort = embedded.listening[0]?.port ?? 0
  return {
    sip,
    tenant,
    port,
    far,
    farPort,
    seen,
    script,
    files,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const trunk = (host: string, port: number, tlsVerify: boolean) => ({
  provider: 'Acme Telecom',
  label: 'main line',
  kind: 'ip' as const,
  host,
  port,
  transport: 'tls' as const,
  tlsVerify,
  peers: ['127.0.0.1'],
  optionsIntervalMs: 300,
})

test('a trunk over TLS is green, carries a call each way and hangs up', async () => {
  await using world = await both()
  const { sip, tenant, port, far, farPort, script, seen } = world
  const line = sip.trunks.book.create(tenant.id, trunk('127.0.0.1', farPort, true))
  await waitUntil('green', () => sip.trunks.state(line.id)?.light === 'green')
  script.set('INVITE', async (request) => {
    const dialog = await request.accept({ body: sdp(2) })
    dialog.onRequest = (inside) => inside.reply(200)
  })

  const out = await sip.dial({
    target: { kind: 'trunk', trunkId: line.id, number: '+420222333444' },
    from: { number: '+420111222333', displayName: 'Alice' },
    sdp: sdp(),
    ringTimeoutMs: 5_000,
  }).result
  expect(out.kind).toBe('answered')
  if (out.kind === 'answered') await out.leg.hangUp()
  const incoming: IncomingLeg[] = []
  sip.onIncoming = (leg) => {
    incoming.push(leg)
    leg.answer(sdp()).catch(() => {})
  }
  const { dialog, answer } = await far.send({
    method: 'INVITE',
    uri: `sip:+420111222333@127.0.0.1:${port};transport=tls`,
    headers: { 'Content-Type': 'application/sdp' },
    body: sdp(3),
  }).final
  const bye = await dialog?.request({ method: 'BYE' }).final

  expect([answer.status, bye?.answer.status]).toEqual([200, 200])
  expect(incoming).toHaveLength(1)
  expect(answer.header('Contact')).toMatch(/^<sip:127\.0\.0\.1:\d+;transport=tls>$/)
  expect(new Set(seen.map(({ source }) => source.protocol))).toEqual(new Set(['tls']))
})

test('a carrier whose certificate bears another name is not called, unless the trunk says it need not prove itself', async () => {
  await using world = await both()
  const { sip, tenant, farPort, seen } = world

  const line = sip.trunks.book.create(tenant.id, trunk('localhost', farPort, true))
  await waitUntil('some tries', () => (sip.trunks.state(line.id)?.reachability.misses ?? 0) >= 2)
  expect(seen).toHaveLength(0)
  sip.trunks.book.update(line.id, { tlsVerify: false })

  await waitUntil('green', () => sip.trunks.state(line.id)?.light === 'green')
})

test('a phone registers over TLS and is called on the connection it opened', async () => {
  await using world = await both()
  const { sip, tenant, port, far, script, seen } = world
  const { phone, secret } = sip.phones.book.create(tenant.id, { label: 'desk', userId: 'bob' })
  const user = phone.username
  const { answer } = await sendAuthenticated({
    send: (one) => far.send(one),
    request: {
      method: 'REGISTER',
      uri: `sip:127.0.0.1:${port};transport=tls`,
      headers: {
        From: `<sip:${user}@acme.example>`,
        To: `<sip:${user}@acme.example>`,
        Contact: `<sip:${user}@192.168.7.7:5999;transport=tls>`,
        Expires: '300',
      },
    },
    credentials: { username: user, password: secret },
  }).final
  expect(answer.status).toBe(200)
  script.set('INVITE', async (request) => {
    const dialog = await request.accept({ body: sdp(2) })
    dialog.onRequest = (inside) => inside.reply(200)
  })

  const [contact = ''] = sip.contactsOf(phone.id)
  const call = await sip.dial({
    target: { kind: 'phone', phoneId: phone.id, contact },
    from: { number: '+420111222333', displayName: 'Alice' },
    sdp: sdp(),
    ringTimeoutMs: 5_000,
  }).result

  expect(call.kind).toBe('answered')
  expect(seen.find(({ method }) => method === 'INVITE')?.source.protocol).toBe('tls')
  expect(sip.phones.state(phone.id)).toMatchObject({ contacts: [{ transport: 'tls' }] })
  if (call.kind === 'answered') await call.leg.hangUp()
})
