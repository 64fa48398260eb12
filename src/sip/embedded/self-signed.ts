// A certificate of our own making, for SIP over TLS before somebody brings one: phones may pin it or leave it unchecked.
import { createHash, createSign, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ip } from './ip-bytes.ts'

export interface SelfSigned {
  readonly certFile: string
  readonly keyFile: string
  /** It was made just now: SHA-256 of the certificate, to compare with what a phone shows. */
  readonly madeNow: string | undefined
}

const dayMs = 86_400_000
/** As long as a desk phone lives: nobody renews what nobody checks. */
const lifeMs = 3_650 * dayMs

/** The certificate in `folder`, made when it is not there, for `names` (host names and addresses). */
export async function selfSigned(folder: string, names: readonly string[], now: number): Promise<SelfSigned> {
  const certFile = join(folder, 'sip-tls-certificate.pem')
  const keyFile = join(folder, 'sip-tls-key.pem')
  if (existsSync(certFile) && existsSync(keyFile)) return { certFile, keyFile, madeNow: undefined }
  // RSA: desk phones of ten years ago speak nothing else.
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const der = certificateOf(names, { privateKey, publicKey, now })
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  writeFileSync(certFile, pem('CERTIFICATE', der), { mode: 0o644 })
  const hex = createHash('sha256').update(der).digest('hex').toUpperCase()
  return { certFile, keyFile, madeNow: hex.replace(/..(?!$)/g, '$&:') }
}

interface Making {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly now: number
}

// RFC 5280 §4.1, by hand: Node reads certificates but makes none.
function certificateOf(names: readonly string[], { privateKey, publicKey, now }: Making): Buffer {
  const algorithm = sequence(oid('2a864886f70d01010b'), der(0x05))
  const subject = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('Cordboard')))))
  const serial = randomBytes(16)
  // A positive number whose first byte is not zero.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    subject,
    // An hour back: a phone's clock may be behind ours.
    sequence(time(now - 3_600_000), time(now + lifeMs)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternativeNames(names), usage)),
  )
  const signature = createSign('sha256').update(body).sign(privateKey)
  return sequence(body, algorithm, der(0x03, Buffer.from([0]), signature))
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = [...new Set(names)].map((name) =>
    isIP(name) === 0 ? der(0x82, Buffer.from(name)) : der(0x87, ip(name)),
  )
  return sequence(oid('551d11'), der(0x04, sequence(...entries)))
}

/** Extended key usage: for servers, and for clients towards carriers that ask for one. */
const usage = sequence(oid('551d25'), der(0x04, sequence(oid('2b06010505070301'), oid('2b06010505070302'))))

// RFC 5280 §4.1.2.5: two digits of the year until 2049.
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')
  const short = digits < '2050'
  return der(short ? 0x17 : 0x18, Buffer.from(short ? digits.slice(2) : digits))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

/** Tag, length, contents (X.690 §8.1). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const contents = Buffer.concat(parts)
  const { length } = contents
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), contents])
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{64}(?!$)/g, '$&\n')
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}
