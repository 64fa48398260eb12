import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countryOfNumber, isPhoneNumber, readPhoneNumber, showPhoneNumber } from '#people/phone-number.ts'

test.each([
  ['+420 602 123 456', 'CZ', '+420602123456'],
  ['602123456', 'CZ', '+420602123456'],
  ['00420602123456', 'CZ', '+420602123456'],
  ['0049 30 901820', 'CZ', '+4930901820'],
  ['030 901820', 'DE', '+4930901820'],
  ['(212) 555-0123', 'US', '+12125550123'],
  ['12125550123', 'US', '+12125550123'],
  ['011 420 602 123 456', 'US', '+420602123456'],
  ['020 7946 0018', 'GB', '+442079460018'],
  ['+39 06 698 1', 'CZ', '+39066981'],
  ['tel:+420-602-123-456', 'CZ', '+420602123456'],
  ['TEL:602-123-456;phone-context=x', 'CZ', '+420602123456'],
  ['+420602123456;user=phone', 'CZ', '+420602123456'],
  ['  +420602123456\t', 'ZZ', '+420602123456'],
])('%s in %s is %s', (text, country, number) => {
  expect(readPhoneNumber(text, country)).toBe(number)
})

test.each([
  ['', 'CZ'],
  ['101', 'CZ'],
  ['112', 'CZ'],
  ['911', 'US'],
  ['anonymous', 'CZ'],
  ['sip:alice@example.com', 'CZ'],
  ['call 602123456 now', 'CZ'],
  ['602123456', 'ZZ'],
  ['+', 'CZ'],
  ['+999999999999999999999', 'CZ'],
  ['1'.repeat(64), 'CZ'],
])('%s in %s is no phone number', (text, country) => {
  expect(readPhoneNumber(text, country)).toBeUndefined()
})

test('a text longer than any number is not looked at', () => {
  expect(readPhoneNumber(`${' '.repeat(100_000)}+420602123456`, 'CZ')).toBeUndefined()
})

test('whatever is read is E.164, reads as itself again, and nothing throws', () => {
  const characters = fc.constantFrom(...'0123456789+-() ;,#*/.tel:x', '\u0660', '\0', '\n')
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 70 }), (text) => {
      const number = readPhoneNumber(text, 'CZ')
      if (number === undefined) return
      expect(isPhoneNumber(number)).toBe(true)
      expect(readPhoneNumber(number, 'US')).toBe(number)
    }),
  )
})

test('people see their own country in national style and others with their code', () => {
  expect(showPhoneNumber('+420602123456', 'CZ')).toBe('602 123 456')
  expect(showPhoneNumber('+420602123456', 'DE')).toBe('+420 602 123 456')
  expect(showPhoneNumber('anonymous', 'CZ')).toBe('anonymous')
  expect(countryOfNumber('+4930901820')).toBe('DE')
})
