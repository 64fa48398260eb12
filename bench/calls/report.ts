// What was measured, for eyes: a table for each measurement, and the ratios against FreeSWITCH alone.
import type { Measured } from './measure.ts'
import { round } from './quantile.ts'

export interface Ratios {
  readonly system: string
  readonly cpuPerCall: number | undefined
  readonly setUpP99: number | undefined
  /** At the most calls at once that both were measured with. */
  readonly cpuPerCallSecond: number | undefined
  readonly callsAtOnce: number | undefined
}

/** Each system against FreeSWITCH alone, of the same run; below 1 is less than it. */
export function ratiosOf(measured: readonly Measured[]): readonly Ratios[] {
  const alone = measured.find((one) => one.system === 'freeswitch')
  if (!alone) return []
  return measured
    .filter((one) => one !== alone)
    .map((one) => ({
      system: one.system,
      cpuPerCall: ratio(one.rate?.cpuMsPerCall, alone.rate?.cpuMsPerCall),
      setUpP99: ratio(one.setUp?.setUpP99Ms, alone.setUp?.setUpP99Ms),
      cpuPerCallSecond: cpuPerCallSecond(one, alone),
      callsAtOnce: ratio(one.atOnce?.carried, alone.atOnce?.carried),
    }))
}

export function showTables(measured: readonly Measured[], ratios: readonly Ratios[]): void {
  const rates = measured.flatMap(({ system, setUp, rate }) =>
    [setUp, rate].flatMap((one) =>
      one ? [{ system, ...one, cpuOf: listed(one.cpuOf), rssMiB: one.rssMiB.join(' ') }] : [],
    ),
  )
  const steps = measured.flatMap(({ system, recorded, atOnce }) =>
    (atOnce?.steps ?? []).map((step) => ({ system, recorded, ...step, cpuOf: listed(step.cpuOf) })),
  )
  if (rates.length > 0) show('Calls set up and torn down', rates)
  if (steps.length > 0) show('Calls at once, sound both ways', steps)
  for (const { system, atOnce } of measured)
    if (atOnce) console.log(`${system}: carried ${atOnce.carried} calls; ${atOnce.ended}`)
  if (ratios.length > 0) show('Against FreeSWITCH alone', ratios)
}

function show(title: string, rows: readonly object[]): void {
  console.log(`\n${title}`)
  console.table(rows)
}

function listed(parts: Readonly<Record<string, number>>): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

function cpuPerCallSecond(one: Measured, alone: Measured): number | undefined {
  const both = one.atOnce?.steps.flatMap((step) => {
    const same = alone.atOnce?.steps.find(({ calls }) => calls === step.calls)
    return same ? [ratio(step.cpuMsPerCallSecond, same.cpuMsPerCallSecond)] : []
  })
  return both?.at(-1)
}

function ratio(ours: number | undefined, theirs: number | undefined): number | undefined {
  return ours === undefined || !theirs ? undefined : round(ours / theirs, 2)
}
