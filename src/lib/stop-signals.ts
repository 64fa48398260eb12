// SIGINT and SIGTERM ask to stop; a second one asks to hurry, a third is left to the system.

export interface StopSignals {
  /** Resolves with the first signal. */
  readonly asked: Promise<void>
  /** Aborted by the second signal. */
  readonly hurry: AbortSignal
}

export function openStopSignals(): StopSignals {
  const asked = Promise.withResolvers<void>()
  const hurry = new AbortController()
  let count = 0
  const signals = ['SIGINT', 'SIGTERM'] as const
  const hear = () => {
    count += 1
    asked.resolve()
    if (count < 2) return
    hurry.abort(new Error('told to stop at once'))
    for (const signal of signals) process.off(signal, hear)
  }
  for (const signal of signals) process.on(signal, hear)
  return { asked: asked.promise, hurry: hurry.signal }
}
