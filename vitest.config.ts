import { defineConfig } from 'vitest/config'
import { freeswitchIsInstalled } from './test/freeswitch.ts'
import { SummaryReporter } from './test/summary-reporter.ts'

// unit: pure, seconds. wire: our code against a scripted far end. scenario: the whole program with real peers.
// browser: the desk in Chromium. Scenario and browser files run one after another: they share two cores with sipp.
const project = (name: string, extra: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    // Generous: a deadline is for what hangs, not for a busy machine.
    testTimeout: 30_000,
    pool: 'forks' as const,
    ...extra,
  },
})

export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      project('unit'),
      project('wire', { testTimeout: 40_000 }),
      // The contract of sound again, and what only FreeSWITCH can get wrong; the summary says so where it is not installed.
      ...(freeswitchIsInstalled
        ? [
            project('freeswitch', {
              include: [
                'test/wire/media/{bridge,digits,play,record}.test.ts',
                'test/freeswitch/**/*.test.ts',
              ],
              testTimeout: 30_000,
              globalSetup: './test/freeswitch-for-all.ts',
              env: { MEDIA_ENGINE_UNDER_TEST: 'freeswitch' },
              fileParallelism: false,
            }),
          ]
        : []),
      project('scenario', {
        testTimeout: 120_000,
        hookTimeout: 60_000,
        fileParallelism: false,
        sequence: { groupOrder: 1 },
      }),
      project('browser', {
        testTimeout: 120_000,
        hookTimeout: 60_000,
        fileParallelism: false,
        sequence: { groupOrder: 2 },
      }),
    ],
  },
})
