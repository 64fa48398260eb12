// Outbound rules: which numbers go out through which trunks, showing which number, or not at all. The first that fits counts.
import { z } from 'zod'
import { CordboardError } from '#lib/errors.ts'
import { newId } from '#lib/id.ts'
import { bool, json } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

const numberType = z.enum(['ordinary', 'mobile', 'free', 'shared-cost', 'premium', 'personal'])

export const outboundRuleInput = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'needs a name')
    .max(60)
    .regex(/^\P{Cc}*$/u),
  enabled: z.boolean().default(true),
  act: z.enum(['call', 'refuse']),
  prefixes: z
    .array(z.string().regex(/^\+?\d{1,15}$/, 'must be the beginning of a number like +4202'))
    .max(100)
    .default([]),
  countries: z
    .array(z.string().regex(/^([A-Z]{2}|001)$/))
    .max(260)
    .default([]),
  types: z.array(numberType).max(10).default([]),
  /** Lower orders are tried first; within one order a trunk with twice the weight comes first twice as often. */
  trunks: z
    .array(
      z.object({
        trunkId: z.string().min(1).max(64),
        order: z.int().min(1).max(100),
        weight: z.int().min(1).max(1000),
      }),
    )
    .max(50)
    .default([]),
  callerId: z
    .string()
    .regex(/^\+[1-9]\d{4,14}$/, 'must be a number like +420222333444')
    .nullable()
    .default(null),
})
export type OutboundRuleInput = z.output<typeof outboundRuleInput>

export interface OutboundRule extends OutboundRuleInput {
  readonly id: string
}

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    enabled: bool,
    act: z.enum(['call', 'refuse']),
    prefixes: json(outboundRuleInput.shape.prefixes),
    countries: json(outboundRuleInput.shape.countries),
    types: json(outboundRuleInput.shape.types),
    trunks: json(outboundRuleInput.shape.trunks),
    caller_id: z.string().nullable(),
  })
  .transform(({ caller_id, ...rest }): OutboundRule => ({ ...rest, callerId: caller_id }))
const columns = 'id, name, enabled, act, prefixes, countries, types, trunks, caller_id'
const inOrder = query(row, `SELECT ${columns} FROM outbound_rules ORDER BY position, id`)
const byId = query(row, `SELECT ${columns} FROM outbound_rules WHERE id = ?`)
const mostRules = 200

/** In the order they are asked. */
export function listOutboundRules(db: Database): readonly OutboundRule[] {
  return db.all(inOrder)
}

/** At the end. @throws CordboardError `calls.rules-full` */
export function createOutboundRule(db: Database, input: OutboundRuleInput): OutboundRule {
  return db.transaction(() => {
    const place = listOutboundRules(db).length
    if (place >= mostRules)
      throw new CordboardError(
        'calls.rules-full',
        `There are ${mostRules} outbound rules: delete one first.`,
        {
          blame: 'user',
        },
      )
    const id = newId()
    db.run(
      `INSERT INTO outbound_rules (id, position, name, enabled, act, prefixes, countries, types, trunks, caller_id)
       VALUES (:id, :place, :name, :enabled, :act, :prefixes, :countries, :types, :trunks, :callerId)`,
      { id, place, ...written(input) },
    )
    return getOutboundRule(db, id)
  })
}

/** @throws CordboardError `calls.no-rule` */
export function changeOutboundRule(db: Database, id: string, input: OutboundRuleInput): OutboundRule {
  getOutboundRule(db, id)
  db.run(
    `UPDATE outbound_rules SET name = :name, enabled = :enabled, act = :act, prefixes = :prefixes, countries = :countries,
       types = :types, trunks = :trunks, caller_id = :callerId WHERE id = :id`,
    { id, ...written(input) },
  )
  return getOutboundRule(db, id)
}

/** Moves a rule so that it is the one at `place`, from 0. @throws CordboardError `calls.no-rule` */
export function moveOutboundRule(db: Database, id: string, place: number): void {
  db.transaction(() => {
    getOutboundRule(db, id)
    const others = listOutboundRules(db).filter((rule) => rule.id !== id)
    const ids = others.map((rule) => rule.id).toSpliced(place, 0, id)
    for (const [index, each] of ids.entries())
      db.run('UPDATE outbound_rules SET position = :index WHERE id = :each', { index, each })
  })
}

export function deleteOutboundRule(db: Database, id: string): void {
  db.run('DELETE FROM outbound_rules WHERE id = ?', [id])
}

/** @throws CordboardError `calls.no-rule` */
export function getOutboundRule(db: Database, id: string): OutboundRule {
  const found = db.find(byId, [id])
  if (found) return found
  throw new CordboardError('calls.no-rule', 'There is no such outbound rule.', { blame: 'user' })
}

function written(input: OutboundRuleInput) {
  return {
    name: input.name,
    enabled: input.enabled ? 1 : 0,
    act: input.act,
    prefixes: JSON.stringify(input.prefixes),
    countries: JSON.stringify(input.countries),
    types: JSON.stringify(input.types),
    trunks: JSON.stringify(input.trunks),
    callerId: input.callerId,
  }
}
