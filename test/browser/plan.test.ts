// An admin draws what happens to a call, and uploads what callers hear.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { numberPlan } from '#calls/number-plan.ts'
import { listHours } from '#calls/plan/opening-hours.ts'
import { listSounds } from '#calls/prompts/sound-store.ts'
import { waitUntil } from '#test/wait-until.ts'
import { desktop } from './chromium.ts'
import { openStage, type Stage, visit } from './visit.ts'

const number = '+420221000112'
let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

test('a step is added, another one changed, and the plan counts once it is saved', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto(`/settings/numbers/${number}`)

  await page.getByRole('button', { name: 'Add a step: Open' }).click()
  await page.getByRole('menuitem', { name: 'Voicemail' }).click()
  await page.getByRole('button', { name: /^Queue/ }).click()
  await page.getByRole('dialog', { name: 'Queue' }).getByLabel('Longest wait').fill('60')
  await person.picture('plan-queue')
  expect(await person.stumbles()).toEqual([])
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Save the plan' }).click()
  await page.getByText('The plan is kept').waitFor()

  const { db } = stage.seeded.tenant
  const { open } = numberPlan(db, number).plan
  expect(open).toMatchObject([{ kind: 'queue', maxWaitMs: 60_000 }, { kind: 'voicemail' }])
})

test('a time is tried out, and the page says which rule decides', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto('/settings/numbers/+420221000111')

  await page.getByLabel('A call comes in at').fill('2026-12-24T10:00')
  await page.getByRole('button', { name: 'See what happens' }).click()

  await page.getByText('holiday: Christmas Eve').waitFor()
})

test('opening hours are written as people write them', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto('/settings/hours')

  await page.getByRole('button', { name: 'Add opening hours' }).click()
  const sheet = page.getByRole('dialog', { name: 'Add opening hours' })
  await sheet.getByLabel('Name').fill('Summer')
  await sheet.getByLabel('Saturday').fill('9:00-12:00, 13:00')
  await sheet.getByText('Write it as 08:00–17:00').waitFor()
  await sheet.getByLabel('Saturday').fill('9:00-12:00')
  await sheet.getByRole('button', { name: 'Add these hours' }).click()
  await page.getByText('Mon–Fri 08:00–17:00, Sat 09:00–12:00').waitFor()

  expect(listHours(stage.seeded.tenant.db).map(({ name }) => name)).toContain('Summer')
})

test('a sound is uploaded and listed', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto('/settings/sounds')

  await page.getByRole('button', { name: 'Upload a sound' }).click()
  const sheet = page.getByRole('dialog', { name: 'Upload a sound' })
  const file = join(import.meta.dirname, '../../assets/sounds/en/welcome.wav')
  await sheet.locator('input[type=file]').setInputFiles(file)
  await sheet.getByLabel('Name').fill('Hello there')
  await sheet.getByRole('button', { name: 'Upload' }).click()
  await sheet.waitFor({ state: 'detached' })
  await page.getByText('Hello there').waitFor()

  await waitUntil('one sound is kept', () => listSounds(stage.seeded.tenant.db).length === 1)
})
