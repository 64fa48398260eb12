// Answers the server gives by itself.
import { newTag } from './identifiers.ts'
import type { SipHeader } from './message.ts'
import { responseTo } from './response.ts'
import type { ServerTransaction } from './stack.ts'

/** Sends a final response in the server's own name. */
export function refuse(
  transaction: ServerTransaction,
  status: number,
  reason?: string,
  headers: readonly SipHeader[] = [],
  toTag = newTag(),
): void {
  transaction.respond(
    responseTo(transaction.request, status, { toTag, headers, ...(reason === undefined ? {} : { reason }) }),
  )
}
