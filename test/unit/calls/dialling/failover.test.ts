import { expect, test } from 'vitest'
import { mayTryAnother } from '#calls/dialling/failover.ts'
import { noAnswerFromStatus, sentenceOf } from '#sip/status.ts'

const told = (status: number) => {
  const why = noAnswerFromStatus(status)
  return { kind: 'no-answer', why, sentence: sentenceOf(why) } as const
}

test.each([401, 402, 403, 404, 407, 408, 480, 488, 500, 502, 503, 504])(
  '%i is tried at another trunk',
  (status) => {
    expect(mayTryAnother(told(status), false)).toBe(true)
  },
)

test.each([410, 484, 486, 600, 603, 604, 606, 607, 608])('%i is the last word', (status) => {
  expect(mayTryAnother(told(status), false)).toBe(false)
})

test('whoever was rung is not rung again through another trunk', () => {
  expect(mayTryAnother(told(503), true)).toBe(false)
})

test('silence and a line of ours that is down are tried elsewhere; a caller who gave up is not', () => {
  const silence = { kind: 'no-answer', why: { kind: 'timeout' }, sentence: 'no answer' } as const
  expect(mayTryAnother(silence, false)).toBe(true)
  expect(mayTryAnother({ kind: 'failed', sentence: 'no line', retry: true }, false)).toBe(true)
  expect(mayTryAnother({ kind: 'cancelled' }, false)).toBe(false)
})
