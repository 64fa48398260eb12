// Who is at the other end of a call, from what the carrier shows.
import type { SipParty } from '#sip/leg.ts'
import type { Tenant } from '#store/store.ts'
import type { Party } from './call.ts'
import type { Numbers, Staff } from './neighbours.ts'

/** What carriers put where a caller withholds the number (RFC 3323 §4.1.1.3 and common practice). */
const withheld = new Set(['', 'anonymous', 'unknown', 'unavailable', 'restricted', 'private', 'withheld'])

export interface PartyBooks {
  readonly numbers: Pick<Numbers, 'readCaller'>
  readonly staff: Pick<Staff, 'findContact'>
}

/** E.164 when it can be read so, else as sent; no number at all when it is withheld. */
export function partyOf(books: PartyBooks, tenant: Tenant, from: SipParty): Party {
  const shown = usableName(from)
  if (withheld.has(from.user.toLowerCase())) return {}
  return partyOfNumber(books, tenant, from.user, shown)
}

/** The party that a number outside belongs to. */
export function partyOfNumber(books: PartyBooks, tenant: Tenant, dialled: string, shown?: string): Party {
  const read = books.numbers.readCaller(tenant, dialled)
  const number = read ?? dialled
  const contact = read === undefined ? undefined : books.staff.findContact(tenant, read)
  const name = contact?.name ?? shown
  return {
    number,
    ...(name === undefined ? {} : { name }),
    ...(contact === undefined ? {} : { contactId: contact.id }),
  }
}

/** Many carriers repeat the number as the name: that tells nobody anything. */
function usableName(from: SipParty): string | undefined {
  const name = from.displayName?.trim()
  if (!name || name === from.user || withheld.has(name.toLowerCase())) return undefined
  return name.slice(0, 100)
}
