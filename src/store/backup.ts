// A backup is a folder of the same shape as the data folder: to restore it, start Cordboard on a copy of it.
import { constants } from 'node:fs'
import { access, copyFile, cp, mkdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CordboardError } from '#lib/errors.ts'
import type { Database } from './database.ts'
import { storeFault } from './fault.ts'
import type { Tenant } from './tenant.ts'

interface Kept {
  readonly dataFolder: string
  readonly system: Database
  tenants(): readonly Tenant[]
}

/** Copies all that `kept` holds; the folder appears under its name only when the copy is complete. */
export async function backUp(kept: Kept, folder: string): Promise<void> {
  const target = resolve(folder)
  if (await exists(target))
    throw new CordboardError('store.backup-exists', `${target} exists already: name a new folder.`, {
      blame: 'user',
    })
  const part = `${target}.part`
  try {
    await rm(part, { recursive: true, force: true })
    await mkdir(join(part, 'tenants'), { recursive: true, mode: 0o700 })
    await copyFile(join(kept.dataFolder, 'secret.key'), join(part, 'secret.key'))
    await kept.system.backup(join(part, 'system.db'))
    for (const tenant of kept.tenants()) await backUpTenant(tenant, join(part, 'tenants', tenant.id))
    await rename(part, target)
  } catch (err) {
    await rm(part, { recursive: true, force: true })
    throw storeFault(target, err)
  }
}

// The database before the files: a file is in place before its row is, so each row in the copy finds its file.
async function backUpTenant(tenant: Tenant, folder: string): Promise<void> {
  await tenant.db.backup(`${folder}.db`)
  await cp(tenant.folder, folder, { recursive: true, mode: constants.COPYFILE_FICLONE })
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
