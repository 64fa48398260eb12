// A million damaged SIP messages and wire-protocol frames against a running server: node bench/fuzz-sip.ts [inputs=1000000] [seed=1]
// Ends with an error when a callback threw, something was left behind, or the heap grew.
import { fuzzSip } from '#test/fuzz-sip.ts'
import { rfc4475, rfc5118 } from '#test/wire/sip/embedded/torture-messages.ts'

const inputs = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? 1)
const from = performance.now()
const report = await fuzzSip({
  seed,
  inputs,
  messages: [...rfc4475, ...rfc5118].map(({ text }) => text),
  onProgress: (done) => {
    if (done % 100_000 === 0)
      process.stderr.write(`${done} inputs, ${Math.round((performance.now() - from) / 1_000)} s\n`)
  },
})
const rssMiB = Math.round(process.memoryUsage.rss() / 1_048_576)
process.stdout.write(`${JSON.stringify({ seed, ...report, rssMiB }, undefined, 2)}\n`)
const [quarter, end] = report.heapMiB
if (report.errors.length > 0 || end > quarter + 30) process.exitCode = 1
