import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orphansOf } from '#media/freeswitch/orphans.ts'

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const row = (n: number, changes: object = {}) => ({
  uuid: uuid(n),
  created_epoch: '1000',
  cid_num: 'us',
  ...changes,
})
const options = { known: new Set([uuid(1)]), user: 'us', now: 1_100_000, youngMs: 60_000 }
const listed = (...rows: object[]) => JSON.stringify({ row_count: rows.length, rows })

test('an old channel of ours that no leg stands for is an orphan', () => {
  expect(orphansOf(listed(row(1), row(2)), options)).toEqual([uuid(2)])
})

test('a young channel, and one of another installation, is spared', () => {
  const text = listed(row(2, { created_epoch: '1060' }), row(3, { cid_num: 'them' }), row(4))

  expect(orphansOf(text, options)).toEqual([uuid(4)])
})

test('an empty list has no rows at all', () => {
  expect(orphansOf('{"row_count":0}\n', options)).toEqual([])
})

test('a row that is no row is passed over: nothing but a uuid can become a command', () => {
  const text = listed(row(2, { uuid: 'all; system rm' }), { uuid: uuid(3) }, row(4))

  expect(orphansOf(text, options)).toEqual([uuid(4)])
})

test('whatever comes instead of the list does no harm', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      orphansOf(text, options)
    }),
  )
})
