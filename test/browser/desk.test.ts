import { afterEach, beforeEach, expect, test } from 'vitest'
import { assignToMe } from '#tasks/acts.ts'
import { waitUntil } from '#test/wait-until.ts'
import { desktop, mobile } from './chromium.ts'
import { adminLogin, agentLogin } from './seed.ts'
import { openStage, type Stage, visit } from './visit.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage[Symbol.asyncDispose]())

test('with the keyboard alone: sign in, walk the list, comment, complete, open again, dial', async () => {
  await using person = await visit({ ...stage, view: desktop, login: undefined })
  const { page } = person
  const { keyboard } = page
  await person.goto('/sign-in')
  await page.getByLabel('Email').waitFor()
  await keyboard.type(adminLogin.email)
  await keyboard.press('Tab')
  await keyboard.type(adminLogin.password)
  await keyboard.press('Enter')
  await page.getByText('Call from Dave Stone').first().waitFor()

  await keyboard.press('j')
  await page.getByRole('heading', { name: 'Call from Dave Stone' }).waitFor()
  await keyboard.press('j')
  await page.getByRole('heading', { name: 'Delivery late again' }).waitFor()
  await keyboard.press('k')
  await page.getByRole('heading', { name: 'Call from Dave Stone' }).waitFor()

  await keyboard.press('m')
  await keyboard.type('He is on holiday until Monday.')
  await keyboard.press('Control+Enter')
  await page.getByRole('article').getByText('He is on holiday until Monday.').last().waitFor()
  await keyboard.press('Escape')

  await keyboard.press('e')
  await page.getByText('completed', { exact: false }).first().waitFor()
  await page.getByRole('button', { name: 'Open again' }).waitFor()
  await keyboard.press('e')
  await page.getByRole('button', { name: 'Complete' }).waitFor()

  await keyboard.press('d')
  await page.getByRole('dialog', { name: 'Dial' }).waitFor()
  await keyboard.type('602334455')
  await keyboard.press('Enter')
  await waitUntil('the call is placed', () => stage.world.asked.includes('call 602334455'))
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await keyboard.press('Escape')
  await page.waitForURL('**/desk')
})

test('keys typed into a field are text, not commands', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await page.keyboard.press('/')
  await page.keyboard.type('needle')

  await page.getByText('Nothing found').waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe('needle')
  expect(await page.getByRole('dialog').count()).toBe(0)
})

test('a search finds open and closed tasks by number as well as by name', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await page.getByRole('searchbox', { name: 'Search tasks' }).fill('carol')

  await page.getByRole('link', { name: 'Call from Carol Dvorak' }).waitFor()
  expect(await page.getByRole('link', { name: /Call from Alice/ }).count()).toBe(0)
})

test('what a colleague does is seen at once, without a reload', async () => {
  await using eva = await visit({ ...stage, view: desktop })
  await eva.goto(`/task/${stage.seeded.mailTaskId}`)
  await eva.page.getByText('Offer to others').waitFor()

  const { tenant, bobId, mailTaskId } = stage.seeded
  assignToMe(tenant.db, { userId: bobId, at: Date.now() }, mailTaskId)
  stage.world.tasks.changed(tenant.id, mailTaskId)

  await eva.page.getByRole('article').getByText('Bob White', { exact: true }).first().waitFor()
  await eva.page.getByRole('button', { name: 'Assign to me' }).waitFor()
})

test('my call stands at the foot of every page: hold, resume, hang up', async () => {
  await using eva = await visit({ ...stage, view: desktop })
  const { page } = eva
  const bar = page.getByRole('region', { name: 'Your calls' })
  await bar.getByText('On call').waitFor()

  await bar.getByRole('button', { name: 'Hold' }).click()
  await bar.getByText('On hold').waitFor()
  await waitUntil('hold is asked', () => stage.world.asked.includes('hold'))
  await page.keyboard.press('h')
  await waitUntil('resume is asked', () => stage.world.asked.includes('resume'))
  await eva.goto('/settings/trunks')
  await bar.getByRole('button', { name: 'Hang up' }).click()
  await bar.getByRole('button').first().waitFor({ state: 'detached' })
  expect(stage.world.calls().some(({ id }) => id === 'live-1')).toBe(false)
})

test('an agent sees no settings, and an address typed by hand says why', async () => {
  await using bob = await visit({ ...stage, view: desktop, login: agentLogin })

  expect(await bob.page.getByRole('link', { name: 'Settings' }).count()).toBe(0)
  await bob.goto('/settings/trunks')
  await bob.page.getByText('Your role does not allow this: ask an admin.').waitFor()
})

test('when the server is away the page says so calmly, keeps what it shows, and comes back by itself', async () => {
  await using eva = await visit({ ...stage, view: desktop })
  const { page } = eva
  const back = stage.world.restart(5_000)

  await page.getByText('The server is away').waitFor()
  await eva.picture('away')
  expect(await page.getByText('Call from Dave Stone').first().isVisible()).toBe(true)
  await back
  await page.getByText('The server is away').waitFor({ state: 'detached', timeout: 15_000 })
  const { tenant, bobId, aliceTaskId } = stage.seeded
  assignToMe(tenant.db, { userId: bobId, at: Date.now() }, aliceTaskId)
  stage.world.tasks.changed(tenant.id, aliceTaskId)
  await page.locator(`a[href*="${aliceTaskId}"]`).getByTitle('Bob White').waitFor()
})

test('a status is chosen with two clicks, and colleagues see it', async () => {
  await using eva = await visit({ ...stage, view: desktop })
  await using bob = await visit({ ...stage, view: desktop, login: agentLogin })

  await eva.page.getByRole('button', { name: 'Your status' }).click()
  await eva.page.getByRole('menuitem', { name: 'Lunch' }).click()

  await eva.page.getByRole('button', { name: /Your status.*Lunch/ }).waitFor()
  await bob.page.getByRole('region', { name: 'On a break' }).getByText('Eva Black').waitFor()
})

test('on a phone the open task is a page of its own, and Close leads back to the list', async () => {
  await using eva = await visit({ ...stage, view: mobile })
  const { page } = eva
  await page.getByRole('link', { name: /Delivery late again/ }).click()

  await page.getByRole('heading', { name: 'Delivery late again' }).waitFor()
  expect(await page.getByRole('link', { name: /Call from Dave Stone/ }).isVisible()).toBe(false)
  await page.getByRole('link', { name: 'Close the task' }).click()
  await page.getByRole('link', { name: /Call from Dave Stone/ }).waitFor()
})

test('a recording plays: its seconds move', async () => {
  await using eva = await visit({ ...stage, view: desktop })
  await eva.goto(`/task/${stage.seeded.recordedTaskId}`)

  await eva.page.getByRole('button', { name: 'Play the recording' }).click()

  await eva.page.getByText('00:01 / 03:25').waitFor()
  await eva.page.getByRole('button', { name: 'Pause the recording' }).click()
})
