// Keys of SRTP in SDP (RFC 4568): reads and writes a=crypto lines. Whoever sees the SDP has the keys: only for SIP over TLS.
import { randomBytes } from 'node:crypto'
import type { CryptoAttribute } from '#media/sdp.ts'
import { keyBytes, type SrtpSuite, suites } from './srtp-keys.ts'

/** One way to encrypt, as one side offers or takes it. */
export interface CryptoKey {
  readonly tag: number
  readonly suite: SrtpSuite
  /** Key and salt. */
  readonly master: Uint8Array
  /** Stands in each packet of who has this key; mostly empty. */
  readonly mki: Uint8Array
}

/** The keys of both directions, for the worker. */
export interface SrtpTerms {
  readonly suite: SrtpSuite
  readonly send: Uint8Array
  readonly receive: Uint8Array
  readonly receiveMki: Uint8Array
}

/** What we offer, in this order: the one that all phones have goes first. */
export const offeredSuites: readonly SrtpSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AEAD_AES_128_GCM',
]

/** RFC 4568 §9.2: the key, its lifetime (which no call reaches), and an MKI with its length in bytes. */
const inlineShape = /^inline:([A-Za-z0-9+/]+={0,2})(?:\|(?:2\^\d{1,2}|\d{1,15}))?(?:\|(\d{1,9}):(\d{1,3}))?$/
const maxMkiBytes = 128

/** Undefined for a suite we have not, several keys, or session parameters that change what a packet is (RFC 4568 §6.3). */
export function readCrypto({ tag, suite, key, parameters }: CryptoAttribute): CryptoKey | undefined {
  if (!isSuite(suite) || parameters.some((one) => !isHarmless(one))) return undefined
  const [, base64, mki, mkiLength] = inlineShape.exec(key) ?? []
  if (base64 === undefined) return undefined
  const master = Buffer.from(base64, 'base64')
  const mkiBytes = mki === undefined ? 0 : Number(mkiLength)
  if (master.length !== keyBytes + suites[suite].saltBytes || mkiBytes > maxMkiBytes) return undefined
  return { tag, suite, master, mki: mkiOf(Number(mki ?? 0), mkiBytes) }
}

export function writtenCrypto({ tag, suite, master }: Omit<CryptoKey, 'mki'>): CryptoAttribute {
  return { tag, suite, key: `inline:${Buffer.from(master).toString('base64')}`, parameters: [] }
}

export function newMaster(suite: SrtpSuite): Uint8Array {
  return randomBytes(keyBytes + suites[suite].saltBytes)
}

function isSuite(text: string): text is SrtpSuite {
  return Object.hasOwn(suites, text)
}

/** A window-size hint, or an extension that says of itself that it may be left out. */
function isHarmless(parameter: string): boolean {
  return parameter.startsWith('WSH=') || parameter.startsWith('-')
}

function mkiOf(value: number, length: number): Uint8Array {
  const mki = new Uint8Array(length)
  let rest = value
  for (let i = length - 1; i >= 0 && rest > 0; i -= 1) {
    mki[i] = rest & 0xff
    rest = Math.floor(rest / 256)
  }
  return mki
}
