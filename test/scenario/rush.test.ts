// Thirty callers for three people, through the whole program: served in order, none lost, and told truly how long it takes.
import { expect, test } from 'vitest'
import { Desk, read } from '#test/desk.ts'
import { type Office, openOffice, openPhone, ourNumber, setStatus } from '#test/office.ts'
import { waitUntil } from '#test/wait-until.ts'

const callers = 30
/** Ours are `+42060070` and four digits. */
const callersBegin = '+42060070000'

test('30 callers for 3 people are served in order, none is lost, and the expected wait is within a third of the truth', {
  timeout: 240_000,
}, async () => {
  await using office = await openOffice()
  const { carrier, desk, phone, skillId } = office
  await using _two = await colleagues(office)
  const queue = {
    kind: 'queue',
    skills: [skillId],
    music: null,
    announce: { position: true, wait: true, everyMs: 15_000 },
    maxWaitMs: null,
    maxAhead: null,
    onlyWhenReady: false,
    callbackKey: null,
    overflow: [],
  }
  const plan = { language: 'en', hoursId: null, open: [queue], closed: [], holiday: null }
  await read(desk.api.plans[':id'].$put({ param: { id: ourNumber }, json: plan }))
  await phone.awaits('callee-answers-talks-hangs-up', {}, { calls: 0 })

  const many = { calls: callers, timeoutS: 200 }
  await carrier.calls('caller-waits-is-hung-up', { caller: callersBegin, called: ourNumber }, many)
  await carrier.done()
  const tasks = await waitUntil('every caller was spoken with', async () => {
    const closed = await read(desk.api.tasks.$get({ query: { status: 'closed' } }))
    return closed.length === callers && closed
  })

  const logs = await Promise.all(
    tasks.map(async ({ id }) => (await read(desk.api.tasks[':id'].$get({ param: { id } }))).log),
  )
  const served = logs.map((log) => {
    const at = (words: RegExp) => log.find(({ what }) => words.test(what))?.at ?? Number.NaN
    const guesses = log.flatMap(({ what, at: saidAt }) => {
      const seconds = /expected wait (\d+) s/.exec(what)?.[1]
      return seconds === undefined ? [] : [{ saidMs: Number(seconds) * 1000, saidAt }]
    })
    return { cameAt: at(/^Call came in/), spokeAt: at(/^Speaks with the customer/), guesses }
  })
  expect(served.filter(({ cameAt, spokeAt }) => !(spokeAt > cameAt))).toEqual([])
  const inOrder = served.toSorted((a, b) => a.cameAt - b.cameAt).map(({ spokeAt }) => spokeAt)
  // Two who come within one look at the line ring at once, and either phone may be the first to be picked up.
  const overtaken = inOrder.filter((at, i) => at + 1_000 < Math.max(...inOrder.slice(0, i), 0))
  expect(overtaken).toEqual([])
  const guesses = served.flatMap(({ spokeAt, guesses: all }) =>
    all.map(({ saidMs, saidAt }) => ({ saidMs, trueMs: spokeAt - saidAt })),
  )
  const wrong = guesses.filter(
    ({ saidMs, trueMs }) => Math.abs(saidMs - trueMs) > Math.max(trueMs / 3, 3_000),
  )
  expect(guesses.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
  await office.quiet()
})

/** Bob and Mia, with the skill, a phone each that answers everything, and ready. */
async function colleagues(office: Office): Promise<AsyncDisposable> {
  const { appliance, desk, skillId } = office
  await using stack = new AsyncDisposableStack()
  for (const [i, name] of ['Mia', 'Ivan'].entries()) {
    const login = { email: `${name.toLowerCase()}@acme.example`, password: 'correct horse 9' }
    const person = { name, ...login, role: 'agent' as const, extension: `3${i}`, skillIds: [skillId] }
    const { id: userId } = await read(desk.api.people.$post({ json: person }))
    const line = stack.use(await openPhone(desk, { appliance, userId, address: `127.0.0.${7 + i}` }))
    await line.awaits('callee-answers-talks-hangs-up', {}, { calls: 0 })
    await setStatus(await Desk.signIn(appliance.url, login), 'ready')
  }
  return stack.move()
}
