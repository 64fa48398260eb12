import { expect, test } from 'vitest'
import { axeViolations } from './axe.ts'
import { buildWebWhenOld } from './built-web.ts'
import { desktop, mobile, openBrowser, openContext, picture } from './chromium.ts'
import { overflow } from './visit.ts'
import { openWorld } from './world.ts'

test('a fresh box is claimed by its printed link, and leads on to the first call', async () => {
  buildWebWhenOld()
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await openWorld())
  const browser = await openBrowser()
  stack.defer(() => browser.close())
  const page = await (await openContext(browser, desktop)).newPage()

  await page.goto(world.admin.url)
  await page.getByRole('heading', { name: 'Open the set-up link' }).waitFor()
  expect(await axeViolations(page)).toEqual([])
  await page.goto(world.admin.setupUrl ?? '')
  await page.getByLabel('Company name').fill('Acme Ltd')
  await page.getByRole('combobox', { name: 'Country' }).click()
  await page.getByRole('option', { name: 'Czechia' }).click()
  await page.getByLabel('Your name').fill('Eva Black')
  await page.getByLabel('Email').fill('eva@acme.example')
  await page.getByLabel('Password', { exact: true }).fill('correct horse 8')
  await picture(page, 'set-up-1440')
  expect(await axeViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Create the company' }).click()

  await page.getByRole('heading', { name: 'Acme Ltd is almost ready for its first call' }).waitFor()
  await picture(page, 'next-steps-1440')
  await page.getByRole('button', { name: 'Add the test carrier' }).click()
  await page.getByRole('link', { name: 'Show' }).waitFor()
  await page.getByRole('button', { name: 'Add a phone' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Desk phone')
  await page.getByRole('dialog').getByRole('button', { name: 'Add the phone' }).click()
  await page.getByText('Waiting for the phone to connect').waitFor()
  expect(await axeViolations(page)).toEqual([])
  const [phone] = world.phoneBook.list(world.store.tenants()[0]?.id ?? '')
  world.setContacts(phone?.id ?? '', [
    {
      contact: 'sip:phone@192.0.2.21',
      route: 'sip:phone@192.0.2.21',
      transport: 'udp',
      userAgent: 'Desk phone 1.0',
      callId: 'c',
      cseq: 1,
      registeredAt: Date.now(),
      expiresAt: Date.now() + 60_000,
    },
  ])
  await page.getByText('The phone is connected').waitFor()
  await page.getByRole('button', { name: 'Done' }).click()

  // The link is good for one claim only.
  await page.context().clearCookies()
  await page.goto(`${world.admin.url}/setup?token=anything`)
  await page.getByRole('heading', { name: 'Cordboard is set up' }).waitFor()
  expect(world.admin.setupUrl).toBeUndefined()
})

test('set-up fits a phone', async () => {
  buildWebWhenOld()
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await openWorld())
  const browser = await openBrowser()
  stack.defer(() => browser.close())
  const page = await (await openContext(browser, mobile)).newPage()

  await page.goto(world.admin.setupUrl ?? '')
  await page.getByRole('button', { name: 'Create the company' }).waitFor()

  await picture(page, 'set-up-390')
  expect(await overflow(page)).toBe(0)
  expect(await axeViolations(page)).toEqual([])
})
