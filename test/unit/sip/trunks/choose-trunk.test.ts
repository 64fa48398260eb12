import { expect, test } from 'vitest'
import { chooseTrunks, rankTrunks, type TrunkChoice } from '#sip/trunks/choose-trunk.ts'

const trunk = (trunkId: string, more: Partial<TrunkChoice> = {}): TrunkChoice => ({
  trunkId,
  tenantId: 'acme',
  enabled: true,
  usable: true,
  callsInUse: 0,
  maxCalls: null,
  prefixes: [],
  ...more,
})
const call = { tenantId: 'acme', number: '+420222333444' }

test('the preferred trunk first, then the least busy', () => {
  const trunks = [trunk('a', { callsInUse: 3 }), trunk('b', { callsInUse: 1 }), trunk('c', { callsInUse: 5 })]
  expect(chooseTrunks(trunks, { ...call, preferred: 'c' })).toEqual(['c', 'b', 'a'])
})

test('trunks that are down, full, off or of another company are left out', () => {
  const trunks = [
    trunk('down', { usable: false }),
    trunk('full', { callsInUse: 2, maxCalls: 2 }),
    trunk('off', { enabled: false }),
    trunk('other', { tenantId: 'umbrella' }),
    trunk('ok', { callsInUse: 1, maxCalls: 2 }),
  ]
  expect(chooseTrunks(trunks, call)).toEqual(['ok'])
})

test('an emergency call tries the full and the doubtful ones too, last', () => {
  const trunks = [
    trunk('full', { callsInUse: 2, maxCalls: 2 }),
    trunk('down', { usable: false }),
    trunk('ok'),
  ]
  expect(chooseTrunks(trunks, { tenantId: 'acme', number: '112', emergency: true })).toEqual([
    'ok',
    'down',
    'full',
  ])
})

test('a prefix draws its numbers away from the others, and takes no others', () => {
  const trunks = [
    trunk('all'),
    trunk('local', { prefixes: ['+420'] }),
    trunk('prague', { prefixes: ['+4202'] }),
  ]
  expect(chooseTrunks(trunks, call)).toEqual(['prague', 'local'])
  expect(chooseTrunks(trunks, { tenantId: 'acme', number: '+49301234567' })).toEqual(['all'])
})

test('a trunk for some prefixes is the very last to be asked for help', () => {
  const trunks = [trunk('special', { prefixes: ['+99'] }), trunk('down', { usable: false })]
  expect(chooseTrunks(trunks, { tenantId: 'acme', number: '112', emergency: true })).toEqual([
    'down',
    'special',
  ])
})

test('a rule’s trunks alone are tried, in its order', () => {
  const trunks = [trunk('a'), trunk('b'), trunk('c', { callsInUse: 9 })]
  const through = [
    { trunkId: 'b', order: 2, weight: 1 },
    { trunkId: 'c', order: 1, weight: 1 },
    { trunkId: 'gone', order: 1, weight: 1 },
  ]
  expect(chooseTrunks(trunks, { ...call, through })).toEqual(['c', 'b'])
})

test('within one order the dice draw by weight', () => {
  const trunks = [trunk('a'), trunk('b')]
  const through = [
    { trunkId: 'a', order: 1, weight: 1 },
    { trunkId: 'b', order: 1, weight: 3 },
  ]
  expect(chooseTrunks(trunks, { ...call, through, dice: () => 0.2 })).toEqual(['a', 'b'])
  expect(chooseTrunks(trunks, { ...call, through, dice: () => 0.3 })).toEqual(['b', 'a'])
})

test('one that failed a moment ago comes after the others, also against the rule’s order', () => {
  const trunks = [trunk('a', { failedLately: true }), trunk('b')]
  const through = [
    { trunkId: 'a', order: 1, weight: 1 },
    { trunkId: 'b', order: 2, weight: 1 },
  ]
  expect(chooseTrunks(trunks, { ...call, through })).toEqual(['b', 'a'])
})

test('what is left out is told with its reason', () => {
  const trunks = [
    trunk('off', { enabled: false }),
    trunk('down', { usable: false }),
    trunk('full', { callsInUse: 1, maxCalls: 1 }),
  ]
  expect(rankTrunks(trunks, call).map(({ trunkId, skipped }) => [trunkId, skipped])).toEqual([
    ['down', 'down'],
    ['off', 'off'],
    ['full', 'full'],
  ])
})
