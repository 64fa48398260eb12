// Global setup of the vitest project `freeswitch`: one FreeSWITCH for all its files.
import type { TestProject } from 'vitest/node'
import { startFreeswitch } from './freeswitch.ts'

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const freeswitch = await startFreeswitch()
  const { host, port, secret } = freeswitch
  project.provide('freeswitch', { host, port, secret })
  return async () => {
    await freeswitch[Symbol.asyncDispose]()
  }
}
