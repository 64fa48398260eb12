import { expect, test } from 'vitest'
import { inSrvOrder } from '#sip/embedded/dns-records.ts'

const record = (name: string, priority: number, weight: number) => ({ name, priority, weight, port: 5060 })
const names = (random: () => number, ...records: ReturnType<typeof record>[]) =>
  inSrvOrder(records, random).map(({ name }) => name)

test('a lower priority number comes first, whatever the weights', () => {
  expect(names(() => 0.999, record('b', 2, 100), record('a', 1, 0), record('c', 3, 50))).toEqual([
    'a',
    'b',
    'c',
  ])
})

test.each([
  [0, ['a', 'b']],
  [0.24, ['a', 'b']],
  [0.26, ['b', 'a']],
  [0.99, ['b', 'a']],
])('within a priority the weight decides: at %s', (draw, expected) => {
  expect(names(() => draw, record('b', 1, 3), record('a', 1, 1))).toEqual(expected)
})

test('three times the weight is three times as often first', () => {
  let first = 0
  for (let round = 0; round < 4_000; round += 1)
    if (inSrvOrder([record('b', 1, 3), record('a', 1, 1)])[0]?.name === 'b') first += 1

  expect(first).toBeGreaterThan(2_800)
  expect(first).toBeLessThan(3_200)
})

test('records without any weight are all there', () => {
  expect(names(() => 0.5, record('a', 1, 0), record('b', 1, 0)).toSorted()).toEqual(['a', 'b'])
})
