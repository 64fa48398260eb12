// One company on this box: a database and a folder of its own, so that no query can reach into another tenant's data.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import { type Database, openDatabase, query } from './database.ts'
import { storeFault } from './fault.ts'
import { migrate, readMigrations } from './migrate.ts'

export type TenantId = string & z.$brand<'TenantId'>
export const tenantId = z.string().brand<'TenantId'>()

export interface Tenant {
  readonly id: TenantId
  readonly name: string
  /** ISO 3166-1 alpha-2: how numbers without a country code are read. */
  readonly country: string
  /** IANA name, `Europe/Prague`. */
  readonly timeZone: string
  readonly db: Database
  /** Everything of the tenant that is not in `db`. */
  readonly folder: string
  readonly recordingsFolder: string
  /** Raw messages. */
  readonly mailFolder: string
}

export interface TenantDetails {
  readonly name: string
  readonly country: string
  readonly timeZone: string
}

export interface TenantRow extends TenantDetails {
  readonly id: TenantId
}

const row = z.object({
  id: tenantId,
  name: z.string(),
  country: z.string(),
  time_zone: z.string(),
})
const allTenants = query(
  row.transform(({ time_zone, ...rest }): TenantRow => ({ ...rest, timeZone: time_zone })),
  'SELECT id, name, country, time_zone FROM tenants ORDER BY id',
)

export function listTenantRows(system: Database): readonly TenantRow[] {
  return system.all(allTenants)
}

export function insertTenantRow(system: Database, tenant: TenantRow, now: number): void {
  system.run(
    'INSERT INTO tenants (id, name, country, time_zone, created_at) VALUES (:id, :name, :country, :timeZone, :now)',
    { id: tenant.id, name: tenant.name, country: tenant.country, timeZone: tenant.timeZone, now },
  )
}

const details = z.object({
  name: z.string().trim().min(1).max(100),
  country: z.string().regex(/^[A-Z]{2}$/),
  timeZone: z.string().refine(isTimeZone),
})

/** @throws CordboardError `store.tenant-details` naming what is wrong */
export function checkTenantDetails(given: TenantDetails): TenantDetails {
  const parsed = details.safeParse(given)
  if (parsed.success) return parsed.data
  const wrong = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
  throw new CordboardError(
    'store.tenant-details',
    `A company needs a name, a two-letter country (CZ) and a time zone (Europe/Prague); not usable: ${wrong}.`,
    { blame: 'user' },
  )
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const migrations = join(import.meta.dirname, 'migrations/tenant')

/** Opens a tenant's database and folders under `tenantsFolder`, made when they do not exist. */
export function openTenant(
  tenantsFolder: string,
  tenant: TenantRow,
  options: { now: number; log: Log },
): Tenant {
  const folder = join(tenantsFolder, tenant.id)
  const recordingsFolder = join(folder, 'recordings')
  const mailFolder = join(folder, 'mail')
  try {
    for (const made of [recordingsFolder, mailFolder]) mkdirSync(made, { recursive: true, mode: 0o700 })
  } catch (err) {
    throw storeFault(folder, err)
  }
  const db = openDatabase(`${folder}.db`, { log: options.log })
  try {
    migrate(db, readMigrations(migrations), options.now)
  } catch (err) {
    db.close()
    throw err
  }
  return { ...tenant, db, folder, recordingsFolder, mailFolder }
}
