import { expect, test } from 'vitest'
import { answerSession, readSessionExpires } from '#sip/session-expires.ts'

const message = (headers: Record<string, string>) => ({ header: (name: string) => headers[name] })

test.each([
  ['1800', { intervalS: 1800, refresher: undefined }],
  ['90;refresher=uas', { intervalS: 90, refresher: 'uas' }],
  [' 90 ; refresher = UAC ; x=y', { intervalS: 90, refresher: 'uac' }],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['99999999999', undefined],
])('Session-Expires "%s"', (value, read) => {
  expect(readSessionExpires(value)).toEqual(read)
})

test('who calls us and knows timers refreshes itself (RFC 4028 §9)', () => {
  expect(answerSession(message({ 'Session-Expires': '1800', Supported: 'replaces, timer' }))).toEqual({
    kind: 'agreed',
    headers: { 'Session-Expires': '1800;refresher=uac', Require: 'timer' },
  })
})

test('asked to refresh, or by a proxy for one that cannot, we refresh', () => {
  for (const headers of [{ 'Session-Expires': '600;refresher=uas' }, { 'Session-Expires': '600' }])
    expect(answerSession(message(headers))).toEqual({
      kind: 'agreed',
      headers: { 'Session-Expires': '600;refresher=uas' },
    })
})

test('an interval below 90 s is refused where that is understood, else ignored', () => {
  expect(answerSession(message({ 'Session-Expires': '30', Supported: 'timer' })).kind).toBe('tooSmall')
  expect(answerSession(message({ 'Session-Expires': '30' })).kind).toBe('none')
})
