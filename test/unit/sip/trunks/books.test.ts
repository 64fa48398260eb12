import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { lightStrip, saveLight } from '#sip/trunks/light-strip.ts'
import { numberBook } from '#sip/trunks/number-book.ts'
import type { TrunkInput } from '#sip/trunks/trunk.ts'
import { trunkBook } from '#sip/trunks/trunk-book.ts'
import { followFacts } from '#store/facts.ts'
import { testStore } from '#test/temp-folder.ts'

const line: TrunkInput = {
  provider: 'Acme Telecom',
  label: 'main',
  kind: 'registration',
  host: 'SIP.acme.example',
  username: 'acme1',
  password: 'secret word',
}

function books() {
  const kept = testStore()
  const options = { db: kept.store.system, vault: kept.store.vault, clock: kept.clock, log: silentLog }
  const trunks = trunkBook(options)
  return { ...kept, trunks, numbers: numberBook(options), [Symbol.dispose]: () => kept[Symbol.dispose]() }
}

test('a trunk is kept with its defaults, its password sealed', () => {
  using kept = books()
  const told: string[] = []
  kept.trunks.onChange.on(({ what }) => told.push(what))

  const trunk = kept.trunks.create(kept.tenant.id, line)

  expect(trunk).toMatchObject({
    host: 'sip.acme.example',
    port: null,
    transport: 'udp',
    enabled: true,
    hasPassword: true,
    optionsIntervalMs: 5_000,
    numberFormat: 'plus',
    prefixes: [],
  })
  expect(kept.trunks.passwordOf(trunk.id)).toBe('secret word')
  expect(JSON.stringify(trunk)).not.toContain('secret word')
  expect(told).toEqual(['created'])
})

test('a change keeps what it does not name, the password too', () => {
  using kept = books()
  const { id, contactUser } = kept.trunks.create(kept.tenant.id, { ...line, peers: ['192.0.2.0/24'] })

  const after = kept.trunks.update(id, { label: 'second', maxCalls: 4 })

  expect(after).toMatchObject({ label: 'second', maxCalls: 4, peers: ['192.0.2.0/24'], contactUser })
  expect(kept.trunks.passwordOf(id)).toBe('secret word')
  expect(kept.trunks.update(id, { kind: 'ip', password: null }).hasPassword).toBe(false)
})

test.each<[string, Partial<TrunkInput>]>([
  ['no password', { password: null }],
  ['no user name', { username: null }],
  ['a host with a space', { host: 'sip acme' }],
  ['a host with a header', { host: 'a\r\nX: y' }],
  ['a user name with a bracket', { username: 'a>b' }],
  ['a label with a line break', { label: 'a\nb' }],
  ['a port beyond the last', { port: 70_000 }],
  ['a peer that is no address', { peers: ['acme.example'] }],
  ['an outbound proxy with a header', { outboundProxy: 'a?Route=b' }],
  ['a caller id that is no number', { callerId: '222333' }],
  ['a transport there is not', { outboundProxy: 'sip:a;transport=sctp' }],
])('%s is refused with a sentence', (_what, more) => {
  using kept = books()
  expect(() => kept.trunks.create(kept.tenant.id, { ...line, ...more })).toThrow(
    expect.objectContaining({ code: 'sip.trunk-input' }),
  )
  expect(kept.trunks.list()).toEqual([])
})

test('a number belongs to one company on the box and to a trunk of that company', () => {
  using kept = books()
  const other = kept.store.createTenant({ name: 'umbrella', country: 'CZ', timeZone: 'Europe/Prague' })
  const { id } = kept.trunks.create(kept.tenant.id, line)

  expect(kept.numbers.create(kept.tenant.id, { number: '+420 222-333 444', trunkId: id }).number).toBe(
    '+420222333444',
  )
  expect(() => kept.numbers.create(kept.tenant.id, { number: '+420222333444', trunkId: id })).toThrow(
    expect.objectContaining({ code: 'store.duplicate' }),
  )
  expect(() => kept.numbers.create(other.id, { number: '+420222333445', trunkId: id })).toThrow(
    expect.objectContaining({ code: 'sip.number-input' }),
  )
  expect(() => kept.numbers.create(kept.tenant.id, { number: '222333444', trunkId: id })).toThrow(
    expect.objectContaining({ code: 'sip.number-input' }),
  )
  expect(kept.numbers.ofTrunk(id).map((own) => own.number)).toEqual(['+420222333444'])
  kept.trunks.remove(id)
  expect(kept.numbers.list()).toEqual([])
})

test('the strip is gapless, and each change is a fact', async () => {
  using kept = books()
  const { id } = kept.trunks.create(kept.tenant.id, line)
  const at = (minutes: number) => kept.clock.now() + minutes * 60_000
  const save = (minutes: number, light: 'green' | 'red', before: 'grey' | 'green') =>
    saveLight(kept.store.system, {
      trunkId: id,
      tenantId: kept.tenant.id,
      at: at(minutes),
      light,
      before,
      reason: 'because',
      advice: '',
      lastCode: 200,
    })
  save(10, 'green', 'grey')
  save(30, 'red', 'green')

  const facts: string[] = []
  using follower = followFacts({
    db: kept.store.system,
    name: 'test',
    clock: kept.clock,
    log: silentLog,
    handle: (fact) => facts.push(fact.kind),
  })
  await follower.caughtUp()

  expect(lightStrip(kept.store.system, id, { from: at(0), to: at(60) })).toEqual([
    { from: at(0), to: at(10), light: 'grey' },
    { from: at(10), to: at(30), light: 'green' },
    { from: at(30), to: at(60), light: 'red' },
  ])
  expect(lightStrip(kept.store.system, id, { from: at(20), to: at(25) })).toEqual([
    { from: at(20), to: at(25), light: 'green' },
  ])
  expect(facts).toEqual(['trunk-light', 'trunk-light'])
})
