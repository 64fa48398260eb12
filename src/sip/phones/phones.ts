// Phones at work: the book of them, where they can be reached, and the registrar they sign in to.
import type { Clock } from '#lib/clock.ts'
import type { Source } from '#lib/events.ts'
import { Events } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import type { ReceivedRequest } from '#sip/sip-server.ts'
import type { Store } from '#store/store.ts'
import { phoneAuthenticator } from './authenticate.ts'
import { openLocations, type PhoneContact } from './locations.ts'
import { type Phone, type PhoneBook, phoneBook } from './phone.ts'
import { registrar } from './registrar.ts'

export interface PhoneState extends Phone {
  readonly online: boolean
  /** Freshest first. */
  readonly contacts: readonly PhoneContact[]
}

export interface Phones extends Disposable {
  readonly book: PhoneBook
  /** By label. */
  states(tenantId: string): readonly PhoneState[]
  state(phoneId: string): PhoneState | undefined
  /** Told when a phone is created, changed, removed, or comes or goes. */
  readonly onChange: Source<{ readonly phoneId: string; readonly tenantId: string }>
  contactsOf(phoneId: string): readonly PhoneContact[]
  register(request: ReceivedRequest): void
  /** The phone behind an INVITE or another request; undefined when it was challenged, refused or dropped. */
  authenticate(request: ReceivedRequest): Phone | undefined
}

export function openPhones(options: {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly onProved: (address: string) => void
}): Phones {
  const { log } = options
  const book = phoneBook(options)
  const locations = openLocations(options)
  const authenticator = phoneAuthenticator({ ...options, book })
  const { register } = registrar({ ...options, authenticator, locations })
  const changes = new Events<{ readonly phoneId: string; readonly tenantId: string }>(log)
  const subscriptions = new DisposableStack()
  subscriptions.use(locations)
  for (const source of [book.onChange, locations.onChange])
    subscriptions.use(source.on(({ phoneId, tenantId }) => changes.emit({ phoneId, tenantId })))
  const stateOf = (phone: Phone): PhoneState => {
    const contacts = locations.of(phone)
    return { ...phone, contacts, online: contacts.length > 0 }
  }
  return {
    book,
    states: (tenantId) => book.list(tenantId).map(stateOf),
    state: (phoneId) => {
      const phone = book.find(phoneId)
      return phone && stateOf(phone)
    },
    onChange: changes,
    contactsOf: (phoneId) => {
      const phone = book.find(phoneId)
      return phone ? locations.of(phone) : []
    },
    register,
    authenticate: authenticator.authenticate,
    [Symbol.dispose]: () => subscriptions.dispose(),
  }
}
