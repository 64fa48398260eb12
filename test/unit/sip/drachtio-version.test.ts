import { expect, test } from 'vitest'
import { isTooOld } from '#sip/drachtio-version.ts'

test.each([
  ['v0.9.9', true],
  ['v0.8.26-3-gabc', true],
  ['v0.9.10', false],
  ['v0.9.10-1-g9c2dd4cb6a', false],
  ['v0.10.0', false],
  ['v1.0.0', false],
  ['', false],
  ['main', false],
])('drachtio-server %j is too old: %s', (version, old) => {
  expect(isTooOld(version)).toBe(old)
})
