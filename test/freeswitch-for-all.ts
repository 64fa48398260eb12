// Global setup of the vitest project `freeswitch`: one FreeSWITCH for all its files.
import type { TestProject } from 'vitest/node'
import { startFreeswitch } from './freeswitch.ts'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { host, port, secret, [Symbol.asyncDispose]: stop } = await startFreeswitch()
  project.provide('freeswitch', { host, port, secret })
  return stop
}
