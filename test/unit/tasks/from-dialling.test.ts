import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DiallingFact } from '#calls/dialling/facts.ts'
import { silentLog } from '#lib/log.ts'
import { createUser } from '#people/user.ts'
import { appendFact } from '#store/facts.ts'
import { createManualTask } from '#tasks/acts.ts'
import { listTasks } from '#tasks/list-tasks.ts'
import { startTasks, type Tasks } from '#tasks/start-tasks.ts'
import { readLog } from '#tasks/task-log.ts'
import { type TestStore, testStore } from '#test/temp-folder.ts'

let kept: TestStore
let tasks: Tasks
let eva: string
beforeEach(() => {
  kept = testStore()
  tasks = startTasks({ store: kept.store, clock: kept.clock, log: silentLog })
  const person = { name: 'Eva', email: 'eva@acme.example', role: 'agent' } as const
  eva = createUser(kept.db, person, kept.clock.now()).id
})
afterEach(() => {
  tasks[Symbol.dispose]()
  kept[Symbol.dispose]()
})

async function tell({ kind, body }: DiallingFact): Promise<void> {
  kept.db.transaction(() => appendFact(kept.db, { kind, at: body.at, body }))
  await tasks.caughtUp()
}
const open = () => listTasks(kept.db, { status: 'open' })
const refusedCall = () => ({
  callId: 'c1',
  at: kept.clock.now(),
  userId: eva,
  number: '+5378612345',
  rule: 'Countries',
  sentence: 'Calls to Cuba are not allowed.',
})

test('a call for help is a task that says who, which number and from where, due at once', async () => {
  const at = kept.clock.now()
  const body = { callId: 'c1', at, userId: eva, number: '112', shown: '+420222333444', location: '2nd floor' }
  await tell({ kind: 'emergency-called', body })
  const [task] = open()

  expect(task).toMatchObject({ title: 'Emergency: Eva called 112', dueAt: at, note: '2nd floor' })
  expect(readLog(kept.db, task?.id ?? '')[0]?.what).toBe(
    'Eva called 112. Location: 2nd floor. The emergency services were shown +420222333444.',
  )
})

test('a refused call is told in the log of the task it was placed from', async () => {
  const fields = { title: 'Call Havana', dueAt: null, skillIds: [] }
  const taskId = createManualTask(kept.db, { userId: eva, at: kept.clock.now() }, fields).id
  await tell({ kind: 'call-refused', body: { ...refusedCall(), taskId } })

  expect(readLog(kept.db, taskId)[0]).toMatchObject({
    userId: eva,
    what: 'A call to +5378612345 was refused: Calls to Cuba are not allowed. (Countries)',
  })
})

test('a refused call alone makes no task: nobody waits because of it', async () => {
  await tell({ kind: 'call-refused', body: refusedCall() })

  expect(open()).toEqual([])
})
