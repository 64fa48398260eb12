// The bench of calls (bench/calls.ts) with a handful of them: that it works, not what it finds.
import { expect, test } from 'vitest'
import { measure, parts } from '#bench/calls/measure.ts'
import { tinyPlan } from '#bench/calls/plan.ts'
import { ratiosOf } from '#bench/calls/report.ts'
import { measurable } from '#bench/calls/systems.ts'

test('the bench places calls through the program, recorded ones with sound both ways, and counts what they cost', async () => {
  const cordboard = measurable.filter(({ name }) => name === 'cordboard')

  const [measured] = await Promise.all(
    cordboard.map((one) => measure(one, { plan: tinyPlan, parts, say: () => {} })),
  )

  expect(measured?.setUp).toMatchObject({ calls: 4, failed: 0, setUpP99Ms: expect.any(Number) })
  expect(measured?.rate).toMatchObject({ calls: 4, failed: 0, cpuOf: { cordboard: expect.any(Number) } })
  expect(measured?.atOnce?.steps).toMatchObject([{ calls: 2, deaf: 0, loopP99Ms: expect.any(Number) }])
  expect(measured && ratiosOf([measured, { ...measured, system: 'freeswitch' }])).toMatchObject([
    { system: 'cordboard', cpuPerCall: 1 },
  ])
})
