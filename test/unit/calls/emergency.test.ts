import { expect, test } from 'vitest'
import { isEmergencyNumber } from '#calls/emergency.ts'

test.each([
  ['112', 'CZ'],
  ['911', 'CZ'],
  ['999', 'DE'],
  ['158', 'CZ'],
  ['1 5 0', 'CZ'],
  ['15', 'FR'],
  ['000', 'AU'],
])('%s is an emergency number in %s', (number, country) => {
  expect(isEmergencyNumber(number, country)).toBe(true)
})

test.each([
  ['158', 'DE'],
  ['+420158', 'CZ'],
  ['1120', 'CZ'],
  ['', 'CZ'],
  ['15', 'toString'],
])('%s is none in %s', (number, country) => {
  expect(isEmergencyNumber(number, country)).toBe(false)
})
