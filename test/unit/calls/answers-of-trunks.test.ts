import { afterEach, beforeEach, expect, test } from 'vitest'
import { numbersOf } from '#calls/answers-of-trunks.ts'
import type { Numbers } from '#calls/neighbours.ts'
import { silentLog } from '#lib/log.ts'
import { numberBook } from '#sip/trunks/number-book.ts'
import { trunkBook } from '#sip/trunks/trunk-book.ts'
import { type TestStore, testStore } from '#test/temp-folder.ts'

let kept: TestStore
let numbers: Numbers
let trunkId: string
beforeEach(() => {
  kept = testStore()
  const { store, clock, tenant } = kept
  const options = { db: store.system, vault: store.vault, clock, log: silentLog }
  const book = trunkBook(options)
  const own = numberBook(options)
  const made = { provider: 'acme', label: 'main', kind: 'ip', host: '192.0.2.1' } as const
  trunkId = book.create(tenant.id, made).id
  own.create(tenant.id, { number: '+420221000111', trunkId })
  const other = store.createTenant({ name: 'other', country: 'CZ', timeZone: 'Europe/Prague' })
  own.create(other.id, { number: '+420221000999', trunkId: book.create(other.id, made).id })
  const rank = () => [trunkId, 'gone'].map((id) => ({ trunkId: id, skipped: undefined, failedLately: false }))
  numbers = numbersOf({ store, trunks: { book, numbers: own, rank, failed: () => {} } })
})
afterEach(() => kept[Symbol.dispose]())

test.each(['+420221000111', '420221000111', '00420221000111', '221000111', '221 000 111'])(
  'a call to %s is to our number',
  (dialled) => {
    expect(numbers.findInbound(trunkId, dialled)).toEqual({
      tenantId: kept.tenant.id,
      number: '+420221000111',
    })
  },
)

test.each(['+420221000112', 'anonymous', '', '+420221000999', '1'.repeat(500)])(
  'a call to %s through this trunk is to nobody here, nor in another company',
  (dialled) => {
    expect(numbers.findInbound(trunkId, dialled)).toBeUndefined()
  },
)

test('a call through a trunk that was removed is to nobody', () => {
  expect(numbers.findInbound('gone', '+420221000111')).toBeUndefined()
})

test.each([
  ['+420600000001', '+420600000001'],
  ['600000001', '+420600000001'],
  ['4915112345678', '+4915112345678'],
  ['anonymous', undefined],
  ['112', undefined],
])('a caller shown as %s is %s', (shown, read) => {
  expect(numbers.readCaller(kept.tenant, shown)).toBe(read)
})

test('a way out shows the trunk’s own number; a trunk that went in between is left out', () => {
  const dialled = numbers.read(kept.tenant, '600 000 001')

  expect(dialled).toEqual({ kind: 'number', number: '+420600000001', country: 'CZ', type: 'ordinary' })
  expect(dialled.kind !== 'invalid' && numbers.rankWays(kept.tenant, dialled)).toMatchObject([
    { trunkId, label: 'main', number: '+420600000001', from: '+420221000111', withheld: false },
  ])
})
