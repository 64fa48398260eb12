// Everything that is kept: system.db, one database and folder per tenant, the key file. One process per data folder.
// It knows where data lies and how to open, back up and close it; what the data means is known to the right of it.
import { chmodSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Clock } from '#lib/clock.ts'
import { CordboardError, systemCodeOf } from '#lib/errors.ts'
import { guard } from '#lib/guard.ts'
import { newId } from '#lib/id.ts'
import type { Log } from '#lib/log.ts'
import { openVault, type Vault } from '#lib/secret.ts'
import { backUp } from './backup.ts'
import { type Database, openDatabase, takeLock } from './database.ts'
import { forgetFacts } from './facts.ts'
import { storeFault } from './fault.ts'
import { makeFolder } from './make-folder.ts'
import { migrate, readMigrations } from './migrate.ts'
import {
  checkTenantDetails,
  insertTenantRow,
  listTenantRows,
  openTenant,
  type Tenant,
  type TenantDetails,
  tenantId,
} from './tenant.ts'

export type { Tenant, TenantId } from './tenant.ts'

export interface StoreOptions {
  readonly dataFolder: string
  readonly clock: Clock
  readonly log: Log
}

export interface Store extends Disposable {
  readonly dataFolder: string
  readonly system: Database
  readonly vault: Vault
  /** In the order they were created. */
  tenants(): readonly Tenant[]
  /** @throws CordboardError `store.no-tenant` */
  tenant(id: string): Tenant
  /** Calls `act` for each tenant there is and each that is created later, until the result is disposed. */
  onTenant(act: (tenant: Tenant) => void): Disposable
  /** @throws CordboardError `store.tenant-details`, `store.full`, `store.unwritable` */
  createTenant(details: TenantDetails): Tenant
  /** Copies everything into a new folder while the program runs. @throws CordboardError `store.backup-exists`, `store.full` */
  backup(folder: string): Promise<void>
}

const dayMs = 24 * 3600_000
/** Long enough to hand parked or missed facts in again after holidays. */
const keepFactsMs = 30 * dayMs

/**
 * Opens the data folder, making it when it does not exist, and brings every database up to date.
 * @throws CordboardError `store.unwritable`, `store.full`, `store.locked`, `store.damaged`, `store.newer`, `store.migration-changed`
 */
export function openStore(options: StoreOptions): Store {
  const dataFolder = resolve(options.dataFolder)
  const tenantsFolder = join(dataFolder, 'tenants')
  try {
    makeFolder(tenantsFolder)
    keepPrivate(dataFolder, options.log)
  } catch (err) {
    throw storeFault(dataFolder, err)
  }
  const stack = new DisposableStack()
  try {
    stack.use(lockFolder(dataFolder))
    const system = stack.use(openDatabase(join(dataFolder, 'system.db'), { log: options.log }))
    migrate(system, readMigrations(join(import.meta.dirname, 'migrations/system')), options.clock.now())
    const vault = openKey(join(dataFolder, 'secret.key'))
    const store = new FolderStore({ ...options, dataFolder, tenantsFolder, system, vault, stack })
    return store
  } catch (err) {
    stack.dispose()
    throw err
  }
}

// A mounted folder may belong to another user and still be ours to write: that is a warning, not a fault.
function keepPrivate(dataFolder: string, log: Log): void {
  try {
    chmodSync(dataFolder, 0o700)
  } catch (err) {
    if (systemCodeOf(err) !== 'EPERM') throw err
    log.warn({ dataFolder }, 'the data folder belongs to another user: others may be able to read it')
  }
}

function lockFolder(dataFolder: string): Disposable {
  const lock = takeLock(join(dataFolder, 'lock'))
  if (lock) return lock
  throw new CordboardError(
    'store.locked',
    `Another Cordboard is running on the data folder ${dataFolder}: stop it first, or set DATA_FOLDER to another folder.`,
    { blame: 'setup' },
  )
}

function openKey(keyFile: string): Vault {
  try {
    return openVault(keyFile)
  } catch (err) {
    throw storeFault(keyFile, err)
  }
}

interface Opened extends StoreOptions {
  readonly tenantsFolder: string
  readonly system: Database
  readonly vault: Vault
  /** Owns the lock and system.db; disposed with the store. */
  readonly stack: DisposableStack
}

class FolderStore implements Store {
  readonly dataFolder: string
  readonly system: Database
  readonly vault: Vault
  readonly #opened: Opened
  readonly #tenants = new Map<string, Tenant>()
  readonly #listeners = new Set<(tenant: Tenant) => void>()

  constructor(opened: Opened) {
    this.#opened = opened
    this.dataFolder = opened.dataFolder
    this.system = opened.system
    this.vault = opened.vault
    const { stack, clock, log } = opened
    stack.defer(() => {
      for (const tenant of this.#tenants.values()) tenant.db.close()
    })
    const now = clock.now()
    for (const row of listTenantRows(this.system))
      this.#tenants.set(row.id, openTenant(opened.tenantsFolder, row, { now, log }))
    this.#forgetOldFacts()
    stack.use(
      clock.every(
        dayMs,
        guard(log, 'forgetting old facts', () => this.#forgetOldFacts()),
      ),
    )
  }

  tenants(): readonly Tenant[] {
    return [...this.#tenants.values()]
  }

  tenant(id: string): Tenant {
    const tenant = this.#tenants.get(id)
    if (tenant) return tenant
    throw new CordboardError('store.no-tenant', 'There is no such company here.', { blame: 'user' })
  }

  onTenant(act: (tenant: Tenant) => void): Disposable {
    for (const tenant of this.tenants()) act(tenant)
    this.#listeners.add(act)
    return { [Symbol.dispose]: () => void this.#listeners.delete(act) }
  }

  // The database first, then its row: a crash in between leaves a file nobody names, never a tenant without data.
  createTenant(details: TenantDetails): Tenant {
    const { clock, log, tenantsFolder } = this.#opened
    const row = { id: tenantId.parse(newId()), ...checkTenantDetails(details) }
    const tenant = openTenant(tenantsFolder, row, { now: clock.now(), log })
    try {
      insertTenantRow(this.system, row, clock.now())
    } catch (err) {
      tenant.db.close()
      throw err
    }
    this.#tenants.set(tenant.id, tenant)
    for (const listener of this.#listeners) listener(tenant)
    return tenant
  }

  backup(folder: string): Promise<void> {
    return backUp(this, folder)
  }

  [Symbol.dispose](): void {
    this.#listeners.clear()
    this.#opened.stack.dispose()
  }

  #forgetOldFacts(): void {
    const olderThan = this.#opened.clock.now() - keepFactsMs
    for (const db of [this.system, ...this.tenants().map((tenant) => tenant.db)]) forgetFacts(db, olderThan)
  }
}
