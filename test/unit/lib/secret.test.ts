import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { sameSecret, vaultFromKey } from '#lib/secret.ts'

test('a sealed secret opens to the same text and never looks the same twice', () => {
  const vault = vaultFromKey(randomBytes(32))

  const [first, second] = [vault.seal('pa55'), vault.seal('pa55')]

  expect(vault.open(first)).toBe('pa55')
  expect(first).not.toBe(second)
})

test('a changed or foreign secret is refused with secret.unreadable', () => {
  const sealed = vaultFromKey(randomBytes(32)).seal('pa55')

  expect(() => vaultFromKey(randomBytes(32)).open(sealed)).toThrow(
    expect.objectContaining({ code: 'secret.unreadable' }),
  )
})

test('secrets compare equal only when they are the same', () => {
  expect(sameSecret('a', 'a')).toBe(true)
  expect(sameSecret('a', 'b')).toBe(false)
})
