import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { ha1Of } from '#sip/digest.ts'
import { openLocations, type PhoneContact } from '#sip/phones/locations.ts'
import { isPhoneUsername, phoneBook, phoneRealm } from '#sip/phones/phone.ts'
import { type TestStore, testStore } from '#test/temp-folder.ts'

const bookOf = (kept: TestStore) => phoneBook({ store: kept.store, clock: kept.clock, log: silentLog })
const contact = (kept: TestStore, line: number, more: Partial<PhoneContact> = {}): PhoneContact => ({
  contact: `sip:bob@10.0.0.5;line=${line}`,
  route: `sip:bob@203.0.113.9:${4_000 + line}`,
  transport: 'udp',
  userAgent: 'Desk 1.0',
  callId: 'c',
  cseq: 1,
  registeredAt: kept.clock.now() + line,
  expiresAt: kept.clock.now() + 300_000,
  ...more,
})

test('a new phone has a name and a secret of its own, and proves itself with them', () => {
  using kept = testStore()
  const book = bookOf(kept)

  const { phone, secret } = book.create(kept.tenant.id, { label: 'desk', userId: 'bob' })

  expect(isPhoneUsername(phone.username)).toBe(true)
  expect(secret).toMatch(/^[a-z2-9]{20}$/)
  expect(book.credentialOf(phone.username)).toEqual({
    phone,
    ha1: {
      MD5: ha1Of('MD5', phone.username, phoneRealm, secret),
      'SHA-256': ha1Of('SHA-256', phone.username, phoneRealm, secret),
    },
  })
  expect(book.secretOf(phone.id)).toBe(secret)
  expect(book.ofUser(kept.tenant.id, 'bob')).toEqual([phone])
})

test('a removed phone is known to nobody', () => {
  using kept = testStore()
  const book = bookOf(kept)
  const { phone } = book.create(kept.tenant.id, { label: 'desk' })
  book.remove(phone.id)

  expect([book.find(phone.id), book.credentialOf(phone.username), book.list(kept.tenant.id)]).toEqual([
    undefined,
    undefined,
    [],
  ])
})

test.each(['', 'a\nb', 'x'.repeat(81)])('a label like %j is refused', (label) => {
  using kept = testStore()
  expect(() => bookOf(kept).create(kept.tenant.id, { label })).toThrow(
    expect.objectContaining({ code: 'sip.phone-input' }),
  )
})

test('contacts come freshest first, go when they expire, and that is told', async () => {
  using kept = testStore()
  const { phone } = bookOf(kept).create(kept.tenant.id, { label: 'desk' })
  using locations = openLocations({ store: kept.store, clock: kept.clock, log: silentLog })
  const told: boolean[] = []
  locations.onChange.on(({ online }) => told.push(online))
  locations.save(phone, contact(kept, 1))
  locations.save(phone, contact(kept, 2, { expiresAt: kept.clock.now() + 60_000 }))
  expect(locations.of(phone).map((one) => one.route)).toEqual([
    'sip:bob@203.0.113.9:4002',
    'sip:bob@203.0.113.9:4001',
  ])

  await kept.clock.advance(61_000)
  expect(locations.of(phone)).toHaveLength(1)
  await kept.clock.advance(300_000)

  expect(locations.of(phone)).toEqual([])
  expect(told).toEqual([true, true, true, false])
})

test('contacts outlive a restart', () => {
  using kept = testStore()
  const { phone } = bookOf(kept).create(kept.tenant.id, { label: 'desk' })
  openLocations({ store: kept.store, clock: kept.clock, log: silentLog }).save(phone, contact(kept, 1))

  using again = openLocations({ store: kept.store, clock: kept.clock, log: silentLog })

  expect(again.of(phone)).toHaveLength(1)
})

test('a phone that registers a new port each time keeps its ten freshest', () => {
  using kept = testStore()
  const { phone } = bookOf(kept).create(kept.tenant.id, { label: 'desk' })
  using locations = openLocations({ store: kept.store, clock: kept.clock, log: silentLog })
  for (let line = 1; line <= 12; line += 1) locations.save(phone, contact(kept, line))

  const routes = locations.of(phone).map((one) => one.route)
  expect([routes.length, routes[0]]).toEqual([10, 'sip:bob@203.0.113.9:4012'])
})
