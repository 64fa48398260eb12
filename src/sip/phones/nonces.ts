// Nonces of our challenges: signed, so that none need be stored; each use is counted, so that none is used twice.
import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '#lib/clock.ts'
import { sameSecret } from '#lib/secret.ts'

export interface Nonces {
  make(): string
  /**
   * `fresh`: ours, in time, and this count was not used yet. `stale`: ours, but too old or replayed: the phone may try again
   * with another one. `foreign`: never made here.
   */
  check(nonce: string, nc: number | undefined): 'fresh' | 'stale' | 'foreign'
}

const lifeMs = 60_000
/** A flood of used nonces forgets the oldest, which then count as stale. */
const maxUsed = 20_000

export function openNonces(clock: Clock, key: Buffer = randomBytes(32)): Nonces {
  /** Highest count seen, in order of first use. */
  const used = new Map<string, number>()
  /** Nonces made until then are stale, because their use may be forgotten. */
  let forgottenUntil = 0
  const sign = (body: string): string =>
    createHmac('sha256', key).update(body).digest('base64url').slice(0, 22)
  const forget = (): void => {
    for (const nonce of used.keys()) {
      const madeAt = madeAtOf(nonce)
      if (used.size <= maxUsed && clock.now() - madeAt <= lifeMs) return
      used.delete(nonce)
      forgottenUntil = Math.max(forgottenUntil, madeAt)
    }
  }
  return {
    make: () => {
      const body = `${clock.now().toString(36)}-${randomBytes(9).toString('base64url')}`
      return `${body}.${sign(body)}`
    },
    check: (nonce, nc) => {
      const dot = nonce.lastIndexOf('.')
      if (dot === -1 || !sameSecret(sign(nonce.slice(0, dot)), nonce.slice(dot + 1))) return 'foreign'
      forget()
      const madeAt = madeAtOf(nonce)
      if (clock.now() - madeAt > lifeMs || madeAt <= forgottenUntil) return 'stale'
      // Without qop there is no count: such a nonce is good once.
      const count = nc ?? 1
      if (count <= (used.get(nonce) ?? 0)) return 'stale'
      used.set(nonce, count)
      return 'fresh'
    },
  }
}

function madeAtOf(nonce: string): number {
  return Number.parseInt(nonce, 36) || 0
}
