// What may be dialled and how it goes out, set by an admin at a browser.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOutboundRule } from '#calls/dialling/outbound-rule.ts'
import { desktop, mobile, type View } from './chromium.ts'
import { openStage, overflow, type Stage, visit } from './visit.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  const [tenant] = stage.world.store.tenants()
  if (!tenant) throw new Error('the world has no company')
  const trunks = stage.world.trunkBook.list(tenant.id)
  const [first, second] = trunks
  if (!first || !second) throw new Error('the world has no trunks')
  const base = { enabled: true, prefixes: [], countries: [], types: [], trunks: [], callerId: null }
  createOutboundRule(tenant.db, { ...base, name: 'No rivals', act: 'refuse', prefixes: ['+420222999'] })
  createOutboundRule(tenant.db, {
    ...base,
    name: 'Czech mobiles',
    act: 'call',
    countries: ['CZ'],
    types: ['mobile'],
    trunks: [
      { trunkId: first.id, order: 1, weight: 1 },
      { trunkId: second.id, order: 2, weight: 1 },
    ],
  })
  const at = Date.now() - 25 * 60_000
  tenant.db.run(
    `INSERT INTO calls (id, direction, state, party_number, skills, placed_by, started_at, ended_at, outcome, sentence, refused_by)
     VALUES ('refused', 'out', 'ended', '+5378612345', '[]', NULL, :at, :at, 'refused', 'Calls to Cuba are not allowed.', 'Countries')`,
    { at },
  )
})
afterAll(() => stage[Symbol.asyncDispose]())

const views: readonly (readonly [string, View])[] = [
  ['a desk screen', desktop],
  ['a desk screen in the dark', { ...desktop, dark: true }],
  ['a phone', mobile],
  ['a phone in the dark', { ...mobile, dark: true }],
]

test.each(views)('on %s both pages fit and are accessible', async (_name, view) => {
  await using person = await visit({ ...stage, view })
  const found: string[] = []
  for (const [name, path, words] of [
    ['outbound', '/settings/outbound', 'Calls to Cuba are not allowed'],
    ['limits', '/settings/limits', 'Anywhere the company allows'],
  ] as const) {
    await person.goto(path)
    await person.page.getByText(words).first().waitFor()
    await person.picture(name)
    if ((await overflow(person.page)) > 0) found.push(`${name} is too wide`)
    found.push(...(await person.stumbles()).map((stumble) => `${name}: ${stumble}`))
  }
  expect(found).toEqual([])
})

test('a country is found, allowed and kept; a number tried out then goes out', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto('/settings/limits')
  await page.getByLabel('Find a country').fill('germ')
  await page.getByRole('checkbox', { name: /^Germany/ }).check()
  await page.getByRole('button', { name: 'Save the countries' }).click()
  await page.getByText('The countries are saved.').waitFor()
  await page.reload()
  await page.getByText('1 country abroad allowed.').waitFor()

  await person.goto('/settings/outbound')
  const trial = page.getByRole('region', { name: 'Try a number' })
  await trial.getByLabel('As dialled').fill('+49 30 123456')
  await trial.getByRole('button', { name: 'Try it' }).click()
  await trial.getByText('Goes out').waitFor()
  await person.picture('outbound-tried')
  await trial.getByLabel('As dialled').fill('+53 7 861 2345')
  await trial.getByRole('button', { name: 'Try it' }).click()
  await trial.getByText('Calls to Cuba are not allowed.').waitFor()
})

test('a rule is made with two trunks, asked earlier, and deleted', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto('/settings/outbound')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  const sheet = page.getByRole('dialog', { name: 'Add an outbound rule' })
  await sheet.getByLabel('Name').fill('Berlin')
  await sheet.getByLabel('Numbers beginning with').fill('+4930')
  await page.keyboard.press('Enter')
  await sheet.getByRole('button', { name: 'Add a trunk' }).click()
  await sheet.getByRole('button', { name: 'Add a trunk' }).click()
  await person.picture('outbound-rule')
  expect(await person.stumbles()).toEqual([])
  await sheet.getByRole('button', { name: 'Add the rule' }).click()
  await sheet.waitFor({ state: 'detached' })
  await page.getByText(/3\.\s*Berlin/).waitFor()
  await page.getByRole('button', { name: 'Ask Berlin earlier' }).click()
  await page.getByText(/2\.\s*Berlin/).waitFor()
  await page.getByRole('button', { name: 'Delete Berlin' }).click()
  await page.getByRole('button', { name: 'Delete the rule' }).click()
  await page.getByText(/2\.\s*Berlin/).waitFor({ state: 'detached' })
})

test('a person gets a number of their own to show and a limit of calls a day', async () => {
  await using person = await visit({ ...stage, view: mobile })
  const { page } = person
  await person.goto('/settings/limits')
  await page.getByRole('button', { name: /^Edit how Ivan Green calls out/ }).click()
  const sheet = page.getByRole('dialog', { name: 'How Ivan Green calls out' })
  await sheet.getByLabel('Calls a day').fill('40')
  await sheet.getByLabel('Withhold the number').check({ force: true })
  await person.picture('caller')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await sheet.waitFor({ state: 'detached' })

  await page.getByText(/number withheld · own limits/).waitFor()
})

test('a new trunk begins with what its provider asks for', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  await person.goto('/settings/trunks')
  await page.getByRole('button', { name: 'Add a trunk' }).click()
  const sheet = page.getByRole('dialog', { name: 'Add a trunk' })
  await sheet.getByRole('combobox', { name: 'Provider', exact: true }).click()
  await page.getByRole('option', { name: /^sipgate trunking/ }).click()
  expect(await sheet.getByLabel('Server').inputValue()).toBe('sipconnect.sipgate.de')
  await sheet.getByRole('button', { name: /^More/ }).click()
  await person.picture('trunk-preset')
  expect(await person.stumbles()).toEqual([])
  await sheet.getByLabel('Name here').fill('German line')
  await sheet.getByLabel('User name').fill('1234567t0')
  await sheet.locator('input[name="password"]').fill('secret')
  await sheet.getByRole('button', { name: 'Add the trunk' }).click()
  await sheet.waitFor({ state: 'detached' })
  const [tenant] = stage.world.store.tenants()

  expect(stage.world.trunkBook.list(tenant?.id).find(({ label }) => label === 'German line')).toMatchObject({
    provider: 'sipgate trunking',
    kind: 'registration',
    identity: 'preferred',
    fromUser: 'account',
    numberFormat: 'digits',
  })
})
