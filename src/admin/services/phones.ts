// Phones as the pages show them: whose, how they are reached now, and once, at making, their secret.
import type { PhonesPort } from '#admin/ports.ts'
import type { PhoneView } from '#admin/view.ts'
import { CordboardError } from '#lib/errors.ts'
import { getUser, listUsers } from '#people/user.ts'
import type { Locations } from '#sip/phones/locations.ts'
import type { Phone, PhoneBook } from '#sip/phones/phone.ts'
import type { TenantParts } from './parts.ts'

export interface PhoneSources extends TenantParts {
  readonly phoneBook: PhoneBook
  readonly locations: Pick<Locations, 'of'>
  /** Where phones register, as a person types it: `192.0.2.10:5060`. */
  readonly sipServer: string
}

export function phonesPort(sources: PhoneSources): PhonesPort {
  const { tenant, phoneBook, locations, sipServer } = sources
  return {
    list: () => listPhones(sources),
    create: ({ label, userId }) => {
      const user = getUser(tenant.db, userId)
      const { phone, secret } = phoneBook.create(tenant.id, { label, userId: user.id })
      return {
        phone: phoneView(phone, user, locations),
        secret,
        server: sipServer,
        transports: ['UDP', 'TCP'],
      }
    },
    delete: (phoneId) => {
      if (phoneBook.find(phoneId)?.tenantId !== tenant.id)
        throw new CordboardError('sip.no-phone', 'There is no such phone.', { blame: 'user' })
      phoneBook.remove(phoneId)
    },
  }
}

export function listPhones({ tenant, phoneBook, locations }: PhoneSources): readonly PhoneView[] {
  const users = new Map(listUsers(tenant.db, { deactivated: true }).map((user) => [String(user.id), user]))
  return phoneBook.list(tenant.id).map((phone) => phoneView(phone, users.get(phone.userId ?? ''), locations))
}

function phoneView(
  phone: Phone,
  user: { readonly id: string; readonly name: string } | undefined,
  locations: Pick<Locations, 'of'>,
): PhoneView {
  const contacts = locations.of(phone)
  return {
    id: phone.id,
    label: phone.label,
    username: phone.username,
    user: user ? { id: user.id, name: user.name } : null,
    online: contacts.length > 0,
    contacts: contacts.map(({ route, transport, userAgent, expiresAt }) => ({
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
