// Where phones can be reached now: the contacts they registered, kept in the tenant's database over restarts.
import { z } from 'zod'
import type { Clock } from '#lib/clock.ts'
import { Events, type Source } from '#lib/events.ts'
import { guard } from '#lib/guard.ts'
import type { Log } from '#lib/log.ts'
import { time } from '#store/column.ts'
import { query } from '#store/database.ts'
import type { Store, Tenant } from '#store/store.ts'
import type { Phone } from './phone.ts'

export interface PhoneContact {
  /** The URI as the phone wrote it. */
  readonly contact: string
  /** The URI we call: `contact` with the address the REGISTER came from. */
  readonly route: string
  readonly transport: string
  readonly userAgent: string
  readonly callId: string
  readonly cseq: number
  readonly registeredAt: number
  readonly expiresAt: number
}

export interface LocationChange {
  readonly phoneId: string
  readonly tenantId: string
  readonly online: boolean
}

export interface Locations extends Disposable {
  /** Contacts that have not expired, freshest first. */
  of(phone: Pick<Phone, 'id' | 'tenantId'>): readonly PhoneContact[]
  /** Stores or refreshes one contact; when the phone has more than ten, the oldest goes. */
  save(phone: Phone, contact: PhoneContact): void
  /** Forgets one contact, or all of them. */
  remove(phone: Phone, contact: string | 'all'): void
  /** Told when a phone's contacts change or expire. */
  readonly onChange: Source<LocationChange>
}

/** One person's softphones and desk phone share no username, so more than this is a phone that loses its ports. */
const maxContacts = 10
const sweepMs = 10_000

const row = z
  .object({
    contact: z.string(),
    route: z.string(),
    transport: z.string(),
    user_agent: z.string(),
    call_id: z.string(),
    cseq: z.int(),
    registered_at: time,
    expires_at: time,
  })
  .transform(
    (found): PhoneContact => ({
      contact: found.contact,
      route: found.route,
      transport: found.transport,
      userAgent: found.user_agent,
      callId: found.call_id,
      cseq: found.cseq,
      registeredAt: found.registered_at,
      expiresAt: found.expires_at,
    }),
  )
const contactsOfPhone = query(
  row,
  `SELECT contact, route, transport, user_agent, call_id, cseq, registered_at, expires_at FROM phone_contacts
   WHERE phone_id = ? AND expires_at > ? ORDER BY registered_at DESC, contact`,
)
const expired = query(
  z.object({ phone_id: z.string() }),
  'DELETE FROM phone_contacts WHERE expires_at <= ? RETURNING phone_id',
)

export function openLocations(options: { store: Store; clock: Clock; log: Log }): Locations {
  const { store, clock, log } = options
  const changes = new Events<LocationChange>(log)
  const of: Locations['of'] = (phone) =>
    store.tenant(phone.tenantId).db.all(contactsOfPhone, [phone.id, clock.now()])
  const tell = (tenantId: string, phoneId: string): void => {
    const online = of({ id: phoneId, tenantId }).length > 0
    changes.emit({ phoneId, tenantId, online })
  }
  const sweep = (tenant: Tenant): void => {
    const gone = tenant.db.all(expired, [clock.now()])
    for (const phoneId of new Set(gone.map((found) => found.phone_id))) tell(tenant.id, phoneId)
  }
  const sweeping = clock.every(
    sweepMs,
    guard(log, 'phone contacts that expired', () => store.tenants().forEach(sweep)),
  )
  return {
    onChange: changes,
    of,
    save: (phone, contact) => {
      const { db } = store.tenant(phone.tenantId)
      db.transaction(() => {
        db.run(
          `INSERT INTO phone_contacts (phone_id, contact, route, transport, user_agent, call_id, cseq, registered_at, expires_at)
           VALUES (:phoneId, :contact, :route, :transport, :userAgent, :callId, :cseq, :registeredAt, :expiresAt)
           ON CONFLICT DO UPDATE SET route = :route, transport = :transport, user_agent = :userAgent, call_id = :callId,
             cseq = :cseq, registered_at = :registeredAt, expires_at = :expiresAt`,
          { phoneId: phone.id, ...contact },
        )
        db.run(
          `DELETE FROM phone_contacts WHERE phone_id = :phoneId AND contact NOT IN
             (SELECT contact FROM phone_contacts WHERE phone_id = :phoneId ORDER BY registered_at DESC, contact LIMIT :max)`,
          { phoneId: phone.id, max: maxContacts },
        )
      })
      tell(phone.tenantId, phone.id)
    },
    remove: (phone, contact) => {
      const { db } = store.tenant(phone.tenantId)
      const { changes: removed } =
        contact === 'all'
          ? db.run('DELETE FROM phone_contacts WHERE phone_id = ?', [phone.id])
          : db.run('DELETE FROM phone_contacts WHERE phone_id = ? AND contact = ?', [phone.id, contact])
      if (removed > 0) tell(phone.tenantId, phone.id)
    },
    [Symbol.dispose]: () => sweeping.cancel(),
  }
}
