// What the embedded server needs for TLS: whose certificate is ours, and which trunks need not prove who they are.
import { hostname } from 'node:os'
import type { Config } from '#config/config.ts'
import type { Clock } from '#lib/clock.ts'
import type { Log } from '#lib/log.ts'
import { nameable } from '#lib/own-address.ts'
import type { Store } from '#store/store.ts'
import { selfSigned } from './embedded/self-signed.ts'
import type { TlsSettings } from './embedded/stack.ts'
import { isUnverifiedHost } from './trunks/trunk-book.ts'

/** The files that are configured, else our own certificate, made at the first start. */
export async function tlsSettings(options: {
  readonly config: Config
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}): Promise<TlsSettings> {
  const { config, store, clock, log } = options
  const { tls, address, advertisedAddress } = config.sip
  const common = {
    verifies: (name: string) => !isUnverifiedHost(store.system, name),
    ...(tls.caFile === undefined ? {} : { caFile: tls.caFile }),
  }
  if (tls.files) return { ...tls.files, ...common }
  const names = [advertisedAddress ?? nameable(address), hostname(), 'localhost', '127.0.0.1', '::1']
  const { certFile, keyFile, madeNow } = await selfSigned(config.dataFolder, names, clock.now())
  if (madeNow !== undefined)
    log.warn(
      { file: certFile, sha256: madeNow },
      'a certificate for SIP over TLS was made here: phones that check it must be told to trust it, or set SIP_TLS_CERT and SIP_TLS_KEY',
    )
  return { certFile, keyFile, ...common }
}
