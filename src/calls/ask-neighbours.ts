// Call control's questions (neighbours.ts), asked of the people, phones and trunks of this program.
import type { Readiness } from '#people/readiness.ts'
import type { Signalling } from '#sip/leg.ts'
import type { Sip } from '#sip/signalling.ts'
import type { Store } from '#store/store.ts'
import { staffOf } from './answers-of-people.ts'
import { type BrowserPhones, phonesOf } from './answers-of-phones.ts'
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
  /** When more than SIP phones can be rung: `sip` with the others beside it. */
  readonly signalling?: Pick<Signalling, 'contactsOf'>
  readonly browserPhones?: BrowserPhones | undefined
  readonly readiness: Readiness
}): Neighbours {
  const { store, sip, signalling = sip, browserPhones, readiness } = options
  const phones = phonesOf(sip.phones, browserPhones)
  return {
    phones,
    staff: staffOf({ readiness, phones, sip: signalling }),
    numbers: numbersOf({ store, trunks: sip.trunks }),
  }
}
