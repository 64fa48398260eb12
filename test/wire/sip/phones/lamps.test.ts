// Lamps and messages of phones (RFC 6665, RFC 4235, RFC 3842), on the wire: a phone subscribes and is told.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import type { LampCall } from '#sip/subscriptions/lamp.ts'
import { type LampPhone, lampPhone } from '#test/lamp-phone.ts'
import { waitUntil } from '#test/wait-until.ts'
import { type SipUnderTest, sipUnderTest } from '../sip-under-test.ts'

let our: SipUnderTest
let phone: LampPhone
let phoneId: string
let stop: () => Promise<void>
/** Calls at Eva's extension 21. */
let calls: readonly LampCall[]
let unheard: number
let changes: Events<{ readonly tenantId: string }>

const ringing: LampCall = {
  id: 'c1',
  state: 'ringing',
  direction: 'in',
  onHold: false,
  number: '+420600000001',
  name: 'Alice',
}

beforeEach(async () => {
  await using stack = new AsyncDisposableStack()
  our = stack.use(await sipUnderTest())
  const { sip, tenant, port } = our
  calls = []
  unheard = 0
  changes = new Events(silentLog)
  sip.showLamps({
    lamps: {
      callsAt: (tenantId, extension) => (tenantId === tenant.id && extension === '21' ? calls : undefined),
      changes,
    },
    messages: {
      waitingFor: (_tenantId, userId, extension) =>
        userId === 'bob' && (extension === undefined || extension === '22')
          ? { unheard, heard: 0 }
          : undefined,
      changes,
    },
  })
  const made = sip.phones.book.create(tenant.id, { label: 'desk', userId: 'bob' })
  phoneId = made.phone.id
  phone = stack.use(await lampPhone({ port, username: made.phone.username, secret: made.secret }))
  const open = stack.move()
  stop = () => open.disposeAsync()
})
afterEach(() => stop())

const change = (now: readonly LampCall[]) => {
  calls = now
  changes.emit({ tenantId: our.tenant.id })
}

test('a phone is told at once, when eva rings, talks and is free again, each time with the next version', async () => {
  const lamp = await phone.subscribe('21')
  expect(lamp.status).toBe(200)
  expect(lamp.answer.header('Expires')).toBe('600')
  const first = await phone.hears(lamp, 1)
  expect(first.header('Event')).toBe('dialog')
  expect(first.header('Content-Type')).toBe('application/dialog-info+xml')
  expect(first.header('Subscription-State')).toBe('active;expires=600')
  expect(first.body).toContain('version="0"')
  expect(first.body).toContain('<state>terminated</state>')

  change([ringing])
  const second = await phone.hears(lamp, 2)
  expect(second.body).toContain('version="1"')
  expect(second.body).toMatch(/direction="recipient">\s*<state>early<\/state>/)
  expect(second.body).toContain('<remote><identity display="Alice">sip:+420600000001@127.0.0.1')

  change([{ ...ringing, state: 'talking' }])
  expect((await phone.hears(lamp, 3)).body).toContain('<state>confirmed</state>')

  change([])
  const last = await phone.hears(lamp, 4)
  expect(last.body).toContain('version="3"')
  expect(last.body).toContain('<dialog id="c1"><state>terminated</state></dialog>')
})

test('a refresh in the dialog is answered and tells again; Expires 0 ends it with the last word', async () => {
  const lamp = await phone.subscribe('21')
  await phone.hears(lamp, 1)

  const again = await phone.subscribe('21', { within: lamp, expires: 120 })
  expect([again.status, again.answer.header('Expires')]).toEqual([200, '120'])
  expect((await phone.hears(lamp, 2)).header('Subscription-State')).toBe('active;expires=120')

  const over = await phone.subscribe('21', { within: lamp, expires: 0 })
  expect([over.status, over.answer.header('Expires')]).toEqual([200, '0'])
  expect((await phone.hears(lamp, 3)).header('Subscription-State')).toBe('terminated;reason=timeout')
  await waitUntil('nobody subscribes', () => our.sip.subscriptions === 0)
  expect((await phone.subscribe('21', { within: lamp })).status).toBe(481)
})

test('Expires 0 from the start asks once', async () => {
  const once = await phone.subscribe('21', { expires: 0 })

  expect(once.status).toBe(200)
  expect((await phone.hears(once, 1)).header('Subscription-State')).toBe('terminated;reason=timeout')
})

test.each([
  [
    'an event nobody knows',
    '21',
    { event: 'calendar' },
    489,
    'Allow-Events: dialog, presence, message-summary',
  ],
  ['too short a time', '21', { expires: 30 }, 423, 'Min-Expires: 60'],
  ['a type we do not write', '21', { accept: 'text/plain' }, 406, ''],
  ['an extension the company has not', '99', {}, 404, ''],
  ['a colleague’s messages', '21', { event: 'message-summary' }, 403, ''],
] as const)('%s is refused', async (_what, user, wish, status, header) => {
  const refused = await phone.subscribe(user, wish)

  expect(refused.status).toBe(status)
  expect(refused.answer.text).toContain(header)
  expect(our.sip.subscriptions).toBe(0)
})

test('a phone of another company is not told of extensions here', async () => {
  const other = our.store.createTenant({ name: 'other', country: 'CZ', timeZone: 'Europe/Prague' })
  const made = our.sip.phones.book.create(other.id, { label: 'desk', userId: 'mallory' })
  await using stranger = await lampPhone({
    port: our.port,
    username: made.phone.username,
    secret: made.secret,
  })

  expect((await stranger.subscribe('21')).status).toBe(404)
})

test('a phone that calls itself another one is refused, as is a wrong password', async () => {
  const other = our.sip.phones.book.create(our.tenant.id, { label: 'other' }).phone.username
  await using liar = await lampPhone({ port: our.port, username: other, secret: 'wrong' })

  expect((await phone.subscribe('21', { from: other })).status).toBe(403)
  expect((await liar.subscribe('21')).status).toBe(407)
})

test('a phone that answers 481 is told no more', async () => {
  const lamp = await phone.subscribe('21')
  await phone.hears(lamp, 1)

  phone.answers = 481
  change([ringing])

  await phone.hears(lamp, 2)
  await waitUntil('nobody subscribes', () => our.sip.subscriptions === 0)
})

test('the message lamp is lit and goes out; the id it was asked for is said back', async () => {
  unheard = 2
  const lamp = await phone.subscribe('22', { event: 'message-summary;id=7' })
  const first = await phone.hears(lamp, 1)
  expect(first.header('Event')).toBe('message-summary;id=7')
  expect(first.header('Content-Type')).toBe('application/simple-message-summary')
  expect(first.body).toMatch(/^Messages-Waiting: yes\r\n.*Voice-Message: 2\/0 \(0\/0\)\r\n$/s)

  unheard = 0
  changes.emit({ tenantId: our.tenant.id })

  expect((await phone.hears(lamp, 2)).body).toContain('Messages-Waiting: no')
})

test('a phone that asks for presence is told in PIDF', async () => {
  const lamp = await phone.subscribe('21', { event: 'presence' })
  expect((await phone.hears(lamp, 1)).body).toContain('<basic>open</basic>')

  change([ringing])

  expect((await phone.hears(lamp, 2)).body).toContain('<note>Ringing</note>')
})

test('a phone that gets another secret has to subscribe anew; one that is removed is told that it may not', async () => {
  const before = await phone.subscribe('21')
  await phone.hears(before, 1)
  our.sip.phones.book.update(phoneId, { label: 'moved' })
  expect((await phone.hears(before, 2)).header('Subscription-State')).toBe('terminated;reason=deactivated')

  const lamp = await phone.subscribe('21')
  await phone.hears(lamp, 1)
  our.sip.phones.book.remove(phoneId)
  expect((await phone.hears(lamp, 2)).header('Subscription-State')).toBe('terminated;reason=rejected')
})

test('a program that stops says so, and phones subscribe again', async () => {
  const lamp = await phone.subscribe('21')
  await phone.hears(lamp, 1)

  const stopped = our.sip[Symbol.asyncDispose]()

  expect((await phone.hears(lamp, 2)).header('Subscription-State')).toBe('terminated;reason=deactivated')
  await stopped
})
