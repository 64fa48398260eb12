// A million mutated SDP, RTP, SRTP and RTCP inputs: node --expose-gc bench/fuzz-media.ts [runs=1000000] [seed=now]
import { performance } from 'node:perf_hooks'
import { dice, fuzzPackets, fuzzSdp } from '#test/media-fuzz.ts'

const runs = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
const throwDice = dice(seed)
const rounds = 20
const heap: number[] = []
console.log(`seed ${seed}`)
const started = performance.now()
for (let round = 0; round < rounds; round += 1) {
  fuzzSdp(runs / rounds / 4, throwDice)
  fuzzPackets((runs / rounds / 4) * 3, throwDice)
  globalThis.gc?.()
  heap.push(Math.round(process.memoryUsage().heapUsed / 1e5) / 10)
}
console.log(`${runs} inputs in ${Math.round((performance.now() - started) / 1000)} s, none broke anything`)
console.log(`heap in MB after each twentieth: ${heap.join(' ')}`)
// Code is compiled and caches are filled in the first rounds; what grows after them is a leak.
const grown = (heap.at(-1) ?? 0) - (heap[4] ?? 0)
if (grown > 20) throw new Error(`the heap grew by ${grown} MB`)
