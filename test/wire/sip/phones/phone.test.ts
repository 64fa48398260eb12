import { afterEach, beforeEach, expect, test } from 'vitest'
import { sendAuthenticated } from '#sip/authenticated.ts'
import type { IncomingLeg } from '#sip/leg.ts'
import type { OutgoingRequest } from '#sip/sip-server.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type FarServer, farServer, sdp } from '../far-server.ts'
import { type SipUnderTest, sipUnderTest } from '../sip-under-test.ts'

let phone: FarServer
let our: SipUnderTest
let phoneId: string
let username: string
let secret: string

beforeEach(async () => {
  phone = await farServer()
  our = await sipUnderTest()
  const made = our.sip.phones.book.create(our.tenant.id, { label: 'desk', userId: 'bob' })
  phoneId = made.phone.id
  username = made.phone.username
  secret = made.secret
})

afterEach(async () => {
  await our[Symbol.asyncDispose]()
  await phone[Symbol.asyncDispose]()
})

interface Registering {
  readonly transport?: 'udp' | 'tcp'
  readonly contact?: string
  readonly expires?: number
  readonly password?: string
  readonly user?: string
}

async function register(how: Registering = {}) {
  const transport = how.transport ?? 'udp'
  const user = how.user ?? username
  const contact = how.contact ?? `<sip:${user}@127.0.0.1:${phone.port};transport=${transport}>`
  const { answer } = await sendAs(
    {
      method: 'REGISTER',
      uri: `sip:127.0.0.1:${our.port};transport=${transport}`,
      headers: {
        From: `<sip:${user}@acme.example>`,
        To: `<sip:${user}@acme.example>`,
        'User-Agent': 'Desk 1.0',
        ...(contact === '' ? {} : { Contact: contact }),
        Expires: String(how.expires ?? 300),
      },
    },
    how,
  )
  return answer
}

const sendAs = (request: OutgoingRequest, how: Registering = {}) =>
  sendAuthenticated({
    send: (one) => phone.server.send(one),
    request,
    credentials: { username: how.user ?? username, password: how.password ?? secret },
  }).final

test.each(['udp', 'tcp'] as const)('a phone registers over %s and can be called there', async (transport) => {
  const answer = await register({ transport })

  expect(answer.status).toBe(200)
  expect(answer.header('Contact')).toContain(';expires=300')
  expect(our.sip.phones.state(phoneId)).toMatchObject({
    online: true,
    contacts: [{ transport, userAgent: 'Desk 1.0' }],
  })
  phone.script.set('INVITE', async (request) => {
    const dialog = await request.accept({ body: sdp(2) })
    dialog.onRequest = (inside) => inside.reply(200)
  })
  const [contact = ''] = our.sip.contactsOf(phoneId)
  const call = our.sip.dial({
    target: { kind: 'phone', phoneId, contact },
    from: { number: '+420111222333', displayName: 'Alice' },
    sdp: sdp(),
    ringTimeoutMs: 5_000,
  })
  const result = await call.result
  expect(result.kind).toBe('answered')
  expect(phone.seen.find((request) => request.method === 'INVITE')?.source.protocol).toBe(transport)
  if (result.kind === 'answered') await result.leg.hangUp()
})

test('SHA-256 and MD5 are offered in headers of their own, MD5 first for phones that read no further (RFC 8760)', async () => {
  const { answer } = await phone.server.send({
    method: 'REGISTER',
    uri: `sip:127.0.0.1:${our.port}`,
    headers: { From: `<sip:${username}@acme.example>`, To: `<sip:${username}@acme.example>` },
  }).final

  expect(answer.status).toBe(401)
  const offered = (answer.header('WWW-Authenticate') ?? '').matchAll(/algorithm=([\w-]+)/g)
  expect(Array.from(offered, ([, algorithm]) => algorithm)).toEqual(['MD5', 'SHA-256'])
})

test('a wrong password and an unknown name get the same 401', async () => {
  const wrong = await register({ password: 'wrong' })
  const unknown = await register({ user: 'phaaaaaaaa' })

  expect([wrong.status, unknown.status]).toEqual([401, 401])
  expect(our.sip.phones.state(phoneId)?.online).toBe(false)
})

test('ten wrong passwords lock out this address for this name, not the name itself', async () => {
  const other = our.sip.phones.book.create(our.tenant.id, { label: 'second' })
  for (let tries = 0; tries < 10; tries += 1) await register({ password: 'wrong' })

  const locked = register()
  const free = await register({ user: other.phone.username, password: other.secret })
  const silent = await Promise.race([locked, new Promise((resolve) => setTimeout(resolve, 400, 'silent'))])

  expect([free.status, silent]).toEqual([200, 'silent'])
})

test('two contacts are both kept, one is removed by expires 0, all by *', async () => {
  const first = `<sip:${username}@127.0.0.1:${phone.port};line=1>`
  const second = `<sip:${username}@127.0.0.1:${phone.port};line=2>`
  const count = () => our.sip.contactsOf(phoneId).length
  await register({ contact: first })
  await register({ contact: second })
  expect(count()).toBe(2)

  await register({ contact: first, expires: 0 })
  expect(count()).toBe(1)

  await register({ contact: first })
  await register({ contact: '*', expires: 0 })
  expect(count()).toBe(0)
})

test('too short a registration is refused with 423, too long a one is shortened', async () => {
  const brief = await register({ expires: 5 })
  const long = await register({ expires: 100_000 })

  expect([brief.status, brief.header('Min-Expires')]).toEqual([423, '60'])
  expect(long.header('Contact')).toContain(';expires=3600')
})

test.each([
  ['a broken contact', '<sip:', 400],
  ['* with others', '*, <sip:a@b>', 400],
  ['* without Expires 0', '*', 400],
  ['a tel: contact', '<tel:+420111>', 400],
])('%s is refused and changes nothing', async (_what, contact, status) => {
  expect((await register({ contact })).status).toBe(status)
  expect(our.sip.contactsOf(phoneId)).toEqual([])
})

test('nobody registers for another phone', async () => {
  const other = our.sip.phones.book.create(our.tenant.id, { label: 'second' })
  const { answer } = await sendAs({
    method: 'REGISTER',
    uri: `sip:127.0.0.1:${our.port}`,
    headers: {
      From: `<sip:${username}@acme.example>`,
      To: `<sip:${other.phone.username}@acme.example>`,
      Contact: `<sip:x@127.0.0.1:${phone.port}>`,
    },
  })
  expect(answer.status).toBe(403)
})

test('a phone dials after proving who it is', async () => {
  const incoming = new Promise<IncomingLeg>((resolve) => {
    our.sip.onIncoming = resolve
  })
  const calling = sendAs({
    method: 'INVITE',
    uri: `sip:200@127.0.0.1:${our.port}`,
    headers: { From: `"Bob" <sip:${username}@acme.example>` },
    body: sdp(),
  })
  const leg = await incoming

  expect(leg).toMatchObject({
    dialled: '200',
    origin: { kind: 'phone', phoneId, tenantId: our.tenant.id, userId: 'bob' },
  })
  leg.reject(486)
  expect((await calling).answer.status).toBe(486)
})

test('a phone with a wrong password dials nobody', async () => {
  let reached = false
  our.sip.onIncoming = () => {
    reached = true
  }
  const { answer } = await sendAs(
    {
      method: 'INVITE',
      uri: `sip:200@127.0.0.1:${our.port}`,
      headers: { From: `<sip:${username}@acme.example>` },
      body: sdp(),
    },
    { password: 'wrong' },
  )
  expect([answer.status, reached]).toEqual([407, false])
})

test('a new secret ends the registrations made with the old one', async () => {
  await register()
  const fresh = our.sip.phones.book.renewSecret(phoneId)

  expect(our.sip.contactsOf(phoneId)).toEqual([])
  expect((await register()).status).toBe(401)
  expect((await register({ password: fresh.secret })).status).toBe(200)
})

test('scanners get no answer', async () => {
  const scan = phone.server.send({
    method: 'OPTIONS',
    uri: `sip:100@127.0.0.1:${our.port}`,
    headers: { 'User-Agent': 'friendly-scanner' },
  })
  await waitUntil('it was counted', () => our.sip.strangers.scanners === 1)
  const silent = await Promise.race([
    scan.final,
    new Promise((resolve) => setTimeout(resolve, 300, 'silent')),
  ])
  expect(silent).toBe('silent')
})
