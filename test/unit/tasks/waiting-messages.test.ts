import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeRecording } from '#calls/recording-store.ts'
import { Events } from '#lib/events.ts'
import { silentLog } from '#lib/log.ts'
import { createUser } from '#people/user.ts'
import { assignToMe, completeTask } from '#tasks/acts.ts'
import { insertTask, linkCall } from '#tasks/task-store.ts'
import { messageSource } from '#tasks/waiting-messages.ts'
import { type TestStore, testStore } from '#test/temp-folder.ts'

let kept: TestStore
let bob: string
let eva: string
beforeEach(() => {
  kept = testStore()
  const person = (name: string, extension: string) =>
    createUser(kept.db, { name, email: `${name}@acme.example`, role: 'agent', extension }, 0).id
  bob = person('bob', '22')
  eva = person('eva', '21')
})
afterEach(() => kept[Symbol.dispose]())

/** A task with a call in which something was recorded; its id. */
function taskWith(callId: string, recorded: { mailTo: readonly string[] } | 'talk'): string {
  const { db } = kept
  const customer = { contactId: null, name: null, address: null }
  const task = insertTask(db, { kind: 'call', title: 'Call', at: 0, customer, skillIds: [] })
  db.run("INSERT INTO calls (id, direction, state, skills, started_at) VALUES (?, 'in', 'ended', '[]', 0)", [
    callId,
  ])
  linkCall(db, callId, task.id, 'in')
  const voicemail = recorded === 'talk' ? undefined : recorded
  writeRecording(db, { id: callId, callId, state: 'ready', file: `${callId}.wav`, startedAt: 0, voicemail })
  return task.id
}

const changes = new Events<{ readonly tenantId: string }>(silentLog)
const waits = (userId: string, extension?: string) =>
  messageSource({ store: kept.store, changes }).waitingFor(kept.tenant.id, userId, extension)?.unheard

test('a message waits for whom it is mailed to, until somebody takes its task: then for them, until it is completed', () => {
  const id = taskWith('c1', { mailTo: ['Bob@acme.example'] })
  taskWith('c2', 'talk')
  expect([waits(bob), waits(eva)]).toEqual([1, 0])

  assignToMe(kept.db, { userId: eva, at: 1 }, id)
  expect([waits(bob), waits(eva)]).toEqual([0, 1])

  completeTask(kept.db, { userId: eva, at: 2 }, id)
  expect([waits(bob), waits(eva)]).toEqual([0, 0])
})

test('a person may be asked for by their own extension, and by no other', () => {
  expect(waits(bob, '22')).toBe(0)
  expect(waits(bob, '21')).toBeUndefined()
  expect(waits('nobody')).toBe(0)
})
