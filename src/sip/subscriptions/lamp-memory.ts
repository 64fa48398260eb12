// Many phones watch the same extensions: while all of them are looked through, each is asked for once.
import type { LampCall, LampSource } from './lamp.ts'

export interface LampMemory extends LampSource {
  /** Runs `act`, which must not wait, with one answer for each extension. */
  together(act: () => void): void
}

export function lampMemory(lamps: LampSource): LampMemory {
  let answers: Map<string, readonly LampCall[] | undefined> | undefined
  return {
    changes: lamps.changes,
    callsAt: (tenantId, extension) => {
      if (!answers) return lamps.callsAt(tenantId, extension)
      const key = `${tenantId} ${extension}`
      if (!answers.has(key)) answers.set(key, lamps.callsAt(tenantId, extension))
      return answers.get(key)
    },
    together: (act) => {
      answers = new Map()
      try {
        act()
      } finally {
        answers = undefined
      }
    },
  }
}
