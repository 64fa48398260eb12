// The steps a caller can meet, as they are kept (JSON) and as they are run (features/walk.ts). A list of steps is met from
// its first to its last; after the last the call is ended with a word. Steps that can fail name what is met instead.
import { z } from 'zod'
import { type Distribution, distribution, plainDistribution } from './distribution.ts'

/** A prompt's name (prompts/catalogue.ts) or the id of an uploaded sound. */
export type SoundChoice = string

export type PlanStep =
  | { readonly kind: 'announce'; readonly sound: SoundChoice }
  | MenuStep
  | QueueStep
  | VoicemailStep
  /** Somebody's phones, or a number outside; `otherwise` when nobody answers there. */
  | {
      readonly kind: 'person'
      readonly userId: string
      readonly ringMs: number
      readonly otherwise: PlanSteps
    }
  | {
      readonly kind: 'number'
      readonly number: string
      readonly ringMs: number
      readonly otherwise: PlanSteps
    }
  | { readonly kind: 'hangup'; readonly sound: SoundChoice | null }

export type PlanSteps = readonly PlanStep[]

export interface MenuStep {
  readonly kind: 'menu'
  readonly sound: SoundChoice
  readonly options: readonly MenuOption[]
  /** After the sound, until the caller presses something. */
  readonly timeoutMs: number
  /** How often it is told; then `otherwise`. */
  readonly times: number
  /** An extension may be dialled too. */
  readonly extensions: boolean
  readonly otherwise: PlanSteps
}

export interface MenuOption {
  readonly key: string
  readonly label: string
  readonly steps: PlanSteps
}

export interface QueueStep {
  readonly kind: 'queue'
  /** Skill ids; a person needs all of them. None: anybody. */
  readonly skills: readonly string[]
  /** An uploaded sound instead of the music of the house. */
  readonly music: SoundChoice | null
  readonly announce: { readonly position: boolean; readonly wait: boolean; readonly everyMs: number }
  /** Then the overflow; null: as long as the caller stays. */
  readonly maxWaitMs: number | null
  /** Callers in line ahead; one more meets the overflow at once. */
  readonly maxAhead: number | null
  /** Nobody with the skills is ready: straight to the overflow. */
  readonly onlyWhenReady: boolean
  /** The key by which a caller asks to be called back with the place in line kept. */
  readonly callbackKey: string | null
  /** Who rings first, for how long, and what comes after a call. */
  readonly distribution: Distribution
  readonly overflow: PlanSteps
}

export interface VoicemailStep {
  readonly kind: 'voicemail'
  /** null: the shipped one. */
  readonly greeting: SoundChoice | null
  readonly skills: readonly string[]
  /** Who gets a mail with the message. */
  readonly mailTo: readonly string[]
  readonly maxMs: number
}

export interface PlanBranches {
  readonly language: string
  /** null: always open. */
  readonly hoursId: string | null
  readonly open: PlanSteps
  readonly closed: PlanSteps
  /** null: as when closed. */
  readonly holiday: PlanSteps | null
}

/** More than anybody draws; a plan that long is a mistake. */
const maxSteps = 200
const maxDepth = 10

const sound = z.string().min(1, 'Choose a sound.').max(64, 'This is no sound.')
const ids = z.array(z.string().min(1).max(64)).max(50, 'These are too many.')
const key = z.string().regex(/^[0-9*#]$/, 'A key is one of 0 to 9, * and #.')
const ms = (least: number, most: number, what: string) =>
  z.int().min(least, `${what} is too short.`).max(most, `${what} is too long.`)
const second = 1000
const hour = 3600 * second
const ringMs = ms(5 * second, 300 * second, 'The time to ring')

const steps: z.ZodType<PlanSteps> = z.lazy(() => z.array(step).max(20, 'These are too many steps in a row.'))

const menu = z.object({
  kind: z.literal('menu'),
  sound,
  options: z
    .array(z.object({ key, label: z.string().trim().max(60, 'Keep the label under 60 characters.'), steps }))
    .min(1, 'A menu needs at least one key.')
    .refine((all) => new Set(all.map((one) => one.key)).size === all.length, 'A key can be used only once.'),
  timeoutMs: ms(second, 60 * second, 'The time to press a key'),
  times: z.int().min(1, 'A menu is told at least once.').max(10, 'Ten times are enough.'),
  extensions: z.boolean(),
  otherwise: steps,
})

const queue = z.object({
  kind: z.literal('queue'),
  skills: ids,
  music: sound.nullable(),
  announce: z.object({
    position: z.boolean(),
    wait: z.boolean(),
    everyMs: ms(15 * second, hour, 'The time between announcements'),
  }),
  maxWaitMs: ms(second, 4 * hour, 'The longest wait').nullable(),
  maxAhead: z.int().min(0).max(1000).nullable(),
  onlyWhenReady: z.boolean(),
  callbackKey: key.nullable(),
  distribution: distribution.default(plainDistribution),
  overflow: steps,
})

const voicemail = z.object({
  kind: z.literal('voicemail'),
  greeting: sound.nullable(),
  skills: ids,
  mailTo: z
    .array(z.email('Enter an email address, like eva@acme.example.').max(254))
    .max(20, 'These are too many.'),
  maxMs: ms(5 * second, 900 * second, 'The longest message'),
})

const step: z.ZodType<PlanStep> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('announce'), sound }),
  menu,
  queue,
  voicemail,
  z.object({ kind: z.literal('person'), userId: z.string().min(1).max(64), ringMs, otherwise: steps }),
  z.object({
    kind: z.literal('number'),
    number: z
      .string()
      .trim()
      .regex(/^\+?[0-9]{2,20}$/, 'Enter a number as +420 234 567 890, without blanks.'),
    ringMs,
    otherwise: steps,
  }),
  z.object({ kind: z.literal('hangup'), sound: sound.nullable() }),
])

export const planBranches: z.ZodType<PlanBranches> = z
  .object({
    language: z.string().regex(/^[a-z]{2}$/, 'A language is written in two letters, as en.'),
    hoursId: z.string().min(1).max(64).nullable(),
    open: steps,
    closed: steps,
    holiday: steps.nullable(),
  })
  .refine(
    (plan) => branchesOf(plan).every((one) => depthOf(one) <= maxDepth),
    'These steps are nested too deep.',
  )
  .refine(
    (plan) => branchesOf(plan).flatMap(everyStep).length <= maxSteps,
    `A plan has at most ${maxSteps} steps.`,
  )

/** A queue without announcements, limits or overflow. */
export function plainQueue(skills: readonly string[]): QueueStep {
  return {
    kind: 'queue',
    skills,
    music: null,
    announce: { position: false, wait: false, everyMs: 60 * second },
    maxWaitMs: null,
    maxAhead: null,
    onlyWhenReady: false,
    callbackKey: null,
    distribution: plainDistribution,
    overflow: [],
  }
}

/** What may follow a step, in the order a page shows it. */
export function branchesAfter(one: PlanStep): readonly PlanSteps[] {
  switch (one.kind) {
    case 'menu':
      return [...one.options.map((option) => option.steps), one.otherwise]
    case 'queue':
      return [one.overflow]
    case 'person':
    case 'number':
      return [one.otherwise]
    default:
      return []
  }
}

/** All steps of a list and of what may follow them. */
export function everyStep(list: PlanSteps): readonly PlanStep[] {
  return list.flatMap((one) => [one, ...branchesAfter(one).flatMap(everyStep)])
}

export function branchesOf(plan: Pick<PlanBranches, 'open' | 'closed' | 'holiday'>): readonly PlanSteps[] {
  return [plan.open, plan.closed, plan.holiday ?? []]
}

function depthOf(list: PlanSteps): number {
  return 1 + Math.max(0, ...list.flatMap(branchesAfter).map(depthOf))
}
