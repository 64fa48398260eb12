import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { carrierAuthenticator, provesByPassword } from '#sip/trunks/authenticate-carrier.ts'
import { trunkBook } from '#sip/trunks/trunk-book.ts'
import { testStore } from '#test/temp-folder.ts'

const known = { kind: 'ip', enabled: true, username: 'far', hasPassword: true, peers: [] } as const

test.each([
  ['a user name, a password and no list of addresses', known, true],
  ['a list of addresses: those alone are let in', { ...known, peers: ['192.0.2.7'] }, false],
  ['no password', { ...known, hasPassword: false }, false],
  ['no user name', { ...known, username: null }, false],
  ['switched off', { ...known, enabled: false }, false],
  ['one that registers: its carrier is known by that', { ...known, kind: 'registration' }, false],
] as const)('a carrier may prove itself by password: %s', (_, trunk, may) => {
  expect(provesByPassword(trunk)).toBe(may)
})

test('strangers are challenged only while some trunk waits for such a carrier', () => {
  using kept = testStore()
  const { store, clock, tenant } = kept
  const book = trunkBook({ db: store.system, vault: store.vault, clock, log: silentLog })
  using carriers = carrierAuthenticator({ book, clock, log: silentLog })
  expect(carriers.wanted).toBe(false)
  const line = { provider: 'acme', label: 'far', kind: 'ip', host: '192.0.2.1' } as const
  const trunk = book.create(tenant.id, { ...line, username: 'far', password: 'secret' })
  expect(carriers.wanted).toBe(true)
  book.remove(trunk.id)
  expect(carriers.wanted).toBe(false)
})
