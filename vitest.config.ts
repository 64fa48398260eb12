import { defineConfig } from 'vitest/config'
import { drachtioIsInstalled } from './test/drachtio.ts'
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
    // All but unit tests run in real time beside what else the machine does; one that passes at its second try is told as flaky.
    retry: name === 'unit' ? 0 : 1,
    pool: 'forks' as const,
    ...extra,
  },
})

const scenario = (groupOrder: number) => ({
  testTimeout: 120_000,
  hookTimeout: 60_000,
  fileParallelism: false,
  sequence: { groupOrder },
})

const onEngines = (name: string, engines: { sip?: string; media?: string }, groupOrder: number) =>
  project(name, {
    ...scenario(groupOrder),
    include: ['test/scenario/**/*.test.ts'],
    env: { SIP_SERVER_UNDER_TEST: engines.sip ?? '', MEDIA_ENGINE_UNDER_TEST: engines.media ?? '' },
  })

/** The contract of sound, and what only FreeSWITCH can get wrong. */
const freeswitch = project('freeswitch', {
  include: ['test/wire/media/{bridge,digits,play,quiet,record}.test.ts', 'test/freeswitch/**/*.test.ts'],
  globalSetup: './test/freeswitch-for-all.ts',
  env: { MEDIA_ENGINE_UNDER_TEST: 'freeswitch' },
  fileParallelism: false,
  sequence: { groupOrder: 3 },
})

export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      project('unit'),
      project('wire', { testTimeout: 40_000 }),
      project('scenario', scenario(1)),
      project('browser', {
        // Not chosen, rather than skipped, where its engine is missing; the summary says so.
        ...(freeswitchIsInstalled ? {} : { exclude: ['test/browser/phone-freeswitch.test.ts'] }),
        testTimeout: 120_000,
        hookTimeout: 60_000,
        fileParallelism: false,
        sequence: { groupOrder: 2 },
      }),
      // The same again on the engines of larger sites; the summary says so where they are not installed.
      ...(freeswitchIsInstalled
        ? [freeswitch, onEngines('scenario-freeswitch', { media: 'freeswitch' }, 4)]
        : []),
      ...(drachtioIsInstalled ? [onEngines('scenario-drachtio', { sip: 'drachtio' }, 5)] : []),
      ...(drachtioIsInstalled && freeswitchIsInstalled
        ? [onEngines('scenario-both', { sip: 'drachtio', media: 'freeswitch' }, 6)]
        : []),
    ],
  },
})
