// The phones of people, as stored: the row in the tenant's database, its username in system.db. It knows no registration.
import { randomInt } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { Events, type Source } from '#lib/events.ts'
import { newId } from '#lib/id.ts'
import type { Log } from '#lib/log.ts'
import { ha1Of } from '#sip/digest.ts'
import { time } from '#store/column.ts'
import { query } from '#store/database.ts'
import type { Store, Tenant } from '#store/store.ts'

export interface Phone {
  readonly id: string
  readonly tenantId: string
  readonly userId: string | null
  readonly label: string
  /** What the phone signs in with; unique on the whole box. */
  readonly username: string
  readonly createdAt: number
}

export interface PhoneCredential {
  readonly phone: Phone
  readonly ha1: { readonly MD5: string; readonly 'SHA-256': string }
}

export interface NewSecret {
  readonly phone: Phone
  /** Shown once. */
  readonly secret: string
}

export const phoneInput = z.object({
  label: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^\P{Cc}*$/u),
  userId: z.string().min(1).nullable().default(null),
})
export type PhoneInput = z.input<typeof phoneInput>

export interface PhoneChange {
  readonly phoneId: string
  readonly tenantId: string
  readonly what: 'created' | 'updated' | 'removed'
}

export interface PhoneBook {
  /** By label. */
  list(tenantId: string): readonly Phone[]
  ofUser(tenantId: string, userId: string): readonly Phone[]
  find(phoneId: string): Phone | undefined
  /** @throws CordboardError `sip.no-phone` */
  get(phoneId: string): Phone
  /** Makes username and secret. @throws CordboardError `sip.phone-input`, `store.no-tenant` */
  create(tenantId: string, input: PhoneInput): NewSecret
  /** @throws CordboardError `sip.no-phone`, `sip.phone-input` */
  update(phoneId: string, patch: Partial<PhoneInput>): Phone
  /** Another secret; the old one stops working at once. @throws CordboardError `sip.no-phone` */
  renewSecret(phoneId: string): NewSecret
  /** For showing a QR code again. @throws CordboardError `sip.no-phone`, `secret.unreadable` */
  secretOf(phoneId: string): string
  remove(phoneId: string): void
  /** What a REGISTER or INVITE of that username must prove. */
  credentialOf(username: string): PhoneCredential | undefined
  readonly onChange: Source<PhoneChange>
}

/** The realm of our challenges; part of every stored hash, so it can never change. */
export const phoneRealm = 'cordboard'

/** Whether a user part has the shape of the usernames we make: then a stranger is worth a challenge. */
export function isPhoneUsername(user: string): boolean {
  return /^ph[a-z0-9]{8}$/.test(user)
}

const row = z.object({
  id: z.string(),
  user_id: z.string().nullable(),
  label: z.string(),
  username: z.string(),
  created_at: time,
})
const columns = 'id, user_id, label, username, created_at'
const allPhones = query(row, `SELECT ${columns} FROM phones ORDER BY label, id`)
const phonesOfUser = query(row, `SELECT ${columns} FROM phones WHERE user_id = ? ORDER BY label, id`)
const phoneById = query(row, `SELECT ${columns} FROM phones WHERE id = ?`)
const credential = query(
  row.extend({ ha1_md5: z.string(), ha1_sha256: z.string() }),
  `SELECT ${columns}, ha1_md5, ha1_sha256 FROM phones WHERE username = ?`,
)
const sealedSecret = query(
  z.object({ sealed: z.string() }),
  'SELECT secret_sealed AS sealed FROM phones WHERE id = ?',
)
const owner = z.object({ tenant_id: z.string() })
const tenantOfPhone = query(owner, 'SELECT tenant_id FROM phone_usernames WHERE phone_id = ?')
const tenantOfUsername = query(owner, 'SELECT tenant_id FROM phone_usernames WHERE username = ?')

export function phoneBook(options: { store: Store; clock: Clock; log: Log }): PhoneBook {
  const { store, clock } = options
  const changes = new Events<PhoneChange>(options.log)
  const tell = (tenant: Tenant, phoneId: string, what: PhoneChange['what']): void =>
    tenant.db.afterCommit(() => changes.emit({ phoneId, tenantId: tenant.id, what }))
  const tenantOf = (phoneId: string): Tenant | undefined => {
    const found = store.system.find(tenantOfPhone, [phoneId])
    return found && store.tenant(found.tenant_id)
  }
  const find = (phoneId: string): Phone | undefined => {
    const tenant = tenantOf(phoneId)
    const found = tenant?.db.find(phoneById, [phoneId])
    return tenant && found && toPhone(tenant, found)
  }
  const getTenant = (phoneId: string): Tenant => {
    const tenant = tenantOf(phoneId)
    if (tenant) return tenant
    throw new CordboardError('sip.no-phone', 'There is no such phone.', { blame: 'user' })
  }
  const get = (phoneId: string): Phone => {
    const tenant = getTenant(phoneId)
    return toPhone(tenant, tenant.db.get(phoneById, [phoneId]))
  }
  const hashes = (username: string, secret: string) => ({
    secretSealed: store.vault.seal(secret),
    md5: ha1Of('MD5', username, phoneRealm, secret),
    sha256: ha1Of('SHA-256', username, phoneRealm, secret),
  })
  return {
    onChange: changes,
    list: (tenantId) => {
      const tenant = store.tenant(tenantId)
      return tenant.db.all(allPhones).map((found) => toPhone(tenant, found))
    },
    ofUser: (tenantId, userId) => {
      const tenant = store.tenant(tenantId)
      return tenant.db.all(phonesOfUser, [userId]).map((found) => toPhone(tenant, found))
    },
    find,
    get,
    create: (tenantId, input) => {
      const tenant = store.tenant(tenantId)
      const { label, userId } = checked(input)
      const id = newId(clock.now())
      const username = `ph${randomWord(8)}`
      const secret = randomWord(20)
      // The username first: a crash in between leaves a name nobody uses, never a phone that cannot sign in.
      store.system.run('INSERT INTO phone_usernames (username, tenant_id, phone_id) VALUES (?, ?, ?)', [
        username,
        tenant.id,
        id,
      ])
      tenant.db.run(
        `INSERT INTO phones (id, user_id, label, username, secret_sealed, ha1_md5, ha1_sha256, created_at)
         VALUES (:id, :userId, :label, :username, :secretSealed, :md5, :sha256, :now)`,
        { id, userId, label, username, ...hashes(username, secret), now: clock.now() },
      )
      tell(tenant, id, 'created')
      return { phone: get(id), secret }
    },
    update: (phoneId, patch) => {
      const before = get(phoneId)
      const after = checked({ label: before.label, userId: before.userId, ...patch })
      const tenant = getTenant(phoneId)
      tenant.db.run('UPDATE phones SET label = ?, user_id = ? WHERE id = ?', [
        after.label,
        after.userId,
        phoneId,
      ])
      tell(tenant, phoneId, 'updated')
      return get(phoneId)
    },
    renewSecret: (phoneId) => {
      const phone = get(phoneId)
      const tenant = getTenant(phoneId)
      const secret = randomWord(20)
      tenant.db.transaction(() => {
        tenant.db.run(
          'UPDATE phones SET secret_sealed = :secretSealed, ha1_md5 = :md5, ha1_sha256 = :sha256 WHERE id = :phoneId',
          { ...hashes(phone.username, secret), phoneId },
        )
        tenant.db.run('DELETE FROM phone_contacts WHERE phone_id = ?', [phoneId])
      })
      tell(tenant, phoneId, 'updated')
      return { phone, secret }
    },
    secretOf: (phoneId) => store.vault.open(getTenant(phoneId).db.get(sealedSecret, [phoneId]).sealed),
    remove: (phoneId) => {
      const tenant = tenantOf(phoneId)
      if (!tenant) return
      store.system.run('DELETE FROM phone_usernames WHERE phone_id = ?', [phoneId])
      tenant.db.run('DELETE FROM phones WHERE id = ?', [phoneId])
      tell(tenant, phoneId, 'removed')
    },
    credentialOf: (username) => {
      const found = store.system.find(tenantOfUsername, [username])
      const tenant = found && store.tenant(found.tenant_id)
      const phone = tenant?.db.find(credential, [username])
      if (!tenant || !phone) return undefined
      return { phone: toPhone(tenant, phone), ha1: { MD5: phone.ha1_md5, 'SHA-256': phone.ha1_sha256 } }
    },
  }
}

function toPhone(tenant: Tenant, found: z.output<typeof row>): Phone {
  return {
    id: found.id,
    tenantId: tenant.id,
    userId: found.user_id,
    label: found.label,
    username: found.username,
    createdAt: found.created_at,
  }
}

function checked(given: PhoneInput): z.output<typeof phoneInput> {
  const parsed = phoneInput.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new CordboardError(
    'sip.phone-input',
    `The phone's ${issue?.path.join('.') || 'details'} cannot be used: ${issue?.message}.`,
    { blame: 'user' },
  )
}

/** Letters and digits that nobody mistakes for one another when typing them into a desk phone. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

function randomWord(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}
