// Random tokens, sealing of stored secrets with the key file, comparison that takes the same time for every input.
import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { CordboardError } from './errors.ts'

/** A URL-safe random token of `bytes` random bytes (default 32). */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url')
}

/** SHA-256 in hex: how tokens are stored, so that a stolen database opens no session. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Equal strings, compared in time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

/** Encrypts and decrypts secrets kept in the database (AES-256-GCM, random nonce). */
export interface Vault {
  /** Text that starts with `v1.`; each call gives another one. */
  seal(plain: string): string
  /** @throws CordboardError `secret.unreadable` when the text was changed or the key file is another one. */
  open(sealed: string): string
}

/** Opens the key file, made with mode 600 when it does not exist. */
export function openVault(keyFile: string): Vault {
  if (!existsSync(keyFile))
    writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(keyFile, 0o600)
  const key = Buffer.from(readFileSync(keyFile, 'utf8').trim(), 'base64')
  if (key.length !== 32)
    throw new CordboardError(
      'secret.key',
      `The key file ${keyFile} is damaged: it must hold 32 bytes in base64.`,
      { blame: 'setup' },
    )
  return vaultFromKey(key)
}

/** A vault from a 32-byte key. */
export function vaultFromKey(key: Buffer): Vault {
  return {
    seal: (plain) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open: (sealed) => {
      try {
        const raw = Buffer.from(sealed.slice(3), 'base64url')
        const decipher = createDecipheriv('aes-256-gcm', key, raw.subarray(0, 12))
        decipher.setAuthTag(raw.subarray(12, 28))
        return Buffer.concat([decipher.update(raw.subarray(28)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new CordboardError('secret.unreadable', 'A stored secret cannot be read with this key file.', {
          blame: 'setup',
          cause,
        })
      }
    },
  }
}
