// Mail addresses as identities: compared in lower case, without white space around.
import { z } from 'zod'

const address = z.email().max(254)

/** undefined when it is no address (RFC 5321 §4.5.3.1 gives the longest). */
export function readEmailAddress(text: string): string | undefined {
  const parsed = address.safeParse(text.trim().toLowerCase())
  return parsed.success ? parsed.data : undefined
}
