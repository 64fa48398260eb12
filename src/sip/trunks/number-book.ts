// Our numbers: which company and trunk each belongs to. What happens when one is called is known to calls.
import { z } from 'zod'
import type { Clock } from '#lib/clock.ts'
import { CordboardError } from '#lib/errors.ts'
import { Events, type Source } from '#lib/events.ts'
import type { Log } from '#lib/log.ts'
import { time } from '#store/column.ts'
import { type Database, query } from '#store/database.ts'

export interface OwnNumber {
  /** E.164 with plus. */
  readonly number: string
  readonly tenantId: string
  readonly trunkId: string
  readonly label: string
  readonly createdAt: number
}

export const numberInput = z.object({
  number: z
    .string()
    .transform((text) => text.replace(/[\s().-]/g, ''))
    .pipe(z.string().regex(/^\+[1-9]\d{4,14}$/, 'must be a number like +420222333444')),
  trunkId: z.string().min(1),
  label: z
    .string()
    .trim()
    .max(80)
    .regex(/^\P{Cc}*$/u)
    .default(''),
})
export type NumberInput = z.input<typeof numberInput>

export interface NumberBook {
  /** By number; all companies' when no tenant is named. */
  list(tenantId?: string): readonly OwnNumber[]
  /** By E.164 with plus. */
  find(number: string): OwnNumber | undefined
  ofTrunk(trunkId: string): readonly OwnNumber[]
  /** @throws CordboardError `sip.number-input`, `store.duplicate` */
  create(tenantId: string, input: NumberInput): OwnNumber
  /** @throws CordboardError `sip.no-number`, `sip.number-input` */
  update(number: string, patch: Partial<Pick<OwnNumber, 'label' | 'trunkId'>>): OwnNumber
  remove(number: string): void
  readonly onChange: Source<{ readonly number: string }>
}

const row = z
  .object({
    number: z.string(),
    tenant_id: z.string(),
    trunk_id: z.string(),
    label: z.string(),
    created_at: time,
  })
  .transform(
    (found): OwnNumber => ({
      number: found.number,
      tenantId: found.tenant_id,
      trunkId: found.trunk_id,
      label: found.label,
      createdAt: found.created_at,
    }),
  )
const columns = 'number, tenant_id, trunk_id, label, created_at'
const allNumbers = query(row, `SELECT ${columns} FROM numbers ORDER BY number`)
const ofTenant = query(row, `SELECT ${columns} FROM numbers WHERE tenant_id = ? ORDER BY number`)
const ofTrunk = query(row, `SELECT ${columns} FROM numbers WHERE trunk_id = ? ORDER BY number`)
const byNumber = query(row, `SELECT ${columns} FROM numbers WHERE number = ?`)
const trunkOfTenant = query(
  z.object({ id: z.string() }),
  'SELECT id FROM trunks WHERE id = ? AND tenant_id = ?',
)

export function numberBook(options: { db: Database; clock: Clock; log: Log }): NumberBook {
  const { db, clock } = options
  const changes = new Events<{ readonly number: string }>(options.log)
  const get = (number: string): OwnNumber => {
    const found = db.find(byNumber, [number])
    if (found) return found
    throw new CordboardError('sip.no-number', 'There is no such number here.', { blame: 'user' })
  }
  // A number never points at another company's trunk.
  const checkTrunk = (tenantId: string, trunkId: string): void => {
    if (!db.find(trunkOfTenant, [trunkId, tenantId]))
      throw badInput('The number needs a trunk of this company.')
  }
  return {
    onChange: changes,
    list: (tenantId) => (tenantId === undefined ? db.all(allNumbers) : db.all(ofTenant, [tenantId])),
    find: (number) => db.find(byNumber, [number]),
    ofTrunk: (trunkId) => db.all(ofTrunk, [trunkId]),
    create: (tenantId, input) => {
      const { number, trunkId, label } = checked(input)
      checkTrunk(tenantId, trunkId)
      db.run('INSERT INTO numbers (number, tenant_id, trunk_id, label, created_at) VALUES (?, ?, ?, ?, ?)', [
        number,
        tenantId,
        trunkId,
        label,
        clock.now(),
      ])
      db.afterCommit(() => changes.emit({ number }))
      return get(number)
    },
    update: (number, patch) => {
      const before = get(number)
      const after = checked({
        number,
        trunkId: patch.trunkId ?? before.trunkId,
        label: patch.label ?? before.label,
      })
      checkTrunk(before.tenantId, after.trunkId)
      db.run('UPDATE numbers SET trunk_id = ?, label = ? WHERE number = ?', [
        after.trunkId,
        after.label,
        number,
      ])
      db.afterCommit(() => changes.emit({ number }))
      return get(number)
    },
    remove: (number) => {
      if (db.run('DELETE FROM numbers WHERE number = ?', [number]).changes > 0)
        db.afterCommit(() => changes.emit({ number }))
    },
  }
}

function checked(given: NumberInput): z.output<typeof numberInput> {
  const parsed = numberInput.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badInput(`The number's ${issue?.path.join('.') || 'details'} cannot be used: ${issue?.message}.`)
}

function badInput(sentence: string): CordboardError {
  return new CordboardError('sip.number-input', sentence, { blame: 'user' })
}
