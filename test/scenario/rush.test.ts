// More callers than people: nobody is lost, and who came first is served first.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Desk, read } from '#test/desk.ts'
import { type Office, openOffice, openPhone, ourNumber, setStatus } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

const callers = 30
const colleagues = ['Mia', 'Leo']
let office: Office
const lines = new AsyncDisposableStack()
beforeAll(async () => {
  office = lines.use(await openOffice())
  const { desk, skillId, appliance } = office
  for (const [index, name] of colleagues.entries()) {
    const login = { email: `${name.toLowerCase()}@acme.example`, password: 'correct horse 8' }
    const person = { name, role: 'agent' as const, extension: `3${index}`, skillIds: [skillId], ...login }
    const { id } = await read(desk.api.people.$post({ json: person }))
    await setStatus(await Desk.signIn(appliance.url, login), 'ready')
    const phone = lines.use(await openPhone(desk, { appliance, userId: id, address: `127.0.0.${6 + index}` }))
    await phone.awaits('callee-answers-talks-hangs-up', {}, { calls: 0 })
  }
  await office.phone.awaits('callee-answers-talks-hangs-up', {}, { calls: 0 })
})
afterAll(() => lines.disposeAsync())

test('30 callers for 3 people are all answered, in the order they came', { timeout: 240_000 }, async () => {
  const { carrier, desk } = office
  await carrier.calls(
    'callers-wait-are-hung-up',
    { caller: '+4206007', called: ourNumber },
    { calls: callers, timeoutS: 180 },
  )
  await carrier.done()
  await office.quiet()

  const tasks = await waitUntil('every caller has a task that is done', async () => {
    const closed = await read(desk.api.tasks.$get({ query: { status: 'closed' } }))
    return closed.length === callers ? closed : undefined
  })
  const rings = await Promise.all(
    tasks.map(async ({ id, customer }) => {
      const { log } = await read(desk.api.tasks[':id'].$get({ param: { id } }))
      const rung = log.filter(({ what }) => what.startsWith('Rings: '))
      return {
        nth: Number(customer?.address?.replace('+4206007', '')),
        at: rung[0]?.at ?? 0,
        times: rung.length,
      }
    }),
  )
  const served = rings.toSorted((a, b) => a.nth - b.nth)
  expect(served.map(({ nth }) => nth)).toEqual(Array.from({ length: callers }, (_, i) => i + 1))
  expect(served.map(({ times }) => times)).toEqual(served.map(() => 1))
  const moments = served.map(({ at }) => at)
  expect(moments).toEqual(moments.toSorted((a, b) => a - b))
})
