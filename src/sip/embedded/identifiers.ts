// Tags, branches and Call-IDs: random, unguessable, cheap to make by the thousand.
import { randomFillSync } from 'node:crypto'

// RFC 3261 §8.1.1.7: a branch that starts with this is unique by itself.
export const magicCookie = 'z9hG4bK'

// One system call fills 512 identifiers' worth of randomness.
const pool = Buffer.alloc(512 * 12)
let used = pool.length

/** 96 random bits in 24 characters that are legal in tags, branches and Call-IDs, and in drachtio's ids. */
export function randomId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const id = pool.toString('hex', used, used + 12)
  used += 12
  return id
}

export function newBranch(): string {
  return magicCookie + randomId()
}

export function newTag(): string {
  return randomId().slice(0, 16)
}

export function newCallId(): string {
  return randomId()
}
