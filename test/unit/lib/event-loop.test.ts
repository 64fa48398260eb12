import { expect, test } from 'vitest'
import { watchEventLoop } from '#lib/event-loop.ts'
import { fakeClock } from '#test/fake-clock.ts'
import { waitUntil } from '#test/wait-until.ts'

test('work that holds up the event loop shows as its delay, and only in its own ten seconds', async () => {
  const clock = fakeClock()
  using watch = watchEventLoop(clock)
  // Nothing is measured before the watch had a turn of its own.
  await new Promise((resolve) => setTimeout(resolve, 30))
  const until = performance.now() + 150
  while (performance.now() < until);

  await waitUntil('the delay shows', () => watch.recent().maxMs > 100)
  expect(watch.recent().p50Ms).toBeLessThanOrEqual(watch.recent().maxMs)
  await clock.advance(10_000)
  expect(watch.recent().maxMs).toBeGreaterThan(100)
  await clock.advance(10_000)
  expect(watch.recent().maxMs).toBeLessThan(100)
})
