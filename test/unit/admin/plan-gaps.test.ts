import { expect, test } from 'vitest'
import { planGaps } from '#admin/services/plan-gaps.ts'
import { queueOnly } from '#calls/number-plan.ts'
import { plainQueue } from '#calls/plan/plan-step.ts'
import { createSkill, setSkillsOfUser } from '#people/skill.ts'
import { createUser } from '#people/user.ts'
import { testStore } from '#test/temp-folder.ts'

function withBob() {
  const given = testStore()
  const [sales, french] = ['sales', 'french'].map((name) => createSkill(given.db, { name }, 1_000).id)
  const bob = createUser(given.db, { name: 'Bob', email: 'bob@acme.example', role: 'agent' }, 1_000)
  if (!sales || !french) throw new Error('no skills')
  setSkillsOfUser(given.db, bob.id, [sales], 1_000)
  return Object.assign(given, { sales, french })
}

test('a queue for skills nobody has together is told, with what becomes of its callers', () => {
  using given = withBob()
  const both = plainQueue([given.sales, given.french])
  const overflowing = { ...plainQueue([given.french]), overflow: [plainQueue([])] }

  expect(planGaps(given.tenant, { ...queueOnly([]), open: [both], closed: [overflowing] })).toEqual([
    'Nobody here has sales and french: callers of this queue are answered by no one.',
    'Nobody here has french: callers go straight to the overflow.',
  ])
})

test('a plan whose queues somebody can serve has no gaps', () => {
  using given = withBob()

  expect(planGaps(given.tenant, queueOnly([given.sales]))).toEqual([])
})
