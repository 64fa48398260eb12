import { expect, test } from 'vitest'
import { groupWords, memberWords, roomWords } from '#admin/web/team-calls/group-words.ts'

test.each([
  [{ act: 'all', ringMs: 20_000, overflow: '201' }, 'Rings all, 20 s, then 201'],
  [{ act: 'all', ringMs: 90_000, overflow: null }, 'Rings all, 90 s'],
  [
    { act: 'order', ringMs: 15_000, overflow: '+420222333444' },
    'Rings one after the other, 15 s each, then +420222333444',
  ],
] as const)('how a ring group rings is one line: %o', (group, words) => {
  expect(groupWords(group)).toBe(words)
})

test('the people of a group are named in the order they ring, and who is gone is told', () => {
  const people = [
    { id: 'b', name: 'Bob White' },
    { id: 'e', name: 'Eva Black' },
  ]

  expect(memberWords(['e', 'b'], people)).toBe('Eva Black, Bob White')
  expect(memberWords(['x', 'b'], people)).toBe('Bob White, 1 person who is gone')
  expect(memberWords(['x', 'y'], people)).toBe('2 people who are gone')
})

test('a room tells the digits it asks for, or that it asks for none', () => {
  expect(roomWords('4711')).toBe('Asks for 4711')
  expect(roomWords(null)).toBe('Open to all who dial it')
})
