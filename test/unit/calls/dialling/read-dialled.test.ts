import { expect, test } from 'vitest'
import { readDialled, readWish } from '#calls/dialling/read-dialled.ts'

test.each([
  // As people write and dial at home.
  ['222 333 444', 'CZ', '', 'number', '+420222333444'],
  ['+420 222 333 444', 'CZ', '', 'number', '+420222333444'],
  ['00420222333444', 'DE', '', 'number', '+420222333444'],
  ['030 123456', 'DE', '', 'number', '+4930123456'],
  ['(212) 555-1234', 'US', '', 'number', '+12125551234'],
  ['011 420 222333444', 'US', '', 'number', '+420222333444'],
  ['06 20 123 4567', 'HU', '', 'number', '+36201234567'],
  // With a digit for the outside line, which may be left out.
  ['0222333444', 'CZ', '0', 'number', '+420222333444'],
  ['222333444', 'CZ', '0', 'number', '+420222333444'],
  ['000302123456789', 'DE', '0', 'number', '+302123456789'],
  ['0030123456', 'DE', '0', 'number', '+4930123456'],
  ['00420222333444', 'CZ', '0', 'number', '+420222333444'],
  ['000420222333444', 'CZ', '0', 'number', '+420222333444'],
  ['9911', 'US', '9', 'emergency', '911'],
  ['0112', 'DE', '0', 'emergency', '112'],
  ['01188', 'CZ', '0', 'service', '1188'],
  // Short numbers as they are.
  ['112', 'CZ', '', 'emergency', '112'],
  ['155', 'CZ', '', 'emergency', '155'],
  ['116 123', 'DE', '', 'service', '116123'],
  ['411', 'US', '', 'service', '411'],
  // None.
  ['205', 'CZ', '', 'invalid', undefined],
  ['nonsense', 'CZ', '', 'invalid', undefined],
  ['', 'CZ', '0', 'invalid', undefined],
  ['0', 'CZ', '0', 'invalid', undefined],
] as const)(
  '%s dialled in %s with outside line "%s" is %s %s',
  (text, country, outsideLine, kind, number) => {
    const read = readDialled(text, { country, outsideLine })

    expect(read.kind).toBe(kind)
    expect(read.kind === 'invalid' ? undefined : read.number).toBe(number)
  },
)

test.each([
  ['#31#222333444', '222333444', true],
  ['%2331%23222333444', '222333444', true],
  ['*31#222333444', '222333444', true],
  ['*31222333444', '222333444', true],
  ['*672125551234', '2125551234', true],
  ['*82+12125551234', '+12125551234', false],
  ['222333444', '222333444', undefined],
  ['*31', '*31', undefined],
] as const)('%s calls %s, withheld: %s', (text, number, withheld) => {
  expect(readWish(text)).toEqual({ number, withheld })
})

test.each([
  '1'.repeat(5_000),
  '*31'.repeat(2_000),
  '+'.repeat(500),
  '0'.repeat(64),
  '112\r\nRoute: <sip:evil.example>',
  '222333444\u0000',
  '😀112',
  "' OR 1=1 --",
])('hostile input is no number: %j', (text) => {
  expect(readDialled(text, { country: 'CZ', outsideLine: '0' })).toEqual({ kind: 'invalid' })
})
