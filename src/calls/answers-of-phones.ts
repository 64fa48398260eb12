// The answers phones give to call control's questions (neighbours.ts).
import type { Phones as SipPhones } from '#sip/phones/phones.ts'
import type { Phones } from './neighbours.ts'

export function phonesOf(
  phones: Pick<SipPhones, 'onChange'> & { book: Pick<SipPhones['book'], 'ofUser'> },
): Phones {
  return {
    phonesOf: (tenant, userId) => phones.book.ofUser(tenant.id, userId).map((phone) => phone.id),
    changes: phones.onChange,
  }
}
