// The quality of a call is that of its worst leg.
import type { LegQuality } from '#media/engine.ts'
import type { Quality } from './call.ts'

export function worstOf(qualities: readonly LegQuality[]): Quality | undefined {
  const [first, ...rest] = qualities
  if (!first) return undefined
  const worse = (a: LegQuality, b: LegQuality) =>
    b.lossRatio > a.lossRatio || (b.mos ?? 5) < (a.mos ?? 5) ? b : a
  const worst = rest.reduce(worse, first)
  return {
    ...(worst.mos === undefined ? {} : { mos: worst.mos }),
    lossRatio: worst.lossRatio,
    jitterMs: worst.jitterMs,
  }
}
