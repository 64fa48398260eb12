import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CallFact } from '#calls/facts.ts'
import { silentLog } from '#lib/log.ts'
import type { MailFact } from '#mail/facts.ts'
import { appendFact } from '#store/facts.ts'
import { openStore, type Store, type Tenant } from '#store/store.ts'
import {
  assignToMe,
  commentOn,
  completeTask,
  createManualTask,
  editTask,
  offerToOthers,
  reopenTask,
} from '#tasks/acts.ts'
import { listTasks } from '#tasks/list-tasks.ts'
import { startTasks, type TaskChanged, type Tasks } from '#tasks/start-tasks.ts'
import { isOverdue, replyWithinMs, spanInWords } from '#tasks/task.ts'
import { readLog } from '#tasks/task-log.ts'
import { callsOfTask, findTask } from '#tasks/task-store.ts'
import { type FakeClock, fakeClock } from '#test/fake-clock.ts'

let clock: FakeClock
let store: Store
let tenant: Tenant
let tasks: Tasks
let changes: TaskChanged[]

beforeEach(() => {
  clock = fakeClock()
  store = openStore({ dataFolder: mkdtempSync(join(tmpdir(), 'cordboard-')), clock, log: silentLog })
  tenant = store.createTenant({ name: 'Acme', country: 'CZ', timeZone: 'Europe/Prague' })
  tasks = startTasks({ store, clock, log: silentLog })
  changes = []
  tasks.events.on((change) => changes.push(change))
})

afterEach(() => {
  tasks[Symbol.dispose]()
  store[Symbol.dispose]()
  expect(clock.waiting).toBe(0)
})

type Told = CallFact | MailFact

async function tell(...facts: Told[]): Promise<void> {
  tenant.db.transaction(() => {
    for (const { kind, body } of facts) appendFact(tenant.db, { kind, at: clock.now(), body })
  })
  await tasks.caughtUp()
}

const alice = '+420777123456'

function started(
  callId: string,
  number: string | null = alice,
  more: { direction?: 'in' | 'out' | 'internal'; taskId?: string; userId?: string } = {},
): CallFact {
  const party = number === null ? {} : { number }
  return {
    kind: 'call-started',
    body: {
      callId,
      at: clock.now(),
      direction: 'in',
      party,
      number: '+420222000111',
      skills: ['sales'],
      ...more,
    },
  }
}

function answered(callId: string, userId = 'eva'): CallFact {
  return { kind: 'call-answered', body: { callId, at: clock.now(), userId, waitMs: 12_000 } }
}

type Outcome = Extract<CallFact, { kind: 'call-ended' }>['body']['outcome']

function ended(callId: string, outcome: Outcome): CallFact {
  const talkMs = outcome === 'answered' ? 161_000 : 0
  return {
    kind: 'call-ended',
    body: {
      callId,
      at: clock.now(),
      outcome,
      endedBy: 'caller',
      sentence: 'The caller hung up.',
      talkMs,
      waitMs: 12_000,
    },
  }
}

const open = () => listTasks(tenant.db, { status: 'open' })
const closed = () => listTasks(tenant.db, { status: 'closed' })

test('T14: a call that was spoken closes its own task, assigned to who answered', async () => {
  await tell(started('c1'))
  expect(open()).toMatchObject([
    { number: 1, kind: 'call', title: `Call from ${alice}`, skillIds: ['sales'], creatorId: null },
  ])

  await tell(answered('c1'), ended('c1', 'answered'))

  expect(open()).toEqual([])
  expect(closed()).toMatchObject([
    { status: 'closed', assigneeId: 'eva', note: 'spoken with', closedBy: null },
  ])
  expect(callsOfTask(tenant.db, closed()[0]?.id ?? '')).toEqual(['c1'])
})

test('T14: a missed call stays open and is due; the next call of that number joins it and counts', async () => {
  await tell(started('c1'), ended('c1', 'missed'))
  await tell(started('c2'), ended('c2', 'missed'))

  expect(open()).toMatchObject([{ note: 'missed ×2', missedCount: 2, dueAt: clock.now() + replyWithinMs }])
  expect(callsOfTask(tenant.db, open()[0]?.id ?? '')).toEqual(['c1', 'c2'])
})

test('T14: calling the customer back closes the missed task', async () => {
  await tell(started('c1'), ended('c1', 'missed'))

  await tell(
    started('c2', alice, { direction: 'out', userId: 'bob' }),
    answered('c2', 'bob'),
    ended('c2', 'answered'),
  )

  expect(open()).toEqual([])
  expect(closed()).toHaveLength(1)
})

test('T14: two callers with a withheld number never share a task', async () => {
  await tell(started('c1', null), ended('c1', 'missed'), started('c2', null), ended('c2', 'missed'))

  expect(open()).toMatchObject([{ title: 'Call from Unknown caller' }, { title: 'Call from Unknown caller' }])
})

test('a call cut off by a crash leaves its task open, although they had spoken', async () => {
  await tell(started('c1'), answered('c1'), ended('c1', 'interrupted'))

  expect(open()).toMatchObject([{ note: 'interrupted', assigneeId: 'eva' }])
})

test('internal calls make no task', async () => {
  await tell(started('c1', '101', { direction: 'internal' }), answered('c1'), ended('c1', 'answered'))

  expect([...open(), ...closed()]).toEqual([])
})

test('T11: a call placed from a manual task is logged there and leaves it open', async () => {
  const task = createManualTask(
    tenant.db,
    { userId: 'bob', at: clock.now() },
    { title: 'Ask about the order', dueAt: null, skillIds: [] },
  )

  await tell(
    started('c1', alice, { direction: 'out', taskId: task.id, userId: 'bob' }),
    answered('c1', 'bob'),
    ended('c1', 'answered'),
  )

  expect(open()).toMatchObject([{ id: task.id, note: 'spoken with', creatorId: 'bob' }])
})

test('T16: the log tells the whole story, newest first', async () => {
  const recording = {
    callId: 'c1',
    recordingId: 'r1',
    file: 'r1.wav',
    durationMs: 161_000,
    bytes: 9,
    repaired: false,
    at: clock.now(),
  }
  await tell(
    started('c1'),
    {
      kind: 'call-queued',
      body: {
        callId: 'c1',
        at: clock.now(),
        skills: ['sales'],
        position: 1,
        reason: 'nobody with sales is free',
      },
    },
    {
      kind: 'call-offered',
      body: { callId: 'c1', at: clock.now(), userId: 'eva', reason: 'longest idle, 4 min' },
    },
    answered('c1'),
    { kind: 'call-held', body: { callId: 'c1', at: clock.now(), userId: 'eva', by: 'desk' } },
    { kind: 'call-resumed', body: { callId: 'c1', at: clock.now(), userId: 'eva', heldMs: 10_000 } },
    { kind: 'recording-ready', body: recording },
    ended('c1', 'answered'),
  )

  expect(readLog(tenant.db, closed()[0]?.id ?? '').map((item) => item.what)).toEqual([
    'Completed: the customer was reached',
    'The caller hung up. Spoke for 2 min 41 s.',
    'Recording ready, 2 min 41 s',
    'Resumed after 10 s',
    'Put on hold from the desk',
    'Speaks with the customer, after 12 s',
    'Rings: longest idle, 4 min',
    'Waits at position 1: nobody with sales is free',
    'Call came in to +420222000111',
  ])
})

function mail(conversationId: string, more: { automatic?: boolean } = {}): MailFact {
  const body = {
    messageId: `m-${conversationId}`,
    mailboxId: 'box',
    at: clock.now(),
    from: { address: 'alice@example.com', name: 'Alice' },
  }
  const rest = {
    subject: 'Invoice 2231',
    preview: 'Hello',
    skills: ['billing'],
    threadedBy: 'new',
    automatic: false,
    attachments: 0,
  }
  return { kind: 'mail-received', body: { ...body, ...rest, conversationId, ...more } }
}

test('M1: one conversation is one email task; the customer writing again opens it again', async () => {
  await tell(mail('v1'))
  const [task] = open()
  completeTask(tenant.db, { userId: 'eva', at: clock.now() }, task?.id ?? '')

  await tell(mail('v1'))

  expect(open()).toMatchObject([
    {
      id: task?.id,
      kind: 'email',
      title: 'Invoice 2231',
      note: 'new reply',
      customer: { address: 'alice@example.com' },
    },
  ])
})

test('M4: automatic mail does not open a completed task again', async () => {
  await tell(mail('v1'))
  completeTask(tenant.db, { userId: 'eva', at: clock.now() }, open()[0]?.id ?? '')

  await tell(mail('v1', { automatic: true }))

  expect(open()).toEqual([])
})

test('M2: a sent reply takes the due time away and gives the task to who replied', async () => {
  await tell(mail('v1'))

  await tell({
    kind: 'mail-sent',
    body: { messageId: 'm2', conversationId: 'v1', at: clock.now(), userId: 'bob' },
  })

  expect(open()).toMatchObject([{ note: 'answered', dueAt: null, assigneeId: 'bob' }])
})

test('M5: a mail nobody could read is a visible task', async () => {
  await tell({
    kind: 'mail-quarantined',
    body: { messageId: 'm1', mailboxId: 'box', at: clock.now(), sentence: 'The message has no end.' },
  })

  expect(open()).toMatchObject([{ title: 'Mail we could not read', kind: 'email' }])
})

test('after a restart the tasks go on where the cursor stood: nothing lost, nothing twice', async () => {
  await tell(started('c1'))
  tasks[Symbol.dispose]()
  tenant.db.transaction(() => appendFact(tenant.db, { ...ended('c1', 'missed'), at: clock.now() }))

  tasks = startTasks({ store, clock, log: silentLog })
  await tasks.caughtUp()

  expect(open()).toMatchObject([{ missedCount: 1 }])
})

test('T10, T12, T13, T15: every act of a person is logged with its author, and acts on a closed task say so', async () => {
  const bob = { userId: 'bob', at: clock.now() }
  const { id } = createManualTask(tenant.db, bob, { title: 'Order cups', dueAt: null, skillIds: ['office'] })
  assignToMe(tenant.db, bob, id)
  offerToOthers(tenant.db, bob, id)
  editTask(tenant.db, bob, id, { title: 'Order mugs', skillIds: ['office', 'sales'], dueAt: clock.now() })
  commentOn(tenant.db, bob, id, 'white ones')
  completeTask(tenant.db, bob, id)

  expect(() => assignToMe(tenant.db, bob, id)).toThrow(expect.objectContaining({ code: 'task.closed' }))
  expect(reopenTask(tenant.db, bob, id)).toMatchObject({
    status: 'open',
    title: 'Order mugs',
    dueAt: clock.now(),
  })
  const log = readLog(tenant.db, id)
  expect(log.every((item) => item.userId === 'bob')).toBe(true)
  expect(log.map((item) => item.what)).toContain('Title: “Order cups” → “Order mugs”')
  expect(log.find((item) => item.kind === 'comment')?.what).toBe('white ones')
  expect(() => completeTask(tenant.db, bob, 'nonsense')).toThrow(
    expect.objectContaining({ code: 'task.unknown' }),
  )
})

test('the list puts overdue first, then due, then undated by age, and filters by kind, person, skill and words', async () => {
  const bob = { userId: 'bob', at: clock.now() }
  const make = (title: string, dueAt: number | null) =>
    createManualTask(tenant.db, bob, { title, dueAt, skillIds: ['office'] })
  make('undated', null)
  make('later', clock.now() + 60_000)
  const late = make('late', clock.now() - 60_000)
  assignToMe(tenant.db, bob, late.id)

  const titles = (filter: object) =>
    listTasks(tenant.db, { status: 'open', ...filter }).map((task) => task.title)

  expect(titles({})).toEqual(['late', 'later', 'undated'])
  expect(titles({ assigneeId: 'bob' })).toEqual(['late'])
  expect(titles({ assigneeId: 'none' })).toEqual(['later', 'undated'])
  expect(titles({ text: 'LATE' })).toEqual(['late', 'later'])
  expect(titles({ kind: 'call' })).toEqual([])
  expect(titles({ skillId: 'office', limit: 1 })).toEqual(['late'])
  expect(isOverdue(findTask(tenant.db, late.id) ?? late, clock.now())).toBe(true)
})

test('who listens is told of each changed task after its commit', async () => {
  await tell(started('c1'))

  expect(changes).toEqual([{ tenantId: tenant.id, taskId: open()[0]?.id }])
})

test('spans are told in words', () => {
  expect([12_400, 161_000, 3_840_000].map(spanInWords)).toEqual(['12 s', '2 min 41 s', '1 h 4 min'])
})
