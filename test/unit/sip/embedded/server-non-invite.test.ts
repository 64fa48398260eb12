import { expect, test } from 'vitest'
import { openNonInvite } from './server-bench.ts'
import { answer, request } from './sip-text.ts'

const options = request({ method: 'OPTIONS' })
const trying = answer(options, 183)
const ok = answer(options, 200)

test('a repeated request is absorbed before an answer, then gets the last one again', () => {
  const { transaction, sent } = openNonInvite()

  transaction.repeat()
  expect(sent).toEqual([])
  transaction.respond(trying)
  transaction.repeat()
  transaction.respond(ok)
  transaction.repeat()

  expect(sent).toEqual([183, 183, 200, 200])
  transaction.end()
})

test('is forgotten by timer J, 64*T1 after the answer (RFC 3261 §17.2.2)', async () => {
  const { clock, transaction } = openNonInvite()
  transaction.respond(ok)

  await clock.advance(31_999)
  expect(transaction.state).toBe('completed')
  await clock.advance(1)

  expect(transaction.state).toBe('ended')
  expect(clock.waiting).toBe(0)
})

test('over TCP is forgotten with the answer', () => {
  const { clock, transaction } = openNonInvite('tcp')

  transaction.respond(ok)

  expect(transaction.state).toBe('ended')
  expect(clock.waiting).toBe(0)
})

test('one that its owner never answers ends in silence: 408 would come too late (RFC 4320 §4.2)', async () => {
  const { clock, transaction, sent, ...bench } = openNonInvite()

  await clock.advance(32_000)
  transaction.respond(ok)

  expect(transaction.state).toBe('ended')
  expect(sent).toEqual([])
  expect(bench.failures).toEqual([])
  expect(clock.waiting).toBe(0)
})

test('a second final answer is ignored', () => {
  const { transaction, sent } = openNonInvite()
  transaction.respond(ok)
  transaction.respond(answer(options, 486))

  expect(sent).toEqual([200])
  transaction.end()
})
