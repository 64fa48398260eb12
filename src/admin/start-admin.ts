// What main.ts calls: the pages, joined with every service they show.
import { join } from 'node:path'
import type { Config } from '#config/config.ts'
import { type Admin, openAdmin } from './admin.ts'
import type { AdminServices } from './ports.ts'
import { openServices, type ServiceParts } from './services/services.ts'

export interface StartAdminOptions extends ServiceParts {
  readonly config: Pick<Config, 'http'>
  readonly version: string
  /** Where `npm run build:web` put the web app; its own place unless told. */
  readonly webFolder?: string
}

const builtWeb = join(import.meta.dirname, '../../dist/web')

/** @throws CordboardError `admin.port-taken`, `admin.address` */
export function startAdmin(options: StartAdminOptions): Promise<Admin> {
  const { config, store, clock, version } = options
  const log = options.log.with({ area: 'admin' })
  const services: AdminServices = openServices({ ...options, log })
  return openAdmin({
    http: { host: config.http.address, port: config.http.port, publicUrl: config.http.publicUrl },
    webFolder: options.webFolder ?? builtWeb,
    version,
    system: store.system,
    services,
    clock,
    log,
  })
}
