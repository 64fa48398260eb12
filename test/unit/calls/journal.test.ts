import { expect, test } from 'vitest'
import { z } from 'zod'
import { Journal } from '#calls/journal.ts'
import { CordboardError } from '#lib/errors.ts'
import { silentLog } from '#lib/log.ts'
import { type Database, query } from '#store/database.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { memoryDatabase } from '#test/temp-folder.ts'

const words = query(z.object({ word: z.string() }), 'SELECT word FROM words ORDER BY rowid')

function opened() {
  const db = memoryDatabase()
  db.script('CREATE TABLE words (word TEXT NOT NULL)')
  const clock = fakeClock()
  const disk = { full: false }
  const refusing: Database = new Proxy(db, {
    get: (target, name: keyof Database) => {
      if (name === 'transactionSoon' && disk.full)
        return () => {
          throw new CordboardError('store.full', 'The disk is full.', { retry: true })
        }
      const value = target[name]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const journal = new Journal({ db: refusing, clock, log: silentLog })
  const write = (word: string) => journal.write(() => void db.run('INSERT INTO words VALUES (?)', [word]))
  return { journal, clock, disk, write, written: () => db.all(words).map((row) => row.word) }
}

test('what the full disk refused is written in order as soon as there is room', async () => {
  const { journal, clock, disk, write, written } = opened()
  write('one')
  disk.full = true
  write('two')
  write('three')
  expect(written()).toEqual(['one'])

  await clock.advance(5_000)
  expect(journal.waiting).toBe(2)
  disk.full = false
  await clock.advance(5_000)

  expect(written()).toEqual(['one', 'two', 'three'])
  expect(clock.waiting).toBe(0)
})

test('a write that is a bug does not hold up the others', () => {
  const { journal, write, written, clock } = opened()

  journal.write(() => {
    throw new Error('a bug')
  })
  write('next')

  expect(written()).toEqual(['next'])
  expect(clock.waiting).toBe(0)
})

test('disposing tries once more and leaves no timer', () => {
  const { journal, disk, write, written, clock } = opened()
  disk.full = true
  write('late')
  disk.full = false

  journal[Symbol.dispose]()

  expect(written()).toEqual(['late'])
  expect(clock.waiting).toBe(0)
})

test('a first row that must stand is refused at once', () => {
  const { journal, disk } = opened()
  disk.full = true

  expect(() => journal.writeNow(() => {})).toThrow('The disk is full.')
  expect(journal.waiting).toBe(0)
})
