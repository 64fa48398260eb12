import { expect, test } from 'vitest'
import { bestStatus } from '#sip/embedded/best-response.ts'

test.each([
  [[], undefined],
  [[486], 486],
  [[503, 404], 404],
  [[404, 603, 486], 603],
  [[404, 407], 407],
  [[302, 404], 302],
  [[486, 480], 486],
  [[408, 500, 503], 408],
])('of %j the caller hears %s (RFC 3261 §16.7)', (statuses, best) => {
  expect(bestStatus(statuses)).toBe(best)
})
