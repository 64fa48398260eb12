// Our certificate for SIP over TLS: read from files, read again when they change, so that a renewal needs no restart.
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { Clock, Timer } from '#lib/clock.ts'
import { CordboardError, messageOf } from '#lib/errors.ts'
import type { Log } from '#lib/log.ts'

export interface TlsFiles {
  /** PEM: our certificate, then those between it and the authority. */
  readonly certFile: string
  /** PEM, without a passphrase. */
  readonly keyFile: string
  /** PEM of authorities to trust besides the usual ones, as a carrier's own. */
  readonly caFile?: string
}

/** Renewal programs run daily or more seldom; a minute is soon enough and costs three stat calls. */
const lookMs = 60_000
const dayMs = 86_400_000
/** Automatic renewals happen a month ahead; with two weeks left nobody can be counting on one. */
const warnDays = 14

export class TlsCertificate implements Disposable {
  readonly #files: TlsFiles
  readonly #log: Log
  readonly #clock: Clock
  readonly #looking: Timer
  #context: SecureContext
  #seen: string
  #warnedAt = Number.NEGATIVE_INFINITY

  /** @throws CordboardError `sip.certificate` */
  constructor(options: { files: TlsFiles; clock: Clock; log: Log; lookMs?: number }) {
    this.#files = options.files
    this.#log = options.log
    this.#clock = options.clock
    this.#seen = stampOf(this.#files)
    this.#context = readContext(this.#files)
    this.#warnOfEnd()
    this.#looking = options.clock.every(options.lookMs ?? lookMs, () => this.#look())
  }

  /** For the next handshake; connections that stand keep theirs. */
  get context(): SecureContext {
    return this.#context
  }

  [Symbol.dispose](): void {
    this.#looking.cancel()
  }

  #look(): void {
    const stamp = stampOf(this.#files)
    if (stamp !== this.#seen) {
      this.#seen = stamp
      try {
        this.#context = readContext(this.#files)
        this.#log.info({ file: this.#files.certFile }, 'the certificate for SIP over TLS was read again')
      } catch (err) {
        // Half of a renewal may be on the disk: the files are looked at again when they change again.
        this.#log.error({ reason: messageOf(err) }, 'the new certificate cannot be used: the old one stays')
      }
    }
    this.#warnOfEnd()
  }

  #warnOfEnd(): void {
    const now = this.#clock.now()
    if (now - this.#warnedAt < dayMs) return
    this.#warnedAt = now
    const days = Math.floor((endOf(this.#files.certFile) - now) / dayMs)
    if (days < warnDays)
      this.#log.warn({ file: this.#files.certFile, days }, 'the certificate for SIP over TLS ends soon')
  }
}

function readContext({ certFile, keyFile, caFile }: TlsFiles): SecureContext {
  try {
    return createSecureContext({
      cert: readFileSync(certFile),
      key: readFileSync(keyFile),
      ...(caFile === undefined
        ? {}
        : { ca: [...getCACertificates('default'), readFileSync(caFile, 'utf8')] }),
      minVersion: 'TLSv1.2',
    })
  } catch (cause) {
    throw new CordboardError(
      'sip.certificate',
      `The certificate for SIP over TLS cannot be used (${certFile}, ${keyFile}): ${messageOf(cause)}.`,
      { blame: 'setup', cause },
    )
  }
}

function stampOf({ certFile, keyFile, caFile }: TlsFiles): string {
  const files = [certFile, keyFile, ...(caFile === undefined ? [] : [caFile])]
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false })
      return stat ? `${stat.mtimeMs} ${stat.ino} ${stat.size}` : ''
    })
    .join(' ')
}

/** When the certificate in the file ends; for ever when it cannot be read, for then others complain. */
function endOf(certFile: string): number {
  try {
    return new X509Certificate(readFileSync(certFile)).validToDate.getTime()
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
