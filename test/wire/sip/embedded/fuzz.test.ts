import { expect, test } from 'vitest'
import { fuzzSip } from '#test/fuzz-sip.ts'
import { rfc4475, rfc5118 } from './torture-messages.ts'

// The rest of the million: bench/fuzz-sip.ts. The seed is fixed, so that a red test can be looked at again.
test('ten thousand damaged inputs: no callback throws, all are forgotten, the server still answers', async () => {
  const messages = [...rfc4475, ...rfc5118].map(({ text }) => text)

  const report = await fuzzSip({ seed: 4475, inputs: 10_000, messages })

  expect(report.errors).toEqual([])
  expect(report.malformed).toBeGreaterThan(2_000)
  expect(report.answered).toBeGreaterThan(1_000)
  expect(report.heapMiB[1] - report.heapMiB[0]).toBeLessThan(30)
}, 60_000)
