import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { startCall } from '#calls/call.ts'
import { writeCounted } from '#calls/statistics/statistics-store.ts'
import { startTally, tallied } from '#calls/statistics/tally.ts'
import { next } from '#calls/step.ts'
import type { Tenant } from '#store/store.ts'
import { type Box, openBox, type Signed } from './box.ts'

let box: Box
let tenant: Tenant
let leader: Signed
beforeEach(async () => {
  box = openBox()
  tenant = box.company('acme')
  leader = await box.person(tenant, 'leader')
  missed('=cmd()', 1_000)
  missed('+420777000111', 2_000)
})
afterEach(() => box[Symbol.dispose]())

/** A call that waited three seconds and was given up. */
function missed(party: string, at: number): void {
  const details = {
    direction: 'in',
    number: undefined,
    trunkId: undefined,
    skills: [],
    placedBy: undefined,
  } as const
  const first = startCall(
    { ...details, id: `c${at}`, party: { number: party }, taskId: undefined },
    { at, tick: at },
  )
  const now = { at: at + 3_000, tick: at + 3_000 }
  const last = next(first.call, { kind: 'ended', by: 'caller', sentence: 'The caller hung up.' }, now)
  const tally = tallied(startTally(first.call), { ...last, now, stage: undefined })
  tenant.db.transaction(() => writeCounted(tenant.db, last, tally))
}

const shape = z.object({
  calls: z.array(z.object({ callId: z.string(), lengthMs: z.number() })),
  more: z.boolean(),
})

test('the calls of a range are given, the end of it left out', async () => {
  const all = shape.parse(await (await leader.ask('/api/statistics/calls?from=0&to=5000')).json())
  const first = shape.parse(await (await leader.ask('/api/statistics/calls?from=0&to=2000')).json())

  expect(all).toEqual({
    calls: [
      { callId: 'c1000', lengthMs: 3_000 },
      { callId: 'c2000', lengthMs: 3_000 },
    ],
    more: false,
  })
  expect(first.calls.map(({ callId }) => callId)).toEqual(['c1000'])
})

test('as CSV for a spreadsheet, where nothing a caller sends runs as a formula', async () => {
  const response = await leader.ask('/api/statistics/calls?from=0&to=5000&format=csv')
  const [head, one, two] = (await response.text()).split('\r\n')

  expect(response.headers.get('content-type')).toContain('text/csv')
  expect(head).toMatch(/^call,started,ended,direction,party,.*length_s,greeting_s/)
  expect(one).toContain("in,'=cmd(),")
  expect(two).toMatch(/^c2000,1970-01-01T00:00:02.000Z,.*,in,\+420777000111,,missed,caller,greeting,3,3,0/)
})

test.each(['from=5&to=5', 'from=9&to=5', 'from=0&to=99999999999999', 'from=x&to=5', ''])(
  'a range that is none is refused: %s',
  async (range) => {
    expect((await leader.ask(`/api/statistics/calls?${range}`)).status).toBe(400)
  },
)

test('an agent does not see what colleagues do', async () => {
  const agent = await box.person(tenant, 'agent')

  expect((await agent.ask('/api/statistics/calls?from=0&to=5')).status).toBe(403)
})
