// A status the program set, as its person sees it at the desk, and the settings that make it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { numberPlan } from '#calls/number-plan.ts'
import { findAutomaticStatus, setAutomaticStatus } from '#people/automatic-status.ts'
import { findPresence } from '#people/status.ts'
import { findUserByEmail } from '#people/user.ts'
import { waitUntil } from '#test/wait-until.ts'
import { desktop, mobile } from './chromium.ts'
import { adminLogin } from './seed.ts'
import { openStage, overflow, type Stage, visit } from './visit.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

function admin() {
  const { db } = stage.seeded.tenant
  const user = findUserByEmail(db, adminLogin.email)
  if (!user) throw new Error('the admin is not there')
  return {
    set: (statusId: 'wrap-up' | 'no-answer', endsInMs?: number) => {
      const now = Date.now()
      const times = endsInMs === undefined ? {} : { endsAt: now + endsInMs, extensionMs: endsInMs }
      const sentence =
        statusId === 'wrap-up'
          ? 'Time to finish the last call.'
          : 'You did not answer a call of Alice Carter.'
      setAutomaticStatus(db, { userId: user.id, statusId, sentence, now, ...times })
    },
    automatic: () => findAutomaticStatus(db, user.id),
    statusId: () => findPresence(db, user.id)?.status.id,
  }
}

test('"No answer" is explained on the desk, and one click ends it', async () => {
  admin().set('no-answer')
  await using person = await visit({ ...stage, view: mobile })
  const { page } = person
  await page.getByText('You did not answer a call of Alice Carter.').waitFor()
  await person.picture('no-answer')
  expect(await overflow(page)).toBe(0)
  expect(await person.stumbles()).toEqual([])

  await page.getByRole('button', { name: 'I am ready' }).click()

  await page.getByText('You did not answer').waitFor({ state: 'detached' })
  expect(admin().statusId()).toBe('ready')
})

test.each([desktop, { ...mobile, dark: true }])(
  'a wrap-up counts down on the desk, is extended once and ended early ($width)',
  async (view) => {
    admin().set('wrap-up', 90_000)
    await using person = await visit({ ...stage, view })
    const { page } = person
    const note = page.getByRole('status').filter({ hasText: 'Time to finish the last call.' })
    await note.getByText(/0[01]:\d\d/).waitFor()
    await person.picture('wrap-up')
    expect(await overflow(page)).toBe(0)
    expect(await person.stumbles()).toEqual([])

    await note.getByRole('button', { name: 'More time' }).click()
    await note.getByRole('button', { name: 'More time' }).waitFor({ state: 'detached' })
    await waitUntil('it is longer', () => admin().automatic()?.extensionMs === undefined)
    await note.getByRole('button', { name: 'I am ready' }).click()
    await note.waitFor({ state: 'detached' })

    expect(admin().statusId()).toBe('ready')
  },
)

test.each([desktop, mobile])('how a queue gives its calls out is set in the plan ($width)', async (view) => {
  const number = '+420221000112'
  await using person = await visit({ ...stage, view })
  const { page } = person
  await person.goto(`/settings/numbers/${number}`)
  await page.getByRole('button', { name: /^Queue/ }).click()
  const sheet = page.getByRole('dialog', { name: 'Queue' })
  await sheet.getByLabel('Who is rung first').click()
  await page.getByRole('option', { name: 'Ring all' }).click()
  await sheet.getByLabel('Each person rings for').fill('25')
  await sheet.getByLabel('Wrap-up after a call').fill(`${view.width}`)
  await sheet.getByLabel('Last agent first').fill('30')
  await person.picture('plan-distribution')
  expect(await person.stumbles()).toEqual([])
  await sheet.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Save the plan' }).click()
  await page.getByText('The plan is kept').waitFor()

  const [queue] = numberPlan(stage.seeded.tenant.db, number).plan.open
  expect(queue).toMatchObject({
    distribution: {
      strategy: 'ring-all',
      ringMs: 25_000,
      wrapUpMs: view.width * 1000,
      lastAgentDays: 30,
    },
  })
})
