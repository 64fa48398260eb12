// Where a person can be rung now.
import type { Signalling } from '#sip/leg.ts'
import type { Tenant } from '#store/store.ts'
import type { Phones } from './neighbours.ts'

export interface Reach {
  readonly phones: Pick<Phones, 'phonesOf'>
  readonly sip: Pick<Signalling, 'contactsOf'>
}

export interface PersonContact {
  readonly phoneId: string
  readonly contact: string
}

/** Every contact of every phone of the person, freshest first per phone. */
export function contactsOfPerson(reach: Reach, tenant: Tenant, userId: string): readonly PersonContact[] {
  return reach.phones
    .phonesOf(tenant, userId)
    .flatMap((phoneId) => reach.sip.contactsOf(phoneId).map((contact) => ({ phoneId, contact })))
}

export function isReachable(reach: Reach, tenant: Tenant, userId: string): boolean {
  return reach.phones.phonesOf(tenant, userId).some((phoneId) => reach.sip.contactsOf(phoneId).length > 0)
}
