import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, mobile, type View } from './chromium.ts'
import { openStage, overflow, type Stage, visit } from './visit.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

const views: readonly (readonly [string, View])[] = [
  ['a desk screen', desktop],
  ['a desk screen in the dark', { ...desktop, dark: true }],
  ['a phone', mobile],
  ['a phone in the dark', { ...mobile, dark: true }],
]

test.each(views)(
  'on %s the sign-in page fits, is accessible and complains of nothing',
  async (_name, view) => {
    await using person = await visit({ ...stage, view, login: undefined })
    await person.goto('/sign-in')
    await person.page.getByRole('button', { name: 'Sign in' }).waitFor()

    await person.picture('sign-in')
    expect(await overflow(person.page)).toBe(0)
    expect(await person.stumbles()).toEqual([])
  },
)

test.each(views)('on %s every page fits, is accessible and complains of nothing', async (_name, view) => {
  await using person = await visit({ ...stage, view })
  const found: string[] = []
  const pages = [
    ['desk', '/desk', 'Call from Dave Stone'],
    ['task', `/task/${stage.seeded.aliceTaskId}`, 'She asked for the wedding cake'],
    ['mail', `/task/${stage.seeded.mailTaskId}`, 'Send the reply'],
    ['recording', `/task/${stage.seeded.recordedTaskId}`, '00:00 / 03:25'],
    ['trunks', '/settings/trunks', 'Rhein Netz refuses'],
    ['numbers', '/settings/numbers', '+420 221 000 111'],
    ['plan', '/settings/numbers/+420221000111', 'When you are closed'],
    ['hours', '/settings/hours', 'Mon–Fri 08:00–17:00'],
    ['sounds', '/settings/sounds', 'Please leave a message after the tone.'],
    ['people', '/settings/people', 'Ivan Green'],
    ['skills', '/settings/skills', 'invoices'],
    ['phones', '/settings/phones', 'Snom D735'],
    ['mailboxes', '/settings/mailboxes', 'orders@acme.example'],
    ['health', '/settings/health', 'sip-2.acme.example:9022'],
    ['me', '/me', 'This browser'],
    ['team', '/team', 'On a break'],
    ['welcome', '/welcome', 'Make a call'],
  ] as const
  for (const [name, path, words] of pages) {
    await person.goto(path)
    await person.page.getByText(words).first().waitFor()
    if (name === 'recording') await person.page.getByRole('button', { name: 'Play the recording' }).waitFor()
    await person.picture(name)
    if ((await overflow(person.page)) > 0) found.push(`${name} is too wide`)
    found.push(...(await person.stumbles()).map((stumble) => `${name}: ${stumble}`))
  }
  expect(found).toEqual([])
})

test('the sheets over the page are accessible', async () => {
  await using person = await visit({ ...stage, view: desktop })
  const { page } = person
  const found: string[] = []
  for (const [key, title] of [
    ['n', 'New task'],
    ['d', 'Dial'],
    ['Shift+?', 'Keys'],
  ] as const) {
    await page.keyboard.press(key)
    await page.getByRole('dialog', { name: title }).waitFor()
    found.push(...(await person.stumbles()).map((stumble) => `${title}: ${stumble}`))
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  for (const [path, button] of [
    ['/settings/trunks', 'Add a trunk'],
    ['/settings/numbers', 'Add a number'],
    ['/settings/hours', 'Add opening hours'],
    ['/settings/sounds', 'Upload a sound'],
    ['/settings/people', 'Add a person'],
    ['/settings/phones', 'Add a phone'],
    ['/settings/mailboxes', 'Add a mailbox'],
  ] as const) {
    await person.goto(path)
    await page.getByRole('button', { name: button }).click()
    await page.getByRole('dialog', { name: button }).waitFor()
    found.push(...(await person.stumbles()).map((stumble) => `${button}: ${stumble}`))
  }
  expect(found).toEqual([])
})
