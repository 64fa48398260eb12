import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LiveCallInfo } from '#calls/commands.ts'
import { waitUntil } from '#test/wait-until.ts'
import { desktop, mobile } from './chromium.ts'
import { openStage, overflow, type Stage, visit } from './visit.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage[Symbol.asyncDispose]())

const changeCall = (change: (call: LiveCallInfo) => LiveCallInfo) =>
  stage.world.setCalls(
    stage.seeded.tenant.id,
    stage.world.calls().map((call) => (call.id === 'live-1' ? change(call) : call)),
  )
const asked = (what: string) => waitUntil(`${what} is asked`, () => stage.world.asked.includes(what))

test('with the keyboard alone: x, a few letters, Enter, and the call goes there; then it is taken back', async () => {
  await using eva = await visit({ ...stage, view: desktop })
  const { page } = eva
  const bar = page.getByRole('region', { name: 'Your calls' })
  await bar.getByText('Alice Novak').waitFor()

  await page.keyboard.press('x')
  const sheet = page.getByRole('dialog', { name: /Transfer Alice Novak/ })
  await sheet.waitFor()
  await page.keyboard.type('bob')
  await sheet.getByRole('option', { name: /Bob/, selected: true }).waitFor()
  await page.keyboard.press('Enter')

  await asked('transfer')
  await sheet.waitFor({ state: 'detached' })
  await bar.getByText(/Ringing Bob.*; Alice Novak hears music/).waitFor()
  await bar.getByRole('button', { name: 'Take back' }).click()
  await asked('cancel')
  await bar.getByRole('button', { name: 'Hold' }).waitFor()
})

test('speak first: the bar has what can be done at each step', async () => {
  await using eva = await visit({ ...stage, view: desktop })
  const { page } = eva
  const bar = page.getByRole('region', { name: 'Your calls' })
  await bar.getByRole('button', { name: 'Transfer' }).click()
  const sheet = page.getByRole('dialog', { name: /Transfer Alice Novak/ })
  await sheet.getByRole('combobox').fill('602 334 455')
  await sheet.getByRole('option', { name: /602 334 455/, selected: true }).waitFor()
  await sheet.getByRole('button', { name: 'Speak first' }).click()
  await asked('consult')
  await bar.getByRole('button', { name: 'Transfer now' }).waitFor()

  changeCall((call) => ({
    ...call,
    transfer: call.transfer && { ...call.transfer, state: 'consulting' },
  }))
  await bar.getByText(/With 602 334 455; Alice Novak hears music/).waitFor()
  await bar.getByRole('button', { name: 'Swap' }).click()
  await asked('swap')
  await bar.getByText('602 334 455 hears music').waitFor()
  await bar.getByRole('button', { name: 'Join all' }).click()
  await asked('merge')
})

test('a transfer that came back says who did not take it, and why', async () => {
  await using eva = await visit({ ...stage, view: desktop })
  const { page } = eva
  await page.getByRole('region', { name: 'Your calls' }).waitFor()

  changeCall((call) => ({ ...call, cameBack: { name: 'Bob', sentence: 'busy' } }))

  await page.getByRole('status').getByText('Bob did not take it: busy').waitFor()
})

test.each([
  ['a desk screen', desktop],
  ['a desk screen in the dark', { ...desktop, dark: true }],
  ['a phone', mobile],
  ['a phone in the dark', { ...mobile, dark: true }],
])('on %s the sheet and the bar fit and are accessible', async (_name, view) => {
  await using eva = await visit({ ...stage, view })
  const { page } = eva
  await page.getByRole('button', { name: 'Transfer' }).first().click()
  await page.getByRole('listbox', { name: 'Whom to' }).waitFor()
  await eva.picture('transfer-sheet')
  expect(await eva.stumbles()).toEqual([])
  await page.getByRole('combobox').fill('bob')
  await page.getByRole('button', { name: 'Speak first' }).click()
  await asked('consult')
  changeCall((call) => ({
    ...call,
    transfer: call.transfer && { ...call.transfer, state: 'consulting' },
  }))
  await page.getByRole('button', { name: 'Swap' }).waitFor()

  await eva.picture('transfer-bar')
  expect(await eva.stumbles()).toEqual([])
  expect(await overflow(page)).toBe(0)
})
