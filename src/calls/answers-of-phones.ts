// The answers phones give to call control's questions (neighbours.ts).
import type { Source } from '#lib/events.ts'
import type { Phones as SipPhones } from '#sip/phones/phones.ts'
import type { Phones } from './neighbours.ts'

/** Each person's browsers are one more phone of theirs. */
export interface BrowserPhones {
  phoneOf(tenantId: string, userId: string): string
  readonly changes: Source<unknown>
}

export function phonesOf(
  phones: Pick<SipPhones, 'onChange'> & { book: Pick<SipPhones['book'], 'ofUser'> },
  browsers?: BrowserPhones,
): Phones {
  return {
    phonesOf: (tenant, userId) => [
      ...(browsers ? [browsers.phoneOf(tenant.id, userId)] : []),
      ...phones.book.ofUser(tenant.id, userId).map((phone) => phone.id),
    ],
    changes: browsers ? both(phones.onChange, browsers.changes) : phones.onChange,
  }
}

function both(one: Source<unknown>, other: Source<unknown>): Source<unknown> {
  return {
    on: (listener) => {
      const stack = new DisposableStack()
      stack.use(one.on(listener))
      stack.use(other.on(listener))
      return stack
    },
  }
}
