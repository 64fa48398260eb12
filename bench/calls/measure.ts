// One system through all the measurements.
import { type AtOnceMeasured, measureAtOnce } from './measure-at-once.ts'
import { measureRate, type RateMeasured } from './measure-rate.ts'
import type { Plan } from './plan.ts'
import type { Measurable } from './systems.ts'

export const parts = ['set-up', 'rate', 'at-once'] as const
export type Part = (typeof parts)[number]

export interface Measured {
  readonly system: string
  readonly recorded: boolean
  readonly setUp: RateMeasured | undefined
  readonly rate: RateMeasured | undefined
  readonly atOnce: AtOnceMeasured | undefined
}

export interface MeasureOptions {
  readonly plan: Plan
  readonly parts: readonly Part[]
  readonly say: (line: string) => void
  readonly profiles?: string | undefined
}

export async function measure(one: Measurable, options: MeasureOptions): Promise<Measured> {
  const { plan, say } = options
  await using system = await one.start(options)
  const run = async <T>(part: Part, act: () => Promise<T>): Promise<T | undefined> => {
    if (!options.parts.includes(part)) return undefined
    say(`${one.name}: ${part}`)
    return await act()
  }
  // Code that never ran is compiled and connections are made: not what is measured.
  await measureRate(system, plan.warmUp)
  return {
    system: one.name,
    recorded: one.recorded,
    setUp: await run('set-up', () => measureRate(system, plan.setUp)),
    rate: await run('rate', () => measureRate(system, one.long ? plan.longRate : plan.rate)),
    atOnce: await run('at-once', async () => {
      await system.setRecording(one.recorded)
      return await measureAtOnce(system, plan.atOnce)
    }),
  }
}
