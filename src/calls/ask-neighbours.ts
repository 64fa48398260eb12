// Call control's questions (neighbours.ts), asked of the people, phones and trunks of this program.
import type { Readiness } from '#people/readiness.ts'
import type { Sip } from '#sip/signalling.ts'
import type { Store } from '#store/store.ts'
import { staffOf } from './answers-of-people.ts'
import { phonesOf } from './answers-of-phones.ts'
import { numbersOf } from './answers-of-trunks.ts'
import type { Numbers, Phones, Staff } from './neighbours.ts'

export interface Neighbours {
  readonly staff: Staff
  readonly phones: Phones
  readonly numbers: Numbers
}

/** For `startCalls`. */
export function askNeighbours(options: {
  readonly store: Pick<Store, 'tenant'>
  readonly sip: Pick<Sip, 'trunks' | 'phones' | 'contactsOf'>
  readonly readiness: Readiness
}): Neighbours {
  const { store, sip, readiness } = options
  const phones = phonesOf(sip.phones)
  return {
    phones,
    staff: staffOf({ readiness, phones, sip }),
    numbers: numbersOf({ store, trunks: sip.trunks }),
  }
}
