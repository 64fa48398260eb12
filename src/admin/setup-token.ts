// The one-time right to claim a fresh box. Printed where only its owner looks, and good until the first account exists.
import { randomToken, sameSecret } from '#lib/secret.ts'

export interface SetupToken {
  readonly value: string
  matches(given: string): boolean
}

/** A new token per start of the program: nothing to store, nothing to leak. */
export function openSetupToken(value = randomToken(16)): SetupToken {
  return { value, matches: (given) => sameSecret(given, value) }
}
