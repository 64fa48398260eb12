import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { refreshAfterMs, startRegistration } from '#sip/trunks/registration.ts'
import type { Trunk } from '#sip/trunks/trunk.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { fakeServer } from '../fake-server.ts'

const trunk: Trunk = {
  id: 't1',
  tenantId: 'acme',
  provider: 'Acme Telecom',
  label: 'main',
  kind: 'registration',
  host: 'sip.acme.example',
  port: null,
  transport: 'udp',
  tlsVerify: true,
  outboundProxy: null,
  username: 'acme1',
  hasPassword: true,
  realm: null,
  fromDomain: null,
  callerId: null,
  identity: 'from',
  fromUser: 'number',
  foreignNumbers: true,
  peers: [],
  maxCalls: null,
  numberFormat: 'plus',
  prefixes: [],
  enabled: true,
  optionsIntervalMs: 5_000,
  registerExpiresS: 300,
  contactUser: 'cb1',
  createdAt: 0,
  changedAt: 0,
}
const challenge = { 'WWW-Authenticate': 'Digest realm="acme", nonce="n1", qop="auth"' }

function start(more: Partial<Trunk> = {}) {
  const clock = fakeClock()
  const server = fakeServer()
  const registration = startRegistration({
    trunk: { ...trunk, ...more },
    password: 'secret',
    server,
    clock,
    log: silentLog,
    onChange: () => {},
  })
  const answer = async (status: number, headers: Record<string, string> = {}, reason = '') => {
    server.sent.at(-1)?.answer(status, headers, reason)
    await clock.advance(0)
  }
  return { clock, server, registration, answer }
}

test('the REGISTER names account, contact and expiry, and is refreshed at half of what was granted', async () => {
  const { clock, server, registration, answer } = start()
  expect(server.sent[0]?.request).toMatchObject({
    method: 'REGISTER',
    uri: 'sip:sip.acme.example',
    headers: {
      To: '<sip:acme1@sip.acme.example>',
      Contact: '<sip:cb1@localhost>;expires=300',
      Expires: '300',
    },
  })

  await answer(200, {
    Contact: '<sip:other@192.0.2.9>;expires=7, <sip:cb1@192.0.2.1:5060>;expires=120',
    Expires: '500',
  })
  expect(registration.state).toMatchObject({ kind: 'registered', registrar: { address: '192.0.2.10' } })
  await clock.advance(59_900)
  expect(server.sent).toHaveLength(1)
  await clock.advance(200)

  expect(server.sent).toHaveLength(2)
  const [first, second] = server.sent.map(({ request }) => request.headers)
  expect(second?.['Call-ID']).toBe(first?.['Call-ID'])
  expect([first?.CSeq, second?.CSeq]).toEqual(['1 REGISTER', '2 REGISTER'])
})

test.each([
  [60, 30_000],
  [3_600, 600_000],
])('%i s granted are refreshed after %i ms', (granted, afterMs) => {
  expect(refreshAfterMs(granted)).toBe(afterMs)
})

test('credentials refused: nothing more is sent, until someone says so', async () => {
  const { clock, server, registration, answer } = start()
  await answer(401, challenge)
  expect(server.sent[1]?.request.headers).toHaveProperty('Authorization')
  await answer(401, challenge, 'Unauthorized')
  expect(registration.state).toMatchObject({ kind: 'rejected', code: 401 })

  await clock.advance(24 * 3_600_000)
  registration.registerNow()
  expect(server.sent).toHaveLength(2)

  registration.registerNow({ force: true })
  expect(server.sent).toHaveLength(3)
})

test('a stale nonce is no wrong password', async () => {
  const { server, registration, answer } = start()
  await answer(401, challenge)
  await answer(401, { 'WWW-Authenticate': 'Digest realm="acme", nonce="n2", qop="auth", stale=true' })
  expect(server.sent).toHaveLength(3)
  await answer(200)

  expect(registration.state.kind).toBe('registered')
})

test('a challenge of another realm is not answered: it would show our hash to someone else', async () => {
  const { server, registration, answer } = start({ realm: 'elsewhere' })
  await answer(401, challenge, 'Unauthorized')

  expect(server.sent).toHaveLength(1)
  expect(registration.state).toMatchObject({ kind: 'failed', code: 401 })
})

test.each([403, 404, 480, 500, 503])(
  '%i is tried again for ever, ever more slowly, at most each minute',
  async (status) => {
    const { clock, server, registration, answer } = start()
    const waits: number[] = []
    for (let tries = 1; tries <= 12; tries += 1) {
      await answer(status, {}, 'No')
      expect(registration.state).toMatchObject({ kind: 'failed', code: status, failures: tries })
      const from = clock.now()
      while (server.sent.length === tries) await clock.advance(200)
      waits.push(clock.now() - from)
    }
    // 2 s and 60 s, each spread by a fifth.
    expect(waits[0]).toBeLessThanOrEqual(2_600)
    expect(Math.min(...waits.slice(-3))).toBeGreaterThanOrEqual(48_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(72_200)
  },
)

test('Retry-After is kept, up to five minutes', async () => {
  const { clock, server, answer } = start()
  await answer(503, { 'Retry-After': '200' })
  await clock.advance(199_000)
  expect(server.sent).toHaveLength(1)
  await clock.advance(2_000)
  expect(server.sent).toHaveLength(2)
  await answer(503, { 'Retry-After': '999999' })
  await clock.advance(301_000)
  expect(server.sent).toHaveLength(3)
})

test('no answer in 8 s is a failure; a refresh that fails leaves the old registration valid', async () => {
  const { clock, server, registration, answer } = start()
  await answer(200, { Expires: '100' })
  await clock.advance(50_000)
  expect(server.sent).toHaveLength(2)
  await clock.advance(8_000)

  expect(registration.state).toMatchObject({
    kind: 'failed',
    code: undefined,
    validUntil: clock.now() + 42_000,
  })
})

test('423 without a usable Min-Expires does not loop', async () => {
  const { server, registration, answer } = start()
  await answer(423, { 'Min-Expires': '300' })
  expect(server.sent).toHaveLength(1)
  expect(registration.state).toMatchObject({ kind: 'failed', code: 423 })
})

test('423 that grows each time ends', async () => {
  const { server, registration, answer } = start()
  for (const minimum of ['600', '1200', '2400']) await answer(423, { 'Min-Expires': minimum })

  expect(server.sent).toHaveLength(3)
  expect(registration.state).toMatchObject({ kind: 'failed', code: 423 })
})

test('without our SIP server nothing is sent, and it is tried again', async () => {
  const { clock, server, registration, answer } = start()
  await answer(200, { Expires: '60' })
  server.setUp(false)
  await clock.advance(30_000)
  expect(registration.state).toMatchObject({ kind: 'failed', reason: 'our SIP server is not running' })
  server.setUp(true)
  registration.registerNow()

  expect(server.sent).toHaveLength(2)
})

test('at the end it unregisters, and no timer is left', async () => {
  const { clock, server, registration, answer } = start()
  await answer(200, { Expires: '60' })
  const ending = registration[Symbol.asyncDispose]()
  await clock.advance(0)
  expect(server.sent[1]?.request.headers).toMatchObject({ Expires: '0' })
  await clock.advance(2_000)
  await ending

  expect(clock.waiting).toBe(0)
})
