// Phones as the pages show them: whose, how they are reached now, and once, at making, their secret.
import type { PhonesPort } from '#admin/ports.ts'
import type { PhoneView } from '#admin/view.ts'
import { CordboardError } from '#lib/errors.ts'
import { getUser, listUsers } from '#people/user.ts'
import type { PhoneState, Phones } from '#sip/phones/phones.ts'
import type { TenantParts } from './parts.ts'

export interface PhoneSources extends TenantParts {
  readonly phones: Pick<Phones, 'book' | 'states'>
  readonly sipAccess: SipAccess
}

/** Where phones register, as a person types it: `192.0.2.10:5060`. */
export interface SipAccess {
  readonly server: string
  readonly transports: readonly string[]
}

export function phonesPort(sources: PhoneSources): PhonesPort {
  const { tenant, phones, sipAccess } = sources
  return {
    list: () => listPhones(sources),
    create: ({ label, userId }) => {
      const user = getUser(tenant.db, userId)
      const { phone, secret } = phones.book.create(tenant.id, { label, userId: user.id })
      const state = { ...phone, online: false, contacts: [] }
      return { phone: phoneView(state, user), secret, ...sipAccess }
    },
    delete: (phoneId) => {
      if (phones.book.find(phoneId)?.tenantId !== tenant.id)
        throw new CordboardError('sip.no-phone', 'There is no such phone.', { blame: 'user' })
      phones.book.remove(phoneId)
    },
  }
}

export function listPhones({
  tenant,
  phones,
}: Pick<PhoneSources, 'tenant' | 'phones'>): readonly PhoneView[] {
  const users = new Map(listUsers(tenant.db, { deactivated: true }).map((user) => [String(user.id), user]))
  return phones.states(tenant.id).map((phone) => phoneView(phone, users.get(phone.userId ?? '')))
}

function phoneView(
  phone: PhoneState,
  user: { readonly id: string; readonly name: string } | undefined,
): PhoneView {
  return {
    id: phone.id,
    label: phone.label,
    username: phone.username,
    user: user ? { id: user.id, name: user.name } : null,
    online: phone.online,
    contacts: phone.contacts.map(({ route, transport, userAgent, expiresAt }) => ({
      address: hostPortOf(route),
      transport,
      userAgent,
      expiresAt,
    })),
  }
}

/** `sip:ph1@192.0.2.7:5062;transport=tcp` -> `192.0.2.7:5062` */
function hostPortOf(uri: string): string {
  return /^<?sips?:(?:[^@]*@)?([^;>?]+)/.exec(uri)?.[1] ?? uri
}
