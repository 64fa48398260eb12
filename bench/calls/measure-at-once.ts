// Calls with sound both ways, more and more of them at once, until some of the sound is lost.
import { setTimeout as delay } from 'node:timers/promises'
import { waitUntil } from '#test/wait-until.ts'
import { callerAddress, startCallees, startCallers } from './load.ts'
import { cpuFrom, cpuMs, pidsOf, rssMiB } from './process-use.ts'
import { perUnit, round, total } from './quantile.ts'
import { heardBetween, Sound } from './sound.ts'
import type { SystemUnderTest } from './system.ts'

export interface AtOncePlan {
  readonly first: number
  readonly step: number
  readonly last: number
  readonly seconds: number
  /** Measured for four times as long: the number that must be reached. */
  readonly goal: number
}

export interface AtOnceStep {
  readonly calls: number
  readonly lossPercent: number
  /** Far ends that heard nothing. */
  readonly deaf: number
  /** From mouth to ear. */
  readonly delayP50Ms: number
  readonly delayP99Ms: number
  readonly cpuMsPerCallSecond: number
  /** The same by process. */
  readonly cpuOf: Readonly<Record<string, number>>
  readonly mibPerCall: number
  readonly loopP99Ms: number | undefined
  /** Of one core: what the load takes, the measured system cannot have. */
  readonly loadCpuPercent: number
}

export interface AtOnceMeasured {
  /** The most calls of a step that lost nothing to speak of. */
  readonly carried: number
  readonly steps: readonly AtOnceStep[]
  /** Why it went no further. */
  readonly ended: string
}

const lossAllowedPercent = 0.1
const callsPerS = 20
/** Joining takes a moment; sound said before is no loss. */
const settleMs = 2_000
/** Generous: a call that comes up late is seen in the set-up times. */
const comeUpMs = 20_000
const foreverMs = 3_600_000
/** The callees answer OPTIONS too, and each takes a port of the list. */
const spare = 100

export async function measureAtOnce(system: SystemUnderTest, plan: AtOncePlan): Promise<AtOnceMeasured> {
  await using stack = new AsyncDisposableStack()
  const ears = stack.use(await Sound.open({ address: '127.0.0.2', ends: plan.last + spare }))
  const mouths = stack.use(await Sound.open({ address: callerAddress, ends: plan.last }))
  const callees = stack.use(await startCallees(system.calleePort, ears.ports))
  const idleMiB = rssMiB(pidsOf(system.processes))
  const steps: AtOnceStep[] = []
  const loads = [ears.pid, mouths.pid, callees.pid]
  let up = 0
  for (let calls = plan.first; calls <= plan.last; calls += plan.step) {
    const more = calls - up
    const ports = mouths.ports.slice(up, calls)
    const callers = stack.use(
      await startCallers(system, { calls: more, perS: callsPerS, holdMs: foreverMs, ports }),
    )
    loads.push(callers.pid)
    try {
      await waitUntil(
        `${calls} calls are up`,
        () => {
          mouths.join(callers.lines())
          ears.join(callees.lines())
          return callers.lines().length >= more
        },
        (more / callsPerS) * 1_000 + comeUpMs,
      )
    } catch {
      return { carried: carried(steps), steps, ended: `of ${more} more calls, not all came up` }
    }
    up = calls
    await delay(settleMs)
    const ms = plan.seconds * 1_000 * (calls === plan.goal ? 4 : 1)
    steps.push(await measureStep(system, { calls, ms, idleMiB, loads, ends: [ears, mouths] }))
    if ((steps.at(-1)?.lossPercent ?? 100) >= lossAllowedPercent)
      return { carried: carried(steps), steps, ended: 'sound was lost' }
  }
  return { carried: carried(steps), steps, ended: 'more were not asked for' }
}

async function measureStep(
  system: SystemUnderTest,
  step: { calls: number; ms: number; idleMiB: number; loads: readonly number[]; ends: readonly Sound[] },
): Promise<AtOnceStep> {
  const { calls, ends, loads } = step
  const read = () => Promise.all(ends.map((end) => end.read()))
  const before = await read()
  const used = cpuFrom(system.processes)
  const [loadBefore, started] = [cpuMs(loads), performance.now()]
  await delay(step.ms)
  const tookS = (performance.now() - started) / 1_000
  const [cpuOf, load] = [perUnit(used(), tookS * calls), cpuMs(loads) - loadBefore]
  const loop = await system.loopDelay()
  const heard = heardBetween(before, await read())
  return {
    calls,
    lossPercent: round(heard.lossRatio * 100, 3),
    deaf: heard.deaf + Math.max(0, calls * 2 - heard.ends),
    delayP50Ms: heard.delayP50Ms,
    delayP99Ms: heard.delayP99Ms,
    cpuMsPerCallSecond: total(cpuOf),
    cpuOf,
    mibPerCall: round((rssMiB(pidsOf(system.processes)) - step.idleMiB) / calls, 2),
    loopP99Ms: loop?.p99Ms,
    loadCpuPercent: Math.round(load / 10 / tookS),
  }
}

function carried(steps: readonly AtOnceStep[]): number {
  return steps.findLast((step) => step.lossPercent < lossAllowedPercent)?.calls ?? 0
}
