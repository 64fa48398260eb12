import { expect, test } from 'vitest'
import { isSignOfLife, type ProbeResult, watchReachability } from '#sip/trunks/reachability.ts'
import { fakeClock } from '#test/fake-clock.ts'

const answered: ProbeResult = { kind: 'answered', code: 200, rttMs: 8 }
const missed: ProbeResult = { kind: 'missed', code: undefined }
/** Our own limit for an answer: a miss takes as long. */
const missMs = 2_000

function watch(start: ProbeResult) {
  const clock = fakeClock()
  let next = start
  let probes = 0
  const changes: string[] = []
  const reachable = watchReachability({
    clock,
    intervalMs: 5_000,
    probe: () => {
      probes += 1
      const result = next
      if (result.kind === 'answered') return Promise.resolve(result)
      return new Promise((resolve) => clock.after(missMs, () => resolve(result)))
    },
    onProbe: (_result, changed) => changed && changes.push(reachable.state.kind),
  })
  return {
    clock,
    reachable,
    changes,
    answer: (result: ProbeResult) => {
      next = result
    },
    get probes() {
      return probes
    },
  }
}

test('up with the first answer, down with the third miss in a row, up again with the second answer', async () => {
  const { clock, reachable, changes, answer } = watch(answered)
  await clock.advance(0)
  expect(reachable.state).toMatchObject({ kind: 'up', rttMs: 8, lastCode: 200 })

  answer(missed)
  const from = clock.now()
  while (reachable.state.kind === 'up') await clock.advance(100)
  // K4: red within 15 s of the carrier dying, wherever in the interval it died.
  expect(clock.now() - from).toBeLessThan(15_000)
  expect(reachable.state.misses).toBe(3)

  answer(answered)
  const back = clock.now()
  while (reachable.state.kind === 'down') await clock.advance(100)
  expect(clock.now() - back).toBeLessThan(15_000)
  expect(changes).toEqual(['up', 'down', 'up'])
  reachable[Symbol.dispose]()
  expect(clock.waiting).toBe(0)
})

test('one lost OPTIONS changes nothing, and is asked again soon', async () => {
  const { clock, reachable, changes, answer } = watch(answered)
  await clock.advance(0)
  answer(missed)
  while (reachable.state.misses === 0) await clock.advance(100)
  answer(answered)
  await clock.advance(1_200)

  expect(reachable.state).toMatchObject({ kind: 'up', misses: 0 })
  expect(changes).toEqual(['up'])
  reachable[Symbol.dispose]()
})

test('who never answered is silent, not down', async () => {
  const { clock, reachable } = watch(missed)
  await clock.advance(12_000)

  expect(reachable.state.kind).toBe('silent')
  reachable[Symbol.dispose]()
})

test('a dead carrier is asked once per interval, not more', async () => {
  const { clock, reachable, answer } = watch(answered)
  await clock.advance(0)
  answer(missed)
  while (reachable.state.kind === 'up') await clock.advance(100)
  const watchOnce = reachable.state.misses
  await clock.advance(70_000)

  expect(reachable.state.misses - watchOnce).toBeLessThanOrEqual(11)
  expect(reachable.state.misses - watchOnce).toBeGreaterThanOrEqual(8)
  reachable[Symbol.dispose]()
})

test.each([200, 302, 401, 403, 404, 405, 407, 481, 486, 500, 501, 502])('%i is a sign of life', (code) => {
  expect(isSignOfLife(code)).toBe(true)
})

test.each([100, 180, 408, 503, 600, 603])('%i is none', (code) => {
  expect(isSignOfLife(code)).toBe(false)
})
