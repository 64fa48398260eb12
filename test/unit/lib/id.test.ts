import { expect, test } from 'vitest'
import { newId } from '#lib/id.ts'

test('an id is a UUIDv7 with its time in front (RFC 9562 §5.7)', () => {
  const at = Date.UTC(2200, 0, 1)

  const id = newId(at)

  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at)
})

test('ids sort in the order they were made, also within a millisecond and when the clock goes back', () => {
  const at = Date.UTC(2200, 0, 2)

  const ids = Array.from({ length: 10_000 }, (_, index) => newId(at - (index % 3)))

  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})
