import { expect, test } from 'vitest'
import { emergencyAlerts } from '#admin/services/emergency-alerts.ts'
import { silentLog } from '#lib/log.ts'
import { createUser } from '#people/user.ts'
import { appendFact } from '#store/facts.ts'
import { testStore } from '#test/temp-folder.ts'
import { waitUntil } from '#test/wait-until.ts'

test('a call for help is told to every page of the company: who, which number, where', async () => {
  using kept = testStore()
  const { store, clock, db, tenant } = kept
  const person = { name: 'Eva', email: 'eva@acme.example', role: 'agent' } as const
  const userId = createUser(db, person, clock.now()).id
  const told: unknown[] = []
  using _alerts = emergencyAlerts({ store, clock, log: silentLog }, (...args) => told.push(args))
  const body = { callId: 'c', at: clock.now(), userId, number: '112', location: '2nd floor' }
  db.transaction(() => appendFact(db, { kind: 'emergency-called', at: clock.now(), body }))
  await waitUntil('it is told', () => told.length > 0)

  expect(told).toEqual([[tenant.id, { kind: 'alert', sentence: 'Emergency: Eva calls 112, 2nd floor.' }]])
})
