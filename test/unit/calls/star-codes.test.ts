import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readStarCode, starCodes } from '#calls/star-codes.ts'

test.each([
  ['*43', { kind: 'echo' }],
  ['*8', { kind: 'pickup-group' }],
  ['**21', { kind: 'pickup', extension: '21' }],
  ['*3421', { kind: 'supervise', mode: 'listen', extension: '21' }],
  ['*36204', { kind: 'supervise', mode: 'join', extension: '204' }],
  ['703', { kind: 'parking-place', place: '703' }],
  [' *79 ', { kind: 'status', statusId: 'ready' }],
])('%s is understood', (dialled, service) => {
  expect(readStarCode(dialled)).toEqual(service)
})

test.each([
  '*31602123456',
  '*67602123456',
  '#31#602123456',
  '*82602',
  '21',
  '710',
  '**',
  '**2',
  '*34',
  '*8x',
  '*',
  '',
])('%s is no star code: people, numbers and the codes before them stay what they are', (dialled) => {
  expect(readStarCode(dialled)).toBeUndefined()
})

test('docs/star-codes.md tells the same as the table', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/star-codes.md'), 'utf8')
  const told = [...page.matchAll(/^\| `(\*[^`]*)` \| (.*) \|$/gm)].map(([, code, does]) => `${code} ${does}`)
  expect(told).toEqual(starCodes.map(({ code, extension, does }) => `${code}${extension ? '…' : ''} ${does}`))
})
