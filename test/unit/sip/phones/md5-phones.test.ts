import { expect, test } from 'vitest'
import { openMd5Phones } from '#sip/phones/md5-phones.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { fakeRequest } from '#test/unit/sip/fake-request.ts'

const from = (user: string, more: Record<string, string> = {}) =>
  fakeRequest({
    method: 'REGISTER',
    headers: { From: `<sip:${user}@acme.example>;tag=${Math.random()}`, ...more },
  })

test('a phone known to give up on SHA-256 is offered MD5 alone at once', () => {
  const phones = openMd5Phones(fakeClock())

  expect(phones.needsMd5(from('bob', { 'User-Agent': 'baresip v1.0.0 (x86_64/linux)' }))).toBe(true)
  expect(phones.needsMd5(from('eva', { 'User-Agent': 'baresip v3.9.0 (x86_64/linux)' }))).toBe(false)
})

test('a phone that leaves two challenges unanswered gets MD5 alone, and keeps it; others do not', () => {
  const phones = openMd5Phones(fakeClock())

  expect([1, 2, 3].map(() => phones.needsMd5(from('bob')))).toEqual([false, false, true])
  phones.answered(from('bob'))
  expect(phones.needsMd5(from('bob'))).toBe(true)
  expect(phones.needsMd5(from('eva'))).toBe(false)
})

test('a phone that answers its challenges is offered both for ever', () => {
  const phones = openMd5Phones(fakeClock())
  for (let turn = 0; turn < 5; turn += 1) {
    expect(phones.needsMd5(from('bob'))).toBe(false)
    phones.answered(from('bob'))
  }
})

test('after an hour both are tried again', async () => {
  const clock = fakeClock()
  const phones = openMd5Phones(clock)
  for (let turn = 0; turn < 3; turn += 1) phones.needsMd5(from('bob'))

  await clock.advance(3_600_001)

  expect(phones.needsMd5(from('bob'))).toBe(false)
})
