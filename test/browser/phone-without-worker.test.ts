import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, mobile } from './chromium.ts'
import { openStage, overflow, type Stage, visit } from './visit.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

test.each([
  ['a desk screen', desktop],
  ['a small screen', mobile],
])(
  'without a worker the desk on %s says why the browser is no phone, and stays calm',
  async (_name, view) => {
    await using person = await visit({ ...stage, view })
    const { page } = person

    await page.getByRole('button', { name: 'Phone in this browser: off' }).click()

    await page.getByText('The browser phone is switched off on this server.').waitFor()
    expect(await page.getByRole('switch', { name: 'Take calls in this browser' }).isDisabled()).toBe(true)
    expect(await overflow(page)).toBe(0)
    expect(await person.stumbles()).toEqual([])
  },
)
