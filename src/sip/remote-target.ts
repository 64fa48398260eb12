// The URI requests inside a dialog go to: the far end's Contact (RFC 3261 §12.1).
import { parseNameAddr } from '#sip/embedded/name-addr.ts'

export function readTarget(contact: string | undefined): string | undefined {
  if (contact === undefined) return undefined
  try {
    return parseNameAddr(contact).uri
  } catch {
    return undefined
  }
}
