// How much is asked: a quick look for a machine that does other things too, or the whole of it on a quiet one.
import type { AtOncePlan } from './measure-at-once.ts'
import type { RatePlan } from './measure-rate.ts'

export interface Plan {
  readonly warmUp: RatePlan
  readonly setUp: RatePlan
  readonly rate: RatePlan
  /** For the system whose memory is watched. */
  readonly longRate: RatePlan
  readonly atOnce: AtOncePlan
}

/** So little that nothing is learnt but that the bench itself works. */
export const tinyPlan: Plan = {
  warmUp: { calls: 1, perS: 5 },
  setUp: { calls: 4, perS: 5 },
  rate: { calls: 4, perS: 5 },
  longRate: { calls: 4, perS: 5 },
  atOnce: { first: 2, step: 1, last: 2, seconds: 1, goal: 0 },
}

export const quickPlan: Plan = {
  warmUp: { calls: 20, perS: 5 },
  setUp: { calls: 50, perS: 5 },
  rate: { calls: 200, perS: 20 },
  longRate: { calls: 200, perS: 20 },
  atOnce: { first: 10, step: 10, last: 20, seconds: 4, goal: 20 },
}

/** What the project promises on two cores. */
export const fullPlan: Plan = {
  warmUp: { calls: 200, perS: 20 },
  setUp: { calls: 200, perS: 20 },
  rate: { calls: 1_000, perS: 100 },
  longRate: { calls: 20_000, perS: 100 },
  atOnce: { first: 180, step: 30, last: 390, seconds: 4, goal: 300 },
}
