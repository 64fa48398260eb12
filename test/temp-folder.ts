// Folders and stores that live as long as one test.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '#lib/log.ts'
import { type Database, openDatabase } from '#store/database.ts'
import { openStore, type Store, type Tenant } from '#store/store.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'

/** A folder that is deleted when it is disposed. */
export function tempFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'cordboard-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export interface TestStore extends Disposable {
  readonly store: Store
  /** The company acme, in Prague. */
  readonly tenant: Tenant
  readonly db: Database
  readonly clock: FakeClock
}

/** A store on a real folder with one company; disposing closes and deletes it. */
export function testStore(): TestStore {
  const stack = new DisposableStack()
  const folder = stack.use(tempFolder())
  const clock = fakeClock()
  const store = stack.use(openStore({ dataFolder: folder.path, clock, log: silentLog }))
  const tenant = store.createTenant({ name: 'acme', country: 'CZ', timeZone: 'Europe/Prague' })
  return { store, tenant, db: tenant.db, clock, [Symbol.dispose]: () => stack.dispose() }
}

/** A database in memory, without any table. */
export function memoryDatabase(): Database {
  return openDatabase(':memory:')
}
