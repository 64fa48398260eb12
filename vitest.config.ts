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

/** What only larger engines can meet: their own death, and one of several. */
const deaths = (engine: string) => `test/scenario/engines/${engine}*.test.ts`
const everything = ['test/scenario/*.test.ts']

/**
 * Everything runs on the pair that larger sites have, drachtio and FreeSWITCH. With one of them and our own other half, only
 * what depends on that one runs, to spare minutes; SCENARIOS=all runs everything there too.
 */
const onEngines = (
  name: string,
  engines: { sip?: string; media?: string },
  given: { groupOrder: number; chosen: readonly string[]; also?: readonly string[] },
) =>
  project(name, {
    ...scenario(given.groupOrder),
    include: [
      ...(process.env.SCENARIOS === 'all'
        ? everything
        : given.chosen.map((file) => `test/scenario/${file}.test.ts`)),
      ...Object.values(engines).map(deaths),
      ...(given.also ?? []),
    ],
    env: { SIP_SERVER_UNDER_TEST: engines.sip ?? '', MEDIA_ENGINE_UNDER_TEST: engines.media ?? '' },
  })

const ofSip = ['inbound', 'outbound', 'lamps', 'lost', 'patience', 'password', 'talk', 'trunk-light']
/** Our signalling against a scripted far end, with a real server between. */
const signalling = ['test/wire/sip/{calls,phones/lamps,phones/phone,trunks/registration}.test.ts']
const ofSound = ['crash', 'inbound', 'outbound', 'talk']

/** The contract of sound, and what only FreeSWITCH can get wrong. */
const freeswitch = project('freeswitch', {
  include: ['test/wire/media/{bridge,digits,mix,play,quiet,record}.test.ts', 'test/freeswitch/**/*.test.ts'],
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
      project('scenario', { ...scenario(1), include: everything }),
      project('browser', {
        // Not chosen, rather than skipped, where its engine is missing; the summary says so.
        ...(freeswitchIsInstalled ? {} : { exclude: ['test/browser/phone-freeswitch.test.ts'] }),
        testTimeout: 120_000,
        hookTimeout: 60_000,
        fileParallelism: false,
        sequence: { groupOrder: 2 },
      }),
      // The image, the services and the installer, really built: minutes, and root.
      project('packaging', {
        testTimeout: 240_000,
        hookTimeout: 60_000,
        fileParallelism: false,
        sequence: { groupOrder: 7 },
      }),
      // The same again on the engines of larger sites; the summary says so where they are not installed.
      ...(freeswitchIsInstalled
        ? [
            freeswitch,
            onEngines('scenario-freeswitch', { media: 'freeswitch' }, { groupOrder: 4, chosen: ofSound }),
          ]
        : []),
      ...(drachtioIsInstalled
        ? [
            onEngines(
              'scenario-drachtio',
              { sip: 'drachtio' },
              { groupOrder: 5, chosen: ofSip, also: signalling },
            ),
          ]
        : []),
      ...(drachtioIsInstalled && freeswitchIsInstalled
        ? [
            onEngines(
              'scenario-both',
              { sip: 'drachtio', media: 'freeswitch' },
              { groupOrder: 6, chosen: ['*'] },
            ),
          ]
        : []),
    ],
  },
})
