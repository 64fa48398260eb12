// What bench/calls.ts compares with: FreeSWITCH alone, by a dialplan of the bench's own.
import { expect, test } from 'vitest'
import { measure, parts } from '#bench/calls/measure.ts'
import { tinyPlan } from '#bench/calls/plan.ts'
import { measurable } from '#bench/calls/systems.ts'

test.each(['freeswitch', 'freeswitch-recorded'])(
  'the bench places calls with sound both ways through %s',
  async (name) => {
    const system = measurable.find((one) => one.name === name)
    if (!system) throw new Error(`there is no ${name} here`)

    const measured = await measure(system, { plan: tinyPlan, parts, say: () => {} })

    expect(measured.rate).toMatchObject({ calls: 4, failed: 0 })
    expect(measured.atOnce?.steps).toMatchObject([{ calls: 2, deaf: 0 }])
  },
)
