import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import { mailEmergencies } from '#mail/emergency-notice.ts'
import type { Notice } from '#mail/outbox.ts'
import { createUser } from '#people/user.ts'
import { appendFact, type Follower } from '#store/facts.ts'
import { type TestStore, testStore } from '#test/temp-folder.ts'

let kept: TestStore
let notices: Notice[]
let follower: Follower
beforeEach(() => {
  kept = testStore()
  notices = []
  const outbox = {
    notice: async (notice: Notice) => {
      notices.push(notice)
      return true
    },
  }
  follower = mailEmergencies({ tenant: kept.tenant, outbox, clock: kept.clock, log: silentLog })
})
afterEach(() => {
  follower[Symbol.dispose]()
  kept[Symbol.dispose]()
})

test('every admin is mailed who called for help, which number, from where and what was shown', async () => {
  const { db, clock } = kept
  const person = (name: string, role: 'admin' | 'agent', extension?: string) =>
    createUser(db, { name, email: `${name}@acme.example`, role, extension }, clock.now())
  person('bob', 'admin')
  const eva = person('eva', 'agent', '201')
  const body = { callId: 'c', at: clock.now(), userId: eva.id, number: '112', shown: '+420222333444' }
  const fact = { kind: 'emergency-called', at: clock.now(), body: { ...body, location: 'Main street 1' } }
  db.transaction(() => appendFact(db, fact))
  await follower.caughtUp()

  expect(notices).toHaveLength(1)
  expect(notices[0]).toMatchObject({ to: ['bob@acme.example'], subject: 'Emergency call: eva called 112' })
  expect(notices[0]?.text.split('\n')).toEqual(
    expect.arrayContaining(['Location: Main street 1', 'Number shown: +420222333444', 'Extension: 201']),
  )
})
