import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LiveCallInfo } from '#calls/commands.ts'
import { waitUntil } from '#test/wait-until.ts'
import { desktop, mobile, pictures } from './chromium.ts'
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

test.each([
  ['wide', desktop],
  ['narrow', mobile],
] as const)('Park puts my call where anybody takes it, and it leaves my bar (%s)', async (name, view) => {
  await using eva = await visit({ ...stage, view })
  const { page } = eva
  const bar = page.getByRole('region', { name: 'Your calls' })
  await bar.getByText('Alice Novak').waitFor()
  await bar.getByRole('button', { name: 'Park' }).waitFor()
  expect(await overflow(page)).toBe(0)
  await page.screenshot({ path: `${pictures}/team-calls-bar-${name}.png` })

  await bar.getByRole('button', { name: 'Park' }).click()

  await asked('park')
  await bar.getByText('Alice Novak').waitFor({ state: 'detached' })
})

test('a parked call is in the list of the moment with its place, and Take it takes it', async () => {
  await using eva = await visit({ ...stage, view: desktop })
  const { page } = eva
  const list = page.getByRole('region', { name: 'Calls now' })
  await list.getByText('With Eva Black').waitFor()
  const now = Date.now()
  const by = stage.world.calls().find((call) => call.id === 'live-1')?.userId ?? ''
  const parked = { place: '701', by, sinceAt: now, returnsAt: now + 180_000 }
  changeCall((call) => ({ ...call, state: 'transferring', parked }))

  await list.getByText(/Parked at 701/).waitFor()
  await page.screenshot({ path: `${pictures}/team-calls-parked.png` })
  await list.getByRole('button', { name: 'Take it' }).first().click()

  await asked('take')
})
