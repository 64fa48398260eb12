// Handshakes, both ways: who connects to us, and whom we connect to. It knows no messages.
import { constants } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import { connect, TLSSocket } from 'node:tls'
import type { Clock } from '#lib/clock.ts'
import { messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'
import type { Endpoint } from './stack.ts'
import type { TlsCertificate } from './tls-certificate.ts'
import { identityFault } from './tls-identity.ts'

export interface TlsDoorOptions {
  readonly certificate: TlsCertificate
  /** Whether the server that is reached by this name or address has to prove it; false for a trunk set so. */
  readonly verifies: (name: string) => boolean
  readonly handshakeMs: number
  readonly clock: Clock
  readonly log: Log
}

// A far end that renegotiates makes us compute for nothing.
const secureOptions = constants.SSL_OP_NO_RENEGOTIATION

export class TlsDoor {
  readonly #options: TlsDoorOptions

  constructor(options: TlsDoorOptions) {
    this.#options = options
  }

  /** Answers the handshake of who connected: `secured` when it is done, `failed` when it never will be. */
  accept(socket: Socket, secured: (socket: TLSSocket) => void, failed: () => void): void {
    const { certificate, clock, log, handshakeMs } = this.#options
    const { remoteAddress } = socket
    const far = new TLSSocket(socket, {
      isServer: true,
      secureContext: certificate.context,
      requestCert: false,
      secureOptions,
    })
    let over = false
    const give = (act: () => void) => {
      if (over) return
      over = true
      patience.cancel()
      act()
    }
    const refuse = (reason: string) =>
      give(() => {
        log.debug({ remoteAddress, reason }, 'a TLS handshake failed')
        far.destroy()
        socket.destroy()
        failed()
      })
    const patience = clock.after(handshakeMs, () => refuse('it took too long'))
    const onError = (cause: unknown) => refuse(messageOf(cause))
    const onClose = () => refuse('the far end hung up')
    // The raw socket reports what happens before and below TLS.
    socket.on('error', onError)
    far.on('error', onError)
    far.once('close', onClose)
    far.once('secure', () =>
      give(() => {
        far.off('close', onClose)
        secured(far)
      }),
    )
  }

  /** Connects and shakes hands; the socket says `secureConnect`, or `error` and `close`. */
  connect(far: Endpoint, localAddress: string | undefined): TLSSocket {
    const name = far.name ?? far.address
    return connect({
      host: far.address,
      port: far.port,
      ...(localAddress === undefined ? {} : { localAddress }),
      // RFC 6066 §3: an address is no server name.
      ...(isIP(name) === 0 ? { servername: name } : {}),
      secureContext: this.#options.certificate.context,
      rejectUnauthorized: this.#options.verifies(name),
      checkServerIdentity: (_host, certificate) => identityFault(name, certificate),
      secureOptions,
    })
  }
}
