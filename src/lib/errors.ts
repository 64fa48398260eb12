// Faults that a person can act on carry a code listed in docs/errors.md; plain Error means a bug.

/** Whose move it is when a fault happens. */
export type Blame = 'ours' | 'theirs' | 'user' | 'setup'

export interface FaultOptions {
  readonly blame?: Blame
  /** Safe to try the same thing again later. */
  readonly retry?: boolean
  readonly cause?: unknown
}

/** A fault with a stable code (`area.word`), a sentence for people and no secrets in it. */
export class CordboardError extends Error {
  override readonly name = 'CordboardError'
  readonly code: string
  readonly blame: Blame
  readonly retry: boolean

  constructor(code: string, sentence: string, options: FaultOptions = {}) {
    super(sentence, { cause: options.cause })
    this.code = code
    this.blame = options.blame ?? 'ours'
    this.retry = options.retry ?? false
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The `code` of a Node system error (`ECONNREFUSED`), if it has one. */
export function systemCodeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/** Closes a switch over a union: a new member is a compile error here. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`)
}
