// How a queue gives its calls to people (S2): kept in the number's plan, as part of its queue step. Plans from before there were
// such settings have the plain ones.
import { z } from 'zod'
import { strategies } from '#people/match.ts'

const second = 1000
const ms = (least: number, most: number, what: string) =>
  z.int().min(least, `${what} is too short.`).max(most, `${what} is too long.`)

export const distribution = z.object({
  strategy: z.enum(strategies).default('longest-idle'),
  /** Fixed order: user ids, first to last. */
  order: z.array(z.string().min(1).max(64)).max(200, 'These are too many people.').readonly().default([]),
  /** One person's phones ring that long; null: as long as everywhere. */
  ringMs: ms(5 * second, 300 * second, 'The time to ring')
    .nullable()
    .default(null),
  /** Rings in a row that a person leaves unanswered until their status is "No answer"; 0: never. */
  ignoredRings: z.int().min(0).max(20, 'Twenty rings are enough.').default(1),
  /** After each call of the queue; 0: none. */
  wrapUpMs: ms(0, 3600 * second, 'The wrap-up').default(0),
  /** Whoever spoke with the customer within these days is rung first; 0: nobody is. */
  lastAgentDays: z.int().min(0).max(3650, 'Ten years are enough.').default(0),
  /** How long the call waits for that person to get free. */
  lastAgentWaitMs: ms(0, 600 * second, 'The wait for the last agent').default(15 * second),
})

export type Distribution = Readonly<z.infer<typeof distribution>>

export const plainDistribution: Distribution = distribution.parse({})
