// Calls set up and torn down at a steady rate, without sound: how fast, how many fail, what each costs, what is left behind.
import { setTimeout as delay } from 'node:timers/promises'
import { type CallsMade, startCallees, startCallers } from './load.ts'
import { watchLoop } from './loop-watch.ts'
import { cpuFrom, cpuMs, pidsOf, rssMiB } from './process-use.ts'
import { perUnit, quantile, round, total } from './quantile.ts'
import type { SystemUnderTest } from './system.ts'

export interface RatePlan {
  readonly calls: number
  readonly perS: number
}

export interface RateMeasured {
  readonly callsPerS: number
  readonly calls: number
  readonly failed: number
  readonly retransmitted: number
  /** INVITE to 200. */
  readonly setUpP50Ms: number
  readonly setUpP99Ms: number
  readonly cpuMsPerCall: number
  /** The same by process. */
  readonly cpuOf: Readonly<Record<string, number>>
  readonly loopP99Ms: number | undefined
  /** After each tenth of the calls, if they are many. */
  readonly rssMiB: readonly number[]
  /** Of one core: what the load takes, the measured system cannot have. */
  readonly loadCpuPercent: number
}

/** Nonces of the phone live for a minute. */
const longestRunS = 40
/** Too few to say anything of memory. */
const fewCalls = 1_000
/** Between the answer and the hang-up: long enough for all that begins with an answer to have begun. */
const holdMs = 500

export async function measureRate(system: SystemUnderTest, plan: RatePlan): Promise<RateMeasured> {
  await using callees = await startCallees(system.calleePort)
  await using loop = watchLoop(system)
  const load = () => cpuMs([process.pid, callees.pid])
  const [used, loadBefore] = [cpuFrom(system.processes), load()]
  const runs: CallsMade[] = []
  const memory: number[] = []
  const tenth = plan.calls < fewCalls ? plan.calls : Math.ceil(plan.calls / 10)
  const most = Math.min(tenth, plan.perS * longestRunS)
  for (let left = plan.calls; left > 0; ) {
    const calls = Math.min(left, most)
    left -= calls
    await using callers = await startCallers(system, { calls, perS: plan.perS, holdMs })
    runs.push(await callers.made())
    memory.push(Math.round(rssMiB(pidsOf(system.processes))))
  }
  // What a call leaves to be done (its rows, its task) is part of its cost.
  await delay(1_000)
  const sum = (of: (run: CallsMade) => number) => runs.reduce((all, run) => all + of(run), 0)
  const cpuOf = perUnit(used(), plan.calls)
  const setUpMs = runs.flatMap((run) => run.setUpMs)
  return {
    callsPerS: plan.perS,
    calls: plan.calls,
    failed: sum((run) => run.failed),
    retransmitted: sum((run) => run.retransmitted),
    setUpP50Ms: round(quantile(setUpMs, 0.5)),
    setUpP99Ms: round(quantile(setUpMs, 0.99)),
    cpuMsPerCall: total(cpuOf),
    cpuOf,
    loopP99Ms: loop.worst()?.p99Ms,
    rssMiB: memory,
    loadCpuPercent: Math.round((load() - loadBefore) / 10 / sum((run) => run.tookS)),
  }
}
