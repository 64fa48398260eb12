import { expect, test } from 'vitest'
import { openNonInvite } from './client-bench.ts'

test('is repeated by timer E, doubling up to T2, until timer F (RFC 3261 §17.1.2.2)', async () => {
  const { clock, sentAt, failures } = openNonInvite()

  await clock.advance(32_000)

  expect(sentAt).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
  expect(failures).toEqual(['timeout'])
  expect(clock.waiting).toBe(0)
})

test('is repeated every T2 once a provisional response came, and still times out', async () => {
  const { clock, sentAt, heard, failures, receive } = openNonInvite()
  await clock.advance(600)

  receive(100)
  await clock.advance(31_400)

  expect(sentAt).toEqual([0, 500, 4_600, 8_600, 12_600, 16_600, 20_600, 24_600, 28_600])
  expect(heard).toEqual(['100'])
  expect(failures).toEqual(['timeout'])
})

test('the owner hears one final answer; copies are absorbed until timer K', async () => {
  const { clock, heard, sent, receive, transaction } = openNonInvite()

  receive(200)
  receive(200)
  await clock.advance(4_999)
  expect(transaction.state).toBe('completed')
  await clock.advance(1)

  expect(heard).toEqual(['200'])
  expect(sent).toEqual(['UDP OPTIONS'])
  expect(transaction.state).toBe('ended')
  expect(clock.waiting).toBe(0)
})

test('over TCP it is sent once and ends with the answer', async () => {
  const { clock, sent, receive, transaction } = openNonInvite('tcp')
  await clock.advance(10_000)

  receive(404)

  expect(sent).toEqual(['TCP OPTIONS'])
  expect(transaction.state).toBe('ended')
  expect(clock.waiting).toBe(0)
})

test('it cannot be cancelled', () => {
  const { cancels, receive, transaction } = openNonInvite()
  receive(100)

  transaction.cancel()

  expect(cancels).toHaveLength(0)
  transaction.end()
})
