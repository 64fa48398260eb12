// Calls through Cordboard and through FreeSWITCH alone, in one run on one machine: README.md beside this file says how.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Measured, measure, parts } from './calls/measure.ts'
import { fullPlan, type Plan, quickPlan } from './calls/plan.ts'
import { ratiosOf, showTables } from './calls/report.ts'
import { measurable, usual } from './calls/systems.ts'

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    systems: { type: 'string' },
    parts: { type: 'string', default: parts.join(',') },
    rate: { type: 'string' },
    'at-once': { type: 'string' },
    profiles: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, 'results/calls.json') },
  },
})
const plan = changed(values.full ? fullPlan : quickPlan)
const systems = chosen(values.systems?.split(',') ?? usual, values.systems !== undefined)
const wanted = parts.filter((part) => values.parts.split(',').includes(part))
const say = (line: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`)

const measured: Measured[] = []
const loadAtStart = loadavg()[0]
for (const system of systems)
  measured.push(await measure(system, { plan, parts: wanted, say, profiles: values.profiles }))

const ratios = ratiosOf(measured)
const machine = { cpus: cpus().length, cpu: cpus()[0]?.model, node: process.version, loadAtStart }
const result = { at: new Date().toISOString(), machine, plan, measured, ratios }
mkdirSync(dirname(values.out), { recursive: true })
writeFileSync(values.out, `${JSON.stringify(result, undefined, 2)}\n`)
showTables(measured, ratios)
console.log(`\nAll figures: ${values.out}`)

function changed(base: Plan): Plan {
  const [calls, perS] = numbers(values.rate)
  const [first, step, last] = numbers(values['at-once'])
  const rate = calls && perS ? { calls, perS } : undefined
  const atOnce = first && step && last ? { ...base.atOnce, first, step, last } : base.atOnce
  return { ...base, ...(rate ? { rate, longRate: rate } : {}), atOnce }
}

function numbers(text: string | undefined): readonly number[] {
  return (text ?? '').split(',').map(Number)
}

/** What is missing here is an error only to who asked for it by name. */
function chosen(names: readonly string[], byName: boolean) {
  const missing = names.filter((name) => !measurable.some((one) => one.name === name))
  if (byName && missing.length > 0)
    throw new Error(
      `${missing.join(', ')} cannot be measured; here there is: ${measurable.map(({ name }) => name).join(', ')}`,
    )
  if (missing.length > 0) console.error(`Not installed here, left out: ${missing.join(', ')}`)
  return measurable.filter(({ name }) => names.includes(name))
}
