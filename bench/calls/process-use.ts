// What processes cost, as the kernel counts it.
import { readFileSync } from 'node:fs'
import type { MeasuredProcess } from './system.ts'

/** Of the kernel's clock ticks: USER_HZ is 100 on every Linux that Node runs on. */
const tickMs = 10

/** User and system time so far of these processes, all their threads, and children that have ended. */
export function cpuMs(pids: readonly number[]): number {
  return sum(pids, (pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) * tickMs
  })
}

export function rssMiB(pids: readonly number[]): number {
  return sum(
    pids,
    (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024,
  )
}

function sum(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((all, pid) => all + of(pid), 0)
}

/** CPU of each process from now on. */
export function cpuFrom(processes: readonly MeasuredProcess[]): () => Readonly<Record<string, number>> {
  const before = processes.map(({ pid }) => cpuMs([pid]))
  return () =>
    Object.fromEntries(processes.map(({ name, pid }, n) => [name, cpuMs([pid]) - (before[n] ?? 0)]))
}

export function pidsOf(processes: readonly MeasuredProcess[]): readonly number[] {
  return processes.map(({ pid }) => pid)
}
