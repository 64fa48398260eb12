// Recording at a browser: the rules, a pause during the call, and what a task shows of its recordings.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRecordingRule, recordingRuleInput } from '#calls/recording/recording-rule.ts'
import { desktop, mobile, type View } from './chromium.ts'
import { openStage, overflow, type Stage, visit } from './visit.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  const [tenant] = stage.world.store.tenants()
  if (!tenant) throw new Error('the world has no company')
  const rule = (input: object) => createRecordingRule(tenant.db, recordingRuleInput.parse(input), Date.now())
  rule({ name: 'Main line', act: 'record', number: '+420221000111', consent: 'announce', keepDays: 90 })
  rule({ name: 'Calls out when needed', act: 'on-demand', direction: 'out', consent: 'press-one' })
  rule({ name: 'Works council', act: 'never', enabled: false })
})
afterAll(() => stage[Symbol.asyncDispose]())

const views: readonly (readonly [string, View])[] = [
  ['a desk screen', desktop],
  ['a desk screen in the dark', { ...desktop, dark: true }],
  ['a phone', mobile],
  ['a phone in the dark', { ...mobile, dark: true }],
]

test.each(views)('on %s the page and its sheet fit and are accessible', async (_name, view) => {
  await using person = await visit({ ...stage, view })
  const { page } = person
  await person.goto('/settings/recording')
  await page.getByText('Works council').waitFor()
  await person.picture('recording-rules')
  expect(await overflow(page)).toBe(0)
  expect(await person.stumbles()).toEqual([])

  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.getByRole('dialog', { name: 'Add a recording rule' }).waitFor()
  await person.picture('recording-rule')
  expect(await overflow(page)).toBe(0)
  expect(await person.stumbles()).toEqual([])
})

test('a rule is made, changed and deleted, and the time of keeping is kept', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto('/settings/recording')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  const sheet = page.getByRole('dialog', { name: 'Add a recording rule' })
  await sheet.getByLabel('Name').fill('Short-lived')
  await sheet.getByLabel('Days to keep').fill('7')
  await sheet.getByRole('button', { name: 'Add the rule' }).click()
  await sheet.waitFor({ state: 'detached' })
  await page.getByText('Kept for 7 days').waitFor()

  await page.getByRole('button', { name: 'Edit Short-lived' }).click()
  const edit = page.getByRole('dialog', { name: 'Edit Short-lived' })
  await edit.getByLabel('Days to keep').fill('1')
  await edit.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Kept for 1 day', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Delete Short-lived' }).click()
  await page.getByRole('button', { name: 'Delete the rule' }).click()
  await page.getByText('Short-lived').first().waitFor({ state: 'detached' })

  await page.getByLabel('Calls (days)').fill('365')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.reload()
  await page.getByLabel('Calls (days)').waitFor()
  expect(await page.getByLabel('Calls (days)').inputValue()).toBe('365')
})

test('a recording is held, released and deleted; the proof stays with the task', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto(`/task/${stage.seeded.recordedTaskId}`)
  await page.getByRole('button', { name: 'Keep the recording' }).click()
  await page.getByLabel('Reason').fill('Complaint of the customer')
  await page.getByRole('button', { name: 'Hold it' }).click()
  await page.getByText('Complaint of the customer').first().waitFor()
  await person.picture('recording-held')
  expect(await page.getByRole('button', { name: 'Delete the recording' }).count()).toBe(0)
  expect(await person.stumbles()).toEqual([])

  await page.getByRole('button', { name: 'Release the recording' }).click()
  await page.getByRole('button', { name: 'Delete the recording' }).click()
  await page.getByLabel('Reason').fill('The customer asked for it')
  await page.getByRole('button', { name: 'Delete it' }).click()
  await page.getByText('This recording was deleted.').waitFor()
  await page.getByText(/SHA-256 [0-9a-f]{64}/).waitFor()
  await person.picture('recording-deleted')
  expect(await person.stumbles()).toEqual([])
})

test('the recording of a call is paused and goes on, from the call bar', async () => {
  await using person = await visit({ ...stage, view: mobile })
  const { page } = person
  await person.goto('/desk')
  await page.getByRole('button', { name: 'Pause recording' }).click()
  await page.getByRole('button', { name: 'Go on recording' }).waitFor()
  await person.picture('recording-paused')
  expect(await overflow(page)).toBe(0)
  await page.getByRole('button', { name: 'Go on recording' }).click()
  await page.getByRole('button', { name: 'Pause recording' }).waitFor()
  expect(stage.world.asked).toEqual(['recording pause', 'recording resume'])
})
