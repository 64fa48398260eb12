import { expect, test } from 'vitest'
import { answerSession, readSessionExpires, sessionFromAnswer, sessionTimer } from '#sip/session-timer.ts'
import { fakeClock } from '#test/fake-clock.ts'

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
    terms: { intervalS: 1800, weRefresh: false },
    headers: { 'Session-Expires': '1800;refresher=uac', Require: 'timer' },
  })
})

test('asked to refresh, or by a proxy for one that cannot, we refresh', () => {
  for (const headers of [{ 'Session-Expires': '600;refresher=uas' }, { 'Session-Expires': '600' }])
    expect(answerSession(message(headers))).toMatchObject({ kind: 'agreed', terms: { weRefresh: true } })
})

test('an interval below 90 s is refused where that is understood, else ignored', () => {
  expect(answerSession(message({ 'Session-Expires': '30', Supported: 'timer' })).kind).toBe('tooSmall')
  expect(answerSession(message({ 'Session-Expires': '30' })).kind).toBe('none')
  expect(sessionFromAnswer(message({ 'Session-Expires': '30' }))).toBeUndefined()
})

test('we refresh before half the interval, and give up at its end', async () => {
  const clock = fakeClock()
  const seen: string[] = []
  const timer = sessionTimer({
    clock,
    onRefresh: () => seen.push('refresh'),
    onExpired: () => seen.push('expired'),
  })
  timer.set({ intervalS: 100, weRefresh: true })
  await clock.advance(45_000)
  expect(seen).toEqual(['refresh'])

  timer.set({ intervalS: 100, weRefresh: true })
  await clock.advance(99_000)
  expect(seen).toEqual(['refresh', 'refresh'])
  await clock.advance(1_000)
  expect(seen).toEqual(['refresh', 'refresh', 'expired'])
})

test('a far end that should refresh and does not is given up a little before the end (RFC 4028 §10)', async () => {
  const clock = fakeClock()
  const seen: string[] = []
  const timer = sessionTimer({
    clock,
    onRefresh: () => seen.push('refresh'),
    onExpired: () => seen.push('expired'),
  })
  timer.set({ intervalS: 90, weRefresh: false })
  await clock.advance(59_000)
  expect(seen).toEqual([])
  await clock.advance(1_000)
  expect(seen).toEqual(['expired'])
  timer[Symbol.dispose]()
  expect(clock.waiting).toBe(0)
})
