import { expect, test } from 'vitest'
import { ha1Of, isRightResponse, readCredentials, writeChallenge } from '#sip/digest.ts'
import type { ReceivedRequest } from '#sip/sip-server.ts'
import type { TrunkInput } from '#sip/trunks/trunk.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type FarServer, farServer, sdp } from '../far-server.ts'
import { sipUnderTest } from '../sip-under-test.ts'

const line = (carrier: FarServer, more: Partial<TrunkInput> = {}): TrunkInput => ({
  provider: 'Acme Telecom',
  label: 'main line',
  kind: 'registration',
  host: '127.0.0.1',
  port: carrier.port,
  username: 'acme1',
  password: 'right',
  optionsIntervalMs: 300,
  ...more,
})

/** A registrar that knows acme1 with the password `right`. */
function registrar(carrier: FarServer, onAccepted: (request: ReceivedRequest) => void): void {
  carrier.script.set('REGISTER', (request) => {
    const given = readCredentials(request.header('Authorization') ?? '')[0]
    const ha1 = ha1Of(given?.algorithm ?? 'MD5', 'acme1', 'acme, inc', 'right')
    if (given && isRightResponse(ha1, given, 'REGISTER')) return onAccepted(request)
    const challenge = { realm: 'acme, inc', nonce: 'n1', stale: false } as const
    request.reply(401, {
      headers: {
        'WWW-Authenticate': [
          writeChallenge({ ...challenge, algorithm: 'SHA-256' }),
          writeChallenge({ ...challenge, algorithm: 'MD5' }),
        ],
      },
    })
  })
}

const accept = (request: ReceivedRequest) =>
  request.reply(200, { headers: { Contact: `${request.header('Contact')}`, Expires: '120' } })

test('a trunk registers with digest and turns green', async () => {
  await using carrier = await farServer()
  const accepted: ReceivedRequest[] = []
  registrar(carrier, (request) => {
    accepted.push(request)
    accept(request)
  })
  await using our = await sipUnderTest()

  const trunk = our.sip.trunks.book.create(our.tenant.id, line(carrier))

  const state = await waitUntil('green', () => {
    const now = our.sip.trunks.state(trunk.id)
    return now?.light === 'green' && now.reachability.kind === 'up' && now
  })
  expect(state.reason).toMatch(/^Registered; OPTIONS answered in \d+ ms\.$/)
  expect(readCredentials(accepted[0]?.header('Authorization') ?? '')[0]?.algorithm).toBe('SHA-256')
  const [first, second] = carrier.seen.filter((request) => request.method === 'REGISTER')
  expect(second?.callId).toBe(first?.callId)
  expect(second?.cseq).toBeGreaterThan(first?.cseq ?? 0)
  expect(our.sip.trunks.dialogue(trunk.id).map((one) => one.text.slice(0, 14))).toEqual([
    '→ REGISTER sip',
    '← 401 Unauthor',
    '→ REGISTER sip',
    '← 200 OK',
  ])
})

test('a wrong password turns the light red and stops the trunk until it is changed', async () => {
  await using carrier = await farServer()
  registrar(carrier, accept)
  await using our = await sipUnderTest()
  const trunk = our.sip.trunks.book.create(our.tenant.id, line(carrier, { password: 'wrong' }))
  const rejected = await waitUntil('red', () => {
    const now = our.sip.trunks.state(trunk.id)
    return now?.light === 'red' && now
  })
  expect(rejected).toMatchObject({ registration: { kind: 'rejected', code: 401 }, lastCode: 401 })
  expect(rejected.reason).toContain('refuses the username or password')
  const sent = carrier.count('REGISTER')
  await waitUntil('several OPTIONS later', () => carrier.count('OPTIONS') >= 4)
  expect(carrier.count('REGISTER')).toBe(sent)

  our.sip.trunks.book.update(trunk.id, { password: 'right' })

  await waitUntil('green', () => our.sip.trunks.state(trunk.id)?.light === 'green')
})

test('423 raises the expiry to what the provider asks for', async () => {
  await using carrier = await farServer()
  carrier.script.set('REGISTER', (request) => {
    if (Number(request.header('Expires')) < 1_800) request.reply(423, { headers: { 'Min-Expires': '1800' } })
    else accept(request)
  })
  await using our = await sipUnderTest()

  const trunk = our.sip.trunks.book.create(our.tenant.id, line(carrier))

  await waitUntil('registered', () => our.sip.trunks.state(trunk.id)?.registration.kind === 'registered')
  expect(carrier.seen.filter((one) => one.method === 'REGISTER').map((one) => one.header('Expires'))).toEqual(
    ['300', '1800'],
  )
})

test('a trunk that is switched off says goodbye to its registrar', async () => {
  await using carrier = await farServer()
  registrar(carrier, accept)
  await using our = await sipUnderTest()
  const trunk = our.sip.trunks.book.create(our.tenant.id, line(carrier))
  await waitUntil('registered', () => our.sip.trunks.state(trunk.id)?.registration.kind === 'registered')

  our.sip.trunks.book.update(trunk.id, { enabled: false })

  await waitUntil('unregistered', () => carrier.seen.some((one) => one.header('Expires') === '0'))
  expect(our.sip.trunks.state(trunk.id)).toMatchObject({ light: 'grey', reason: 'Switched off.' })
})

test.each(['udp', 'tcp'] as const)(
  'a carrier calls the Contact we registered over %s, from wherever it likes',
  async (transport) => {
    await using carrier = await farServer()
    const contacts: string[] = []
    registrar(carrier, (request) => {
      contacts.push(/<([^>]+)>/.exec(request.header('Contact') ?? '')?.[1] ?? '')
      expect(request.source.protocol).toBe(transport)
      accept(request)
    })
    await using our = await sipUnderTest()
    const trunk = our.sip.trunks.book.create(our.tenant.id, line(carrier, { transport }))
    await waitUntil('registered', () => our.sip.trunks.state(trunk.id)?.registration.kind === 'registered')
    const dialled = new Promise<string>((resolve) => {
      our.sip.onIncoming = (leg) => {
        resolve(leg.dialled)
        leg.reject(486)
      }
    })
    await using elsewhere = await farServer()

    const { answer } = await elsewhere.server.send({
      method: 'INVITE',
      uri: contacts[0] ?? '',
      headers: { From: '<sip:+420111@acme.example>', To: '<sip:+420222333444@acme.example>' },
      body: sdp(),
    }).final

    expect([answer.status, await dialled]).toEqual([486, '+420222333444'])
  },
)
