// Settings of calls the team shares: ring groups, conference rooms, parking and pickup, the codes.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conferenceRoomInput, createConferenceRoom } from '#calls/conference-room.ts'
import { createRingGroup, ringGroupInput } from '#calls/ring-group.ts'
import { desktop, mobile, type View } from './chromium.ts'
import { agentLogin } from './seed.ts'
import { openStage, overflow, type Stage, visit } from './visit.ts'

const address = '/settings/team-calls'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  const { tenant, bobId, evaId } = stage.seeded
  const group = (input: object) => createRingGroup(tenant.db, ringGroupInput.parse(input), Date.now())
  const room = (input: object) =>
    createConferenceRoom(tenant.db, conferenceRoomInput.parse(input), Date.now())
  group({
    extension: '200',
    name: 'Reception',
    act: 'all',
    ringMs: 20_000,
    members: [evaId, bobId],
    overflow: '104',
  })
  group({
    extension: '210',
    name: 'Night watch',
    act: 'order',
    ringMs: 15_000,
    members: [bobId],
    overflow: null,
  })
  room({ extension: '800', name: 'Monday meeting', pin: '4711' })
})
afterAll(() => stage[Symbol.asyncDispose]())

const views: readonly (readonly [string, View])[] = [
  ['a desk screen', desktop],
  ['a desk screen in the dark', { ...desktop, dark: true }],
  ['a phone', mobile],
  ['a phone in the dark', { ...mobile, dark: true }],
]

test.each(views)('on %s the page and its sheets fit and are accessible', async (_name, view) => {
  await using person = await visit({ ...stage, view })
  const { page } = person
  await person.goto(address)
  await page.getByText('Rings all, 20 s, then 104').waitFor()
  await page.getByText('Eva Black, Bob White').waitFor()
  await page.getByText('Asks for 4711').waitFor()
  await page.getByRole('rowheader', { name: '*43' }).waitFor()
  await person.picture('team-calls-settings')
  expect(await overflow(page)).toBe(0)
  expect(await person.stumbles()).toEqual([])
  await page.getByRole('region', { name: 'Codes' }).scrollIntoViewIfNeeded()
  await person.picture('team-calls-settings-codes')

  await page.getByRole('button', { name: 'Edit Reception' }).click()
  const group = page.getByRole('dialog', { name: 'Edit Reception' })
  await group.waitFor()
  await person.picture('team-calls-group')
  expect(await overflow(page)).toBe(0)
  expect(await person.stumbles()).toEqual([])
  await group.getByRole('button', { name: 'Cancel' }).click()
  await group.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Add a conference room' }).click()
  await page.getByRole('dialog', { name: 'Add a conference room' }).waitFor()
  await person.picture('team-calls-room')
  expect(await overflow(page)).toBe(0)
  expect(await person.stumbles()).toEqual([])
})

test('a ring group is made, changed and deleted; an extension that is taken is told in the sheet', async () => {
  await using person = await visit({ ...stage, view: desktop, refused: true })
  const { page } = person
  await person.goto(address)
  await page.getByRole('button', { name: 'Add a ring group' }).click()
  const sheet = page.getByRole('dialog', { name: 'Add a ring group' })
  await sheet.getByLabel('Name').fill('Complaints')
  await sheet.getByRole('textbox', { name: 'Extension' }).fill('101')
  await sheet.getByLabel('Who rings').first().click()
  await page.getByRole('option', { name: 'Ivan Green' }).click()
  await page.getByRole('option', { name: 'Bob White' }).click()
  await sheet.getByLabel('Name').click()
  await sheet.getByLabel('When nobody answers').fill('104')
  await sheet.getByRole('button', { name: 'Add the group' }).click()
  await sheet.getByText('Extension 101 belongs to Eva Black.').waitFor()
  await person.picture('team-calls-group-taken')
  await sheet.getByRole('textbox', { name: 'Extension' }).fill('220')
  await sheet.getByRole('button', { name: 'Add the group' }).click()
  await sheet.waitFor({ state: 'detached' })
  const row = page.getByRole('listitem').filter({ hasText: 'Complaints' })
  await row.getByText('Ivan Green, Bob White').waitFor()
  await row.getByText('Rings all, 20 s, then 104').waitFor()

  await page.getByRole('button', { name: 'Edit Complaints' }).click()
  const edit = page.getByRole('dialog', { name: 'Edit Complaints' })
  await edit.getByLabel('How it rings').first().click()
  await page.getByRole('option', { name: 'One after the other' }).click()
  await edit.getByLabel('Each rings (s)').fill('12')
  await edit.getByLabel('When nobody answers').fill('')
  await edit.getByRole('button', { name: 'Save' }).click()
  await row.getByText('Rings one after the other, 12 s each', { exact: true }).waitFor()

  await page.getByRole('button', { name: 'Delete Complaints' }).click()
  await page.getByRole('button', { name: 'Delete the group' }).click()
  await row.waitFor({ state: 'detached' })
})

test('a conference room is made, changed and deleted', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto(address)
  await page.getByRole('button', { name: 'Add a conference room' }).click()
  const sheet = page.getByRole('dialog', { name: 'Add a conference room' })
  await sheet.getByLabel('Name').fill('Board')
  await sheet.getByRole('textbox', { name: 'Extension' }).fill('810')
  await sheet.getByRole('button', { name: 'Add the room' }).click()
  await sheet.waitFor({ state: 'detached' })
  const row = page.getByRole('listitem').filter({ hasText: 'Board' })
  await row.getByText('Open to all who dial it').waitFor()

  await page.getByRole('button', { name: 'Edit Board' }).click()
  const edit = page.getByRole('dialog', { name: 'Edit Board' })
  await edit.getByLabel('Digits to come in').fill('123456')
  await edit.getByRole('button', { name: 'Save' }).click()
  await row.getByText('Asks for 123456').waitFor()

  await page.getByRole('button', { name: 'Delete Board' }).click()
  await page.getByRole('button', { name: 'Delete the room' }).click()
  await row.waitFor({ state: 'detached' })
})

test('how parking, pickup and listening work is kept', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto(address)
  const section = page.getByRole('region', { name: 'Parking, pickup and listening' })
  const back = section.getByLabel('A parked call comes back after (s)')
  const tone = section.getByLabel('A tone when a leader begins to listen')
  await back.fill('60')
  await section.getByLabel('A person may pick up calls of').first().click()
  await page.getByRole('option', { name: 'Colleagues with the same skill' }).click()
  await tone.check()
  await section.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()

  await page.reload()
  await back.waitFor()
  expect(await back.inputValue()).toBe('60')
  expect(await section.getByLabel('A person may pick up calls of').first().inputValue()).toBe(
    'Colleagues with the same skill',
  )
  expect(await tone.isChecked()).toBe(true)
})

test('a company without groups and rooms is told what they are for', async () => {
  await using person = await visit({ ...stage, view: mobile })
  const { page } = person
  await page.route(/\/api\/team-calls\/(groups|rooms)$/, (route) => route.fulfill({ json: [] }))
  await person.goto(address)
  await page.getByText('No ring groups').waitFor()
  await page.getByText('No conference rooms').waitFor()
  await person.picture('team-calls-settings-empty')
  expect(await overflow(page)).toBe(0)
  expect(await person.stumbles()).toEqual([])
})

test('when the server cannot answer, the page says so and tries again', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await page.route('**/api/team-calls/groups', (route) => route.abort())
  await person.goto(address)
  await page.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 30_000 })
  await person.picture('team-calls-settings-error')
  await page.unroute('**/api/team-calls/groups')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Reception').waitFor()
})

test('an agent is not led there', async () => {
  await using person = await visit({ ...stage, view: desktop, login: agentLogin })
  await person.goto('/settings/people')
  await person.page.getByRole('link', { name: 'Skills' }).waitFor()

  expect(await person.page.getByRole('link', { name: 'Team calls' }).count()).toBe(0)
})
