// What can be measured on this machine.
import { drachtioIsInstalled } from '#test/drachtio.ts'
import { freeswitchIsInstalled } from '#test/freeswitch.ts'
import { startCordboard } from './cordboard.ts'
import { startFreeswitchAlone } from './freeswitch-alone.ts'
import type { SystemUnderTest } from './system.ts'

export interface Measurable {
  readonly name: string
  /** Calls at once are recorded. */
  readonly recorded: boolean
  /** As many calls as memory must stay flat over. */
  readonly long: boolean
  readonly start: (options: { readonly profiles?: string | undefined }) => Promise<SystemUnderTest>
}

const cordboard = (name: string, recorded: boolean): Measurable => ({
  name,
  recorded,
  long: recorded,
  start: ({ profiles }) => startCordboard({ name, profiles }),
})
const freeswitch = (name: string, recorded: boolean): Measurable => ({
  name,
  recorded,
  long: false,
  start: () => startFreeswitchAlone({ name, recorded }),
})
const both = (name: string, recorded: boolean): Measurable => ({
  name,
  recorded,
  long: false,
  start: ({ profiles }) => startCordboard({ name, profiles, drachtioAndFreeswitch: true }),
})

export const measurable: readonly Measurable[] = [
  cordboard('cordboard', true),
  cordboard('cordboard-unrecorded', false),
  ...(freeswitchIsInstalled
    ? [freeswitch('freeswitch', false), freeswitch('freeswitch-recorded', true)]
    : []),
  ...(freeswitchIsInstalled && drachtioIsInstalled
    ? [both('drachtio+freeswitch', false), both('drachtio+freeswitch-recorded', true)]
    : []),
]

/** Of those, what is measured unless told otherwise. */
export const usual: readonly string[] = ['cordboard', 'freeswitch', 'drachtio+freeswitch']
