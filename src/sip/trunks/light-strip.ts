// The history of each trunk's light: written with its fact in one transaction, read as the strip of a page (K4).
import { z } from 'zod'
import { time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'
import { appendFact } from '#store/facts.ts'
import type { TrunkLightFact } from './facts.ts'
import type { Light } from './health.ts'

export interface StripPart {
  readonly from: number
  readonly to: number
  readonly light: Light
}

const keepMs = 90 * 24 * 3_600_000
const light = z.enum(['green', 'amber', 'red', 'grey'])
const row = z.object({ at: time, light })
const since = query(row, 'SELECT at, light FROM trunk_lights WHERE trunk_id = ? AND at > ? ORDER BY at, id')
const before = query(
  row,
  'SELECT at, light FROM trunk_lights WHERE trunk_id = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1',
)

/** Stores a change and tells the right side of it. */
export function saveLight(db: Database, fact: TrunkLightFact): void {
  db.transaction(() => {
    db.run('INSERT INTO trunk_lights (trunk_id, at, light, reason, last_code) VALUES (?, ?, ?, ?, ?)', [
      fact.trunkId,
      fact.at,
      fact.light,
      fact.reason,
      fact.lastCode,
    ])
    db.run('DELETE FROM trunk_lights WHERE trunk_id = ? AND at < ?', [fact.trunkId, fact.at - keepMs])
    appendFact(db, { kind: 'trunk-light', at: fact.at, body: fact })
  })
}

/** The light when the program was last seen, undefined for a new trunk. */
export function lastLight(db: Database, trunkId: string, now: number): Light | undefined {
  return db.find(before, [trunkId, now])?.light
}

/** Gapless from `from` to `to`, oldest first; grey where nothing is known. */
export function lightStrip(
  db: Database,
  trunkId: string,
  span: { from: number; to: number },
): readonly StripPart[] {
  const parts: StripPart[] = []
  let current: StripPart = { ...span, light: db.find(before, [trunkId, span.from])?.light ?? 'grey' }
  for (const change of db.all(since, [trunkId, span.from])) {
    if (change.at > span.to) break
    if (change.light === current.light) continue
    if (change.at > current.from) parts.push({ ...current, to: change.at })
    current = { from: change.at, to: span.to, light: change.light }
  }
  return [...parts, current]
}
