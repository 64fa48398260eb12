import { expect, test } from 'vitest'
import { silentLog } from '#lib/log.ts'
import {
  endAutomaticStatus,
  extendAutomaticStatus,
  findAutomaticStatus,
  setAutomaticStatus,
} from '#people/automatic-status.ts'
import { candidatesOf, Readiness } from '#people/readiness.ts'
import { findPresence, setStatus } from '#people/status.ts'
import { createUser } from '#people/user.ts'
import { testStore } from '#test/temp-folder.ts'

function withBob() {
  const given = testStore()
  const bob = createUser(given.db, { name: 'Bob', email: 'bob@acme.example', role: 'agent' }, 1_000)
  setStatus(given.db, { userId: bob.id, statusId: 'ready', now: 2_000 })
  const wrapUp = () =>
    setAutomaticStatus(given.db, {
      userId: bob.id,
      statusId: 'wrap-up',
      endsAt: 33_000,
      extensionMs: 30_000,
      sentence: 'After a call.',
      now: 3_000,
    })
  const statusId = () => findPresence(given.db, bob.id)?.status.id
  return Object.assign(given, { bob, wrapUp, statusId })
}

test('an automatic status goes back to what the person was in', () => {
  using given = withBob()
  setStatus(given.db, { userId: given.bob.id, statusId: 'email-only', now: 2_500 })

  given.wrapUp()
  expect(given.statusId()).toBe('wrap-up')
  endAutomaticStatus(given.db, given.bob.id, 33_000)

  expect(given.statusId()).toBe('email-only')
  expect(findAutomaticStatus(given.db, given.bob.id)).toBeUndefined()
})

test('who chose another status meanwhile is left in it', () => {
  using given = withBob()
  given.wrapUp()

  setStatus(given.db, { userId: given.bob.id, statusId: 'lunch', now: 4_000 })

  expect(findAutomaticStatus(given.db, given.bob.id)).toBeUndefined()
  expect(endAutomaticStatus(given.db, given.bob.id, 33_000)).toBeUndefined()
  expect(given.statusId()).toBe('lunch')
})

test('a wrap-up is extended once', () => {
  using given = withBob()
  given.wrapUp()

  expect(extendAutomaticStatus(given.db, given.bob.id)).toMatchObject({ endsAt: 63_000 })
  expect(findAutomaticStatus(given.db, given.bob.id)).toMatchObject({
    endsAt: 63_000,
    extensionMs: undefined,
  })
  expect(() => extendAutomaticStatus(given.db, given.bob.id)).toThrow('extended already')
})

test('matching knows until when somebody is in wrap-up', () => {
  using given = withBob()
  given.wrapUp()
  const readiness = new Readiness({ clock: given.clock, log: silentLog })

  const [bob] = candidatesOf(given.tenant, { readiness, reachable: () => true })

  expect(bob).toMatchObject({ takesCalls: false, wrapUpUntil: 33_000 })
})
