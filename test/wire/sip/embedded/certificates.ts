// Certificates for tests, and stacks that speak TLS with them. Each is its own authority.
import { systemClock } from '#lib/clock.ts'
import type { OpenStackOptions } from '#sip/embedded/open-stack.ts'
import { selfSigned } from '#sip/embedded/self-signed.ts'
import type { SipStack } from '#sip/embedded/stack.ts'
import type { TlsFiles } from '#sip/embedded/tls-certificate.ts'
import { tempFolder } from '#test/temp-folder.ts'
import { openStack } from './far-ends.ts'

export interface Certificates extends Disposable {
  /** A certificate for these names. */
  make(...names: readonly string[]): Promise<TlsFiles>
}

export function certificates(): Certificates {
  const folders = new DisposableStack()
  return {
    make: async (...names) => {
      const { certFile, keyFile } = await selfSigned(folders.use(tempFolder()).path, names, systemClock.now())
      return { certFile, keyFile }
    },
    [Symbol.dispose]: () => folders.dispose(),
  }
}

/** A stack on TLS and UDP of one address. */
export function openTlsStack(
  tls: OpenStackOptions['tls'] & object,
  options: Partial<OpenStackOptions> = {},
  address = '127.0.0.1',
): Promise<SipStack> {
  const listen = [
    { protocol: 'tls' as const, address, port: 0 },
    { protocol: 'udp' as const, address, port: 0 },
  ]
  return openStack({ listen, tls, ...options })
}
