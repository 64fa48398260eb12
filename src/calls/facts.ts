// What call control tells the right side. Written in the same transaction as the call's own rows (store/facts.ts).
// One call is one story (C12): every fact carries the call's id, however many legs rang.
import { z } from 'zod'

const base = { callId: z.string(), at: z.number().int() }

/** The far party of an external call: E.164 when it could be normalised, else as sent; undefined when withheld. */
const party = z.object({
  number: z.string().optional(),
  name: z.string().optional(),
  contactId: z.string().optional(),
})

/** Whom a call is passed to or joined by: exactly one of person, number outside and skills; `name` as people read it. */
const target = z.object({
  userId: z.string().optional(),
  number: z.string().optional(),
  skills: z.array(z.string()).optional(),
  name: z.string(),
})
const how = z.enum(['blind', 'warm', 'pickup'])

export const callFacts = {
  /** A call came in or was placed; the call row exists. */
  'call-started': z.object({
    ...base,
    direction: z.enum(['in', 'out', 'internal']),
    party,
    /** Our number it came to or goes out from, E.164. */
    number: z.string().optional(),
    trunkId: z.string().optional(),
    skills: z.array(z.string()),
    /** The person who placed it (out, internal). */
    userId: z.string().optional(),
    /** The task it was placed from, if any (T11). */
    taskId: z.string().optional(),
  }),
  /** It waits in a queue with music. `reason` says why nobody rings at once, if so (S2). `position` 0: it is at the voicemail. */
  'call-queued': z.object({
    ...base,
    skills: z.array(z.string()),
    position: z.number().int(),
    reason: z.string().optional(),
  }),
  /** A person's devices ring; `reason` is the matcher's word ("longest idle, 04:10"). */
  'call-offered': z.object({ ...base, userId: z.string(), reason: z.string() }),
  /** The offer came to nothing: no answer, declined, not reachable, caller gone, answered elsewhere. */
  'call-offer-ended': z.object({ ...base, userId: z.string(), why: z.string() }),
  /** A person (in), or the outside (out), answered: they speak. `userId` is absent where a plan sent the caller outside. */
  'call-answered': z.object({ ...base, userId: z.string().optional(), waitMs: z.number().int() }),
  'call-held': z.object({ ...base, userId: z.string(), by: z.enum(['desk', 'phone']) }),
  'call-resumed': z.object({ ...base, userId: z.string(), heldMs: z.number().int() }),
  /** `userId` passes the call on; `to` is being rung. */
  'call-transferring': z.object({ ...base, userId: z.string(), to: target, how }),
  /**
   * `answered`: `to` has the call now, and `userId` (undefined: it was outside) spoke for `talkMs`. Anything else: it came back
   * or the caller gave up (`cancelled`), and `sentence` says why.
   */
  'call-transferred': z.object({
    ...base,
    userId: z.string().optional(),
    to: target,
    how,
    outcome: z.enum(['answered', 'busy', 'no-answer', 'declined', 'failed', 'cancelled']),
    sentence: z.string().optional(),
    talkMs: z.number().int().optional(),
    /** Another call of ours, merged into this one by it. */
    otherCallId: z.string().optional(),
  }),
  /** One more is in the talk; `otherCallId`: another call of ours, merged into this one. */
  'call-joined': z.object({ ...base, who: target, otherCallId: z.string().optional() }),
  /** A person left a talk of several, having spoken for `talkMs`. */
  'call-left': z.object({ ...base, userId: z.string(), talkMs: z.number().int() }),
  /** A decision or an event for the log, in a sentence (T16): what was pressed, announced, tried and why. */
  'call-noted': z.object({ ...base, userId: z.string().optional(), sentence: z.string() }),
  'recording-started': z.object({ ...base, recordingId: z.string() }),
  'recording-ready': z.object({
    ...base,
    recordingId: z.string(),
    /** Relative to the tenant's recordings folder. */
    file: z.string(),
    durationMs: z.number().int(),
    bytes: z.number().int(),
    /** Repaired after a crash. */
    repaired: z.boolean(),
    /** A message somebody left, and who gets a mail with it; absent: a talk. */
    voicemail: z.object({ mailTo: z.array(z.string()).readonly() }).optional(),
  }),
  'call-ended': z.object({
    ...base,
    /**
     * `answered`: someone spoke. `missed`: it rang or waited and the caller gave up. `voicemail`: a message was left.
     * `interrupted`: we stopped or crashed.
     */
    outcome: z.enum([
      'answered',
      'missed',
      'voicemail',
      'busy',
      'no-answer',
      'declined',
      'failed',
      'interrupted',
    ]),
    endedBy: z.enum(['caller', 'callee', 'desk', 'system']),
    /** Spoken with once, and gone while waiting for somebody else: they still want something. */
    gaveUp: z.boolean().optional(),
    /** A sentence for the log. */
    sentence: z.string(),
    talkMs: z.number().int(),
    /** Of it, what each person spoke: more than one after a transfer. Absent: nobody of ours. */
    talks: z.array(z.object({ userId: z.string(), talkMs: z.number().int() })).optional(),
    waitMs: z.number().int(),
    /** The worst leg's figures. */
    quality: z.object({ mos: z.number().optional(), lossRatio: z.number(), jitterMs: z.number() }).optional(),
  }),
} as const

export type CallFactKind = keyof typeof callFacts
const callFact = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call-started'), body: callFacts['call-started'] }),
  z.object({ kind: z.literal('call-queued'), body: callFacts['call-queued'] }),
  z.object({ kind: z.literal('call-offered'), body: callFacts['call-offered'] }),
  z.object({ kind: z.literal('call-offer-ended'), body: callFacts['call-offer-ended'] }),
  z.object({ kind: z.literal('call-answered'), body: callFacts['call-answered'] }),
  z.object({ kind: z.literal('call-held'), body: callFacts['call-held'] }),
  z.object({ kind: z.literal('call-resumed'), body: callFacts['call-resumed'] }),
  z.object({ kind: z.literal('call-transferring'), body: callFacts['call-transferring'] }),
  z.object({ kind: z.literal('call-transferred'), body: callFacts['call-transferred'] }),
  z.object({ kind: z.literal('call-joined'), body: callFacts['call-joined'] }),
  z.object({ kind: z.literal('call-left'), body: callFacts['call-left'] }),
  z.object({ kind: z.literal('call-noted'), body: callFacts['call-noted'] }),
  z.object({ kind: z.literal('recording-started'), body: callFacts['recording-started'] }),
  z.object({ kind: z.literal('recording-ready'), body: callFacts['recording-ready'] }),
  z.object({ kind: z.literal('call-ended'), body: callFacts['call-ended'] }),
])

export type CallFact = z.infer<typeof callFact>

/** A stored fact as a call fact; undefined when it is of another kind. @throws ZodError when its body has not the shape of its kind */
export function readCallFact(fact: { readonly kind: string; readonly body: unknown }): CallFact | undefined {
  return Object.hasOwn(callFacts, fact.kind) ? callFact.parse(fact) : undefined
}
