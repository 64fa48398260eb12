// Callbacks from srf, fsmrf, sockets and timers pass through here: a bug ends that call or request, not the process.
import type { Log } from './log.ts'

/** Wraps a callback so that what it throws or rejects with is logged, once, under `name`. */
export function guard<Args extends readonly unknown[]>(
  log: Log,
  name: string,
  act: (...args: Args) => void | Promise<void>,
): (...args: Args) => void {
  return (...args) => {
    try {
      const done = act(...args)
      if (done instanceof Promise)
        done.catch((err: unknown) => log.error({ err, callback: name }, 'a callback failed'))
    } catch (err) {
      log.error({ err, callback: name }, 'a callback failed')
    }
  }
}
