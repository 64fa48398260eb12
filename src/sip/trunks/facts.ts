// What trunks tell the right side, in system.db.
import { z } from 'zod'

export const trunkFacts = {
  /** A trunk's light changed. */
  'trunk-light': z.object({
    trunkId: z.string(),
    tenantId: z.string(),
    at: z.int(),
    light: z.enum(['green', 'amber', 'red', 'grey']),
    before: z.enum(['green', 'amber', 'red', 'grey']),
    reason: z.string(),
    advice: z.string(),
    lastCode: z.int().nullable(),
  }),
} as const

export type TrunkLightFact = z.infer<(typeof trunkFacts)['trunk-light']>
