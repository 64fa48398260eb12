// Passwords: argon2id hashes. The one importer of argon2.
import argon2 from 'argon2'
import { CordboardError } from '#lib/errors.ts'

/** NIST SP 800-63B §3.1.1.2 asks for 8 as the least; 64 and more must be possible. */
const shortest = 8
/** Hashing is linear in this: more would be a way to keep the box busy. */
const longest = 256

// OWASP's argon2id profile for 19 MiB: 2 passes, 1 lane; about 30 ms, so that a sign-in never starves calls of memory.
const profile = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** @throws CordboardError `people.password` when it is too short or too long */
export async function hashPassword(plain: string): Promise<string> {
  if (plain.length < shortest || plain.length > longest)
    throw new CordboardError('people.password', `A password needs ${shortest} to ${longest} characters.`, {
      blame: 'user',
    })
  return argon2.hash(plain, profile)
}

let hashOfNobody: Promise<string> | undefined

/** Compares with a hash; without one (unknown account) it takes the same time and is false. */
export async function checkPassword(plain: string, hash: string | null | undefined): Promise<boolean> {
  if (plain.length > longest) return false
  hashOfNobody ??= argon2.hash('nobody has this password', profile)
  const matches = await argon2.verify(hash ?? (await hashOfNobody), plain)
  return matches && typeof hash === 'string'
}
