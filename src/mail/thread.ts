// Which conversation a received message belongs to (M3): our signed ids first, then ids we know, nearest parent first.
// A subject alone never joins: strangers' mail would land in old conversations.
import { conversationOfId } from './signed-id.ts'

export interface Lookups {
  readonly key: string
  /** A conversation of this company by its id. */
  conversationExists(id: string): boolean
  /** The conversation of a stored mail with this Message-ID, in the same mailbox. */
  conversationOf(messageId: string): string | undefined
}

export type Home =
  | { readonly conversationId: string; readonly by: 'in-reply-to' | 'references' }
  | { readonly conversationId: undefined; readonly by: 'new' }

export function findHome(
  mail: { readonly inReplyTo: string | null; readonly references: readonly string[] },
  lookups: Lookups,
): Home {
  const parents = [
    ...(mail.inReplyTo === null ? [] : [{ id: mail.inReplyTo, by: 'in-reply-to' as const }]),
    ...mail.references.toReversed().map((id) => ({ id, by: 'references' as const })),
  ]
  for (const { id, by } of parents) {
    const signed = conversationOfId(lookups.key, id)
    if (signed !== undefined && lookups.conversationExists(signed)) return { conversationId: signed, by }
  }
  for (const { id, by } of parents) {
    const known = lookups.conversationOf(id)
    if (known !== undefined) return { conversationId: known, by }
  }
  return { conversationId: undefined, by: 'new' }
}
