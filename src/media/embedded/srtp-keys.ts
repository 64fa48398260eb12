// Session keys of SRTP from a master key (RFC 3711 §4.3, RFC 7714 §11), and what each crypto suite is made of.
import { type Cipheriv, createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'

export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_128_GCM'

export const keyBytes = 16

/** RFC 4568 §6.2, RFC 7714 §14.2: lengths of salt and SRTP tag. */
export const suites: Readonly<
  Record<SrtpSuite, { readonly saltBytes: number; readonly tagBytes: number; readonly isAead: boolean }>
> = {
  AES_CM_128_HMAC_SHA1_80: { saltBytes: 14, tagBytes: 10, isAead: false },
  AES_CM_128_HMAC_SHA1_32: { saltBytes: 14, tagBytes: 4, isAead: false },
  AEAD_AES_128_GCM: { saltBytes: 12, tagBytes: 16, isAead: true },
}

export interface SessionKeys {
  readonly key: Buffer
  /** AES-128 in ECB: encrypts counter blocks, many at once. */
  readonly cipher: Cipheriv
  readonly salt: Buffer
  readonly auth: KeyObject
}

/** RFC 3711 §4.3.2: labels of the keys of one kind of packet. */
const labels = { rtp: { key: 0, auth: 1, salt: 2 }, rtcp: { key: 3, auth: 4, salt: 5 } } as const

const authKeyBytes = 20

/** The key derivation rate is 0 always: one set of keys per master key. @throws Error when `master` has a wrong length */
export function sessionKeys(suite: SrtpSuite, master: Uint8Array, kind: 'rtp' | 'rtcp'): SessionKeys {
  const { saltBytes } = suites[suite]
  if (master.length !== keyBytes + saltBytes)
    throw new Error(`a key of ${suite} has ${keyBytes + saltBytes} bytes`)
  const of = labels[kind]
  const key = derive(master, of.key, keyBytes)
  const cipher = createCipheriv('aes-128-ecb', key, null)
  cipher.setAutoPadding(false)
  return {
    key,
    cipher,
    salt: derive(master, of.salt, saltBytes),
    auth: createSecretKey(derive(master, of.auth, authKeyBytes)),
  }
}

/** AES-CM keyed with the master key; its IV is the salt with the label in octet 7 (a 96 bit salt ends in zeros). */
function derive(master: Uint8Array, label: number, length: number): Buffer {
  const iv = Buffer.alloc(16)
  iv.set(master.subarray(keyBytes))
  iv[7] = (iv[7] ?? 0) ^ label
  return createCipheriv('aes-128-ctr', master.subarray(0, keyBytes), iv).update(Buffer.alloc(length))
}
