// What dialling tells the right side besides what calls tell: a call that was refused, and one for help.
import { z } from 'zod'

const base = { callId: z.string(), at: z.number().int() }

export const diallingFacts = {
  /** A call never left: `rule` said no. Its row exists and is ended. */
  'call-refused': z.object({
    ...base,
    userId: z.string().optional(),
    taskId: z.string().optional(),
    /** As it could be read. */
    number: z.string(),
    name: z.string().optional(),
    contactId: z.string().optional(),
    rule: z.string(),
    sentence: z.string(),
  }),
  /** Somebody called for help: the call's own facts follow. */
  'emergency-called': z.object({
    ...base,
    userId: z.string().optional(),
    number: z.string(),
    /** What the emergency services see. */
    shown: z.string().optional(),
    /** Where the caller is, as the admins set it; '' when they did not. */
    location: z.string(),
  }),
} as const

const diallingFact = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call-refused'), body: diallingFacts['call-refused'] }),
  z.object({ kind: z.literal('emergency-called'), body: diallingFacts['emergency-called'] }),
])
export type DiallingFact = z.infer<typeof diallingFact>

/** undefined when it is of another kind. @throws ZodError when its body has not the shape of its kind */
export function readDiallingFact(fact: {
  readonly kind: string
  readonly body: unknown
}): DiallingFact | undefined {
  return Object.hasOwn(diallingFacts, fact.kind) ? diallingFact.parse(fact) : undefined
}
